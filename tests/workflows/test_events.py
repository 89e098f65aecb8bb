"""What channels report of an order: heard once, in any order, and also when its run did not hear of it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.planning.order_events import OrderEvent, OrderEventKind
from starter.desk.errors import ActRefused
from storage.people import order_events
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import ANCHOR, happened, of, ordered, part, states, tell, within_a_minute

DAY = timedelta(days=1)
WAITS = {"when": {"all": ["activated(video, 2)", "redeemed(coupon)"]}, "by": "P60D", "otherwise": "refund"}
PARTS = (
    part("video", 5000, {"every": "P1M", "times": 2}),
    part("coupon", 1000),
    part("gift", 3900, WAITS),
)
ACTIVATED = happened(OrderEventKind.ACTIVATED, "video", 2, "e-activated")
REDEEMED = happened(OrderEventKind.REDEEMED, "coupon", 0, "e-redeemed")


def reports(view_types: list[str]) -> int:
    """How many reports the timeline tells of."""
    return view_types.count("order.event_received")


async def test_reports_in_disorder_and_twice_count_once(skipping_world: SkippingWorld) -> None:
    """The second video is reported as activated before it was delivered; that counts as well."""
    document, receipt = await ordered(skipping_world, *PARTS)
    told = [
        await tell(skipping_world, receipt, fact)
        for fact in (ACTIVATED, happened(OrderEventKind.CONFIRMED, event_id="e-confirmed"), ACTIVATED)
    ]
    assert told == [True, True, False]
    await skipping_world.pass_to(ANCHOR + DAY)
    assert states(await skipping_world.read(document), "gift") == ["planned"]
    assert [await tell(skipping_world, receipt, REDEEMED) for _ in range(2)] == [True, False]
    view = await skipping_world.until(document, lambda order: states(order, "gift") == ["delivered"])
    assert within_a_minute(of(view, "gift")[0].delivered_at, ANCHOR + DAY)
    assert await tell(skipping_world, receipt, ACTIVATED) is False
    view = await skipping_world.finish(document)
    assert reports([event.type for event in view.events]) == 3
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 4)
    assert await tell(skipping_world, receipt, REDEEMED) is False


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (
            happened(OrderEventKind.ACTIVATED, "tea"),
            "activated needs a component of the order; there are: coupon, gift, video",
        ),
        (
            happened(OrderEventKind.REDEEMED),
            "redeemed needs a component of the order; there are: coupon, gift, video",
        ),
        (happened(OrderEventKind.ACTIVATED, "video", 3), "video has no release 3"),
        (
            happened(OrderEventKind.CHARGEBACK, "video"),
            "chargeback is about the whole order; name no component",
        ),
    ],
    ids=["unknown component", "no component", "unknown release", "component of a chargeback"],
)
async def test_what_cannot_be_about_the_order_is_refused_and_leaves_no_trace(
    skipping_world: SkippingWorld, fact: OrderEvent, why: str
) -> None:
    document, receipt = await ordered(skipping_world, *PARTS)
    with pytest.raises(ActRefused) as refused:
        await tell(skipping_world, receipt, fact)
    assert str(refused.value) == why
    view = await skipping_world.read(document)
    assert reports([event.type for event in view.events]) == 0


@pytest.mark.parametrize(
    "adopted", [True, False], ids=["by the run that takes over", "by the repeated report"]
)
async def test_a_report_of_which_only_the_book_has_heard_is_acted_on(
    skipping_world: SkippingWorld, adopted: bool
) -> None:
    document, receipt = await ordered(skipping_world, *PARTS)
    await skipping_world.until(document, lambda order: states(order, "coupon") == ["delivered"])
    now = datetime.now(UTC)
    for fact in (ACTIVATED, REDEEMED):
        async with skipping_world.database.transaction() as session:
            assert await order_events.record(
                session, receipt.order_id, fact, actor="the app", note="", now=now
            )
    await skipping_world.pass_to(ANCHOR + DAY)
    assert states(await skipping_world.read(document), "gift") == ["planned"]
    if adopted:
        await skipping_world.run_of(document).terminate("by mistake")
        await skipping_world.place(document)
    else:
        assert [await tell(skipping_world, receipt, fact) for fact in (ACTIVATED, REDEEMED)] == [False, False]
    view = await skipping_world.until(document, lambda order: states(order, "gift") == ["delivered"])
    assert within_a_minute(of(view, "gift")[0].delivered_at, ANCHOR + DAY)
    view = await skipping_world.finish(document)
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 4)
