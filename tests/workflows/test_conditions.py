"""What a component waits for: it is released once that happens, and refunded or released when it does not."""

from datetime import timedelta
from typing import Any

import pytest

from domain.planning.order_events import OrderEventKind
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import (
    ANCHOR,
    at,
    closed_at,
    dues,
    happened,
    of,
    ordered,
    part,
    refunds,
    states,
    tell,
    told,
    within_a_minute,
)

DAY = timedelta(days=1)


def waits(what: Any, otherwise: str = "refund", **more: Any) -> dict[str, Any]:
    """A release that waits for sixty days at most."""
    return {"when": what, "by": "P60D", "otherwise": otherwise, **more}


async def test_a_gift_comes_when_all_it_waits_for_holds_and_not_before(skipping_world: SkippingWorld) -> None:
    everything = {"all": ["delivered(video, 2)", {"not": "redeemed(video)"}, "quantity >= 2"]}
    document, _ = await ordered(
        skipping_world,
        part("video", 6000, {"every": "P1M", "times": 3}),
        part("gift", 3900, waits(everything)),
        order={"quantity": 2},
    )
    view = await skipping_world.finish(document)
    assert dues(view, "video") == ["2031-03-01 02:00", "2031-04-01 02:00", "2031-05-01 02:00"]
    assert [within_a_minute(d.delivered_at, at("2031-04-01 02:00")) for d in of(view, "gift")] == [True]
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 4)


async def test_at_its_deadline_what_was_not_met_is_paid_back_to_the_cent(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(
        skipping_world,
        part("video", 6001),
        part("gift", 3899, waits("activated(video)", every="P1M", times=3)),
    )
    view = await skipping_world.finish(document)
    assert (view.state, states(view, "gift")) == ("partial", ["cancelled"] * 3)
    assert [within_a_minute(closed_at(view, d), ANCHOR + 60 * DAY) for d in of(view, "gift")] == [True] * 3
    assert dues(view, "gift") == ["", "", ""]
    assert refunds(of(view, "gift")) == [1300, 1300, 1299]
    assert (view.refund and view.refund.amount, len(skipping_world.sales(view))) == (3899, 1)


async def test_at_its_deadline_it_can_be_released_all_the_same(skipping_world: SkippingWorld) -> None:
    document, _ = await ordered(
        skipping_world, part("video", 6000), part("gift", 3900, waits("activated(video)", "release"))
    )
    view = await skipping_world.finish(document)
    assert (view.state, view.refund) == ("completed", None)
    assert [within_a_minute(d.delivered_at, ANCHOR + 60 * DAY) for d in of(view, "gift")] == [True]


@pytest.mark.parametrize("otherwise", ["refund", "release"])
async def test_what_can_never_hold_any_more_is_decided_at_once(
    skipping_world: SkippingWorld, otherwise: str
) -> None:
    document, _ = await ordered(
        skipping_world,
        part("video", 6000, benefit="scarce-key"),
        part("gift", 2500, waits("activated(video)", otherwise)),
        part("extra", 1400, {"every": "P1M", "times": 2}, needs=["video"]),
        hold_for="P2D",
    )
    view = await skipping_world.finish(document)
    assert states(view, "video") == ["failed"]
    assert states(view, "gift") == ["cancelled" if otherwise == "refund" else "delivered"]
    assert states(view, "extra") == ["cancelled", "cancelled"]
    lost_at = ANCHOR + 2 * DAY
    assert [within_a_minute(closed_at(view, each), lost_at) for each in view.deliveries] == [True] * 4
    gift = 2500 if otherwise == "refund" else 0
    assert refunds(view.deliveries) == [6000, gift, 700, 700]
    assert view.refund and view.refund.amount == 7400 + gift


async def test_a_need_that_is_delivered_late_is_waited_for(skipping_world: SkippingWorld) -> None:
    """Instants stay what they are: of the schedule, what is due by then comes at once, the rest in time."""
    document, _ = await ordered(
        skipping_world,
        part("video", 6000, {"after": "P40D"}),
        part("extra", 3900, {"every": "P1M", "times": 3}, needs=["video"]),
    )
    view = await skipping_world.finish(document)
    assert dues(view, "extra") == ["2031-03-01 02:00", "2031-04-01 02:00", "2031-05-01 02:00"]
    came = [ANCHOR + 40 * DAY, ANCHOR + 40 * DAY, at("2031-05-01 02:00")]
    made = of(view, "extra")
    assert [within_a_minute(d.delivered_at, when) for d, when in zip(made, came, strict=True)] == [True] * 3
    assert (view.state, len(skipping_world.sales(view))) == ("completed", 4)


async def test_a_schedule_starts_when_its_condition_holds(skipping_world: SkippingWorld) -> None:
    document, receipt = await ordered(
        skipping_world,
        part("video", 6000),
        part("music", 3900, waits("confirmed", every="P1M", times=3)),
    )
    assert [told(line.due_at) for line in receipt.deliveries] == ["2031-03-01 02:00", "", "", ""]
    confirmed_at = at("2031-03-30 20:00")
    await skipping_world.pass_to(confirmed_at)
    assert await tell(skipping_world, receipt, happened(OrderEventKind.CONFIRMED)) is True
    view = await skipping_world.finish(document)
    first, *later = of(view, "music")
    assert within_a_minute(first.due_at, confirmed_at)
    assert first.due_at is not None
    # Four o'clock on the 31st in Shanghai, then on the last day of April, then on the 31st again.
    expected = [first.due_at + 30 * DAY, first.due_at + 61 * DAY]
    assert [each.due_at for each in later] == expected
    came = [
        each.delivered_at - each.due_at for each in of(view, "music") if each.delivered_at and each.due_at
    ]
    assert [timedelta(0) <= late < timedelta(minutes=1) for late in came] == [True] * 3
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 4)


async def test_a_single_release_that_is_lost_is_not_waited_for(skipping_world: SkippingWorld) -> None:
    """Others of its component may still come, but the condition is about this one."""
    document, _ = await ordered(
        skipping_world,
        part("video", 6000, {"every": "P20D", "times": 2}, benefit="scarce-key"),
        part("gift", 3900, waits("activated(video, 1)")),
        hold_for="P2D",
    )
    view = await skipping_world.finish(document)
    assert [within_a_minute(closed_at(view, d), ANCHOR + 2 * DAY) for d in of(view, "gift")] == [True]
    assert refunds(view.deliveries) == [3000, 3000, 3900]


async def test_what_is_given_up_is_paid_back_at_once_and_not_when_the_order_ends(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(
        skipping_world,
        part("video", 6000, {"every": "P1M", "times": 6}),
        part("gift", 3900, waits("activated(video)")),
    )
    await skipping_world.pass_to(ANCHOR + 61 * DAY)
    view = await skipping_world.until(document, lambda order: states(order, "gift") == ["cancelled"])
    assert (view.closed_at, refunds(of(view, "gift"))) == (None, [3900])
    [decided] = [event.at for event in view.events if event.type == "refund.decided"]
    assert within_a_minute(decided, ANCHOR + 60 * DAY)
