"""Stopping a plan half way: pausing, cancelling, and money that a bank took back."""

from datetime import timedelta

import pytest

from domain.notes.people import PausedBy
from domain.planning.order_events import OrderEventKind
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from tests.support.asking import ask, asked
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import (
    ANCHOR,
    at,
    closed_at,
    happened,
    of,
    ordered,
    part,
    refunds,
    states,
    tell,
    within_a_minute,
)

DAY = timedelta(days=1)
YEAR = part("video", 10001, {"every": "P1M", "times": 12})
IN_APRIL, IN_MAY, IN_JULY = at("2031-04-15 00:00"), at("2031-05-01 02:00"), at("2031-07-15 00:00")


async def test_what_comes_due_while_an_order_is_paused_is_held_until_it_is_resumed(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(skipping_world, YEAR, hold_for="P90D")
    await skipping_world.pass_to(IN_APRIL)
    view = await skipping_world.until(document, lambda order: states(order, "video")[1] == "delivered")
    number = f"shop/{view.order_no}"
    await skipping_world.checkout.act_on_order(number, asked(view, Act.PAUSE, "p-1"))
    await skipping_world.pass_to(at("2031-06-10 00:00"))
    paused = await skipping_world.until(document, lambda order: states(order, "video")[3] == "held")
    assert states(paused, "video") == ["delivered", "delivered", "held", "held", *["planned"] * 8]
    held = of(paused, "video")[2:4]
    assert [each.hold_reason for each in held] == ["by_operator"] * 2
    assert [each.note for each in held] == [PausedBy(actor="lin", reason="the buyer called")] * 2
    assert within_a_minute(closed_at(paused, held[0]), IN_MAY)

    await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME, "r-1"))
    resumed = await skipping_world.until(
        document, lambda order: states(order, "video")[2:4] == ["delivered", "delivered"]
    )
    at_once = of(resumed, "video")[2:4]
    resumed_at = at("2031-06-10 00:00")
    assert [within_a_minute(each.delivered_at, resumed_at) for each in at_once] == [True, True]
    view = await skipping_world.finish(document)
    assert within_a_minute(of(view, "video")[11].delivered_at, at("2032-02-01 02:00"))
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 12)


async def test_a_pause_holds_back_also_what_was_held_before_and_let_go(skipping_world: SkippingWorld) -> None:
    """One that was released early is begun, and waits for its instant like the others."""
    document, _ = await ordered(skipping_world, part("video", 9900, {"after": "P30D"}))
    view = await skipping_world.read(document)
    number = f"shop/{view.order_no}"
    await ask(skipping_world, view, Act.HOLD)
    await ask(skipping_world, view, Act.RELEASE)
    await skipping_world.checkout.act_on_order(number, asked(view, Act.PAUSE, "p-1"))
    await skipping_world.pass_to(ANCHOR + 30 * DAY)
    view = await skipping_world.until(
        document, lambda order: states(order, "video") not in (["planned"], ["in_progress"])
    )
    assert (states(view, "video"), view.deliveries[0].hold_reason) == (["held"], "by_operator")
    assert skipping_world.sales(view) == []
    await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME, "r-1"))
    view = await skipping_world.finish(document)
    assert (view.state, len(skipping_world.sales(view))) == ("completed", 1)


async def test_cancelling_in_the_fifth_month_pays_back_the_months_that_did_not_come(
    skipping_world: SkippingWorld,
) -> None:
    """The price is divided to the cent: 834 for each of the first five months, 833 for the others."""
    document, _ = await ordered(
        skipping_world,
        YEAR,
        part("gift", 2000, {"when": "activated(video)", "by": "P365D", "otherwise": "release"}),
        part("extra", 1000, {"after": "P300D"}, needs=["gift"]),
    )
    await skipping_world.pass_to(IN_JULY)
    view = await skipping_world.until(document, lambda order: states(order, "video")[4] == "delivered")
    await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL, "c-1"))
    view = await skipping_world.until(document, lambda order: order.closed_at is not None)
    assert states(view, "video") == [*["delivered"] * 5, *["cancelled"] * 7]
    assert [each.share.amount for each in of(view, "video")] == [*[834] * 5, *[833] * 7]
    assert refunds(of(view, "video")) == [*[0] * 5, *[833] * 7]
    assert refunds([*of(view, "gift"), *of(view, "extra")]) == [2000, 1000]
    assert view.state == "partial"
    assert view.refund and view.refund.amount == 7 * 833 + 3000
    assert view.price.amount == 5 * 834 + view.refund.amount
    assert within_a_minute(view.closed_at, IN_JULY)
    assert len(skipping_world.sales(view)) == 5


async def test_after_a_chargeback_the_rest_is_held_and_its_money_kept(skipping_world: SkippingWorld) -> None:
    document, receipt = await ordered(
        skipping_world, part("video", 9900, {"every": "P1M", "times": 4}), hold_for="P2D"
    )
    await skipping_world.pass_to(IN_APRIL)
    await skipping_world.until(document, lambda order: states(order, "video")[1] == "delivered")
    assert await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK)) is True
    await skipping_world.pass_to(IN_MAY)
    held = await skipping_world.until(document, lambda order: states(order, "video")[2] == "held")
    assert of(held, "video")[2].hold_reason == "payment"
    view = await skipping_world.finish(document)
    assert states(view, "video") == ["delivered", "delivered", "cancelled", "cancelled"]
    assert within_a_minute(closed_at(view, of(view, "video")[2]), IN_MAY + 180 * DAY)
    assert (view.state, view.refund, refunds(view.deliveries)) == ("partial", None, [0] * 4)
    assert len(skipping_world.sales(view)) == 2


async def test_what_was_given_up_while_the_payment_was_gone_is_owed_once_it_is_there_again(
    skipping_world: SkippingWorld,
) -> None:
    document, receipt = await ordered(
        skipping_world,
        part("video", 9900, {"every": "P1M", "times": 4}),
        part("gift", 2000, {"when": "activated(video)", "by": "P60D", "otherwise": "refund"}),
    )
    view = await skipping_world.until(document, lambda order: states(order, "video")[0] == "delivered")
    await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK))
    await skipping_world.pass_to(ANCHOR + 61 * DAY)
    view = await skipping_world.until(document, lambda order: states(order, "gift") == ["cancelled"])
    assert refunds(of(view, "gift")) == [0]
    paid = asked(view, Act.RESUME, paid=True)
    await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", paid)
    await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", paid)
    view = await skipping_world.finish(document)
    assert refunds(of(view, "gift")) == [2000]
    assert (states(view, "video"), view.state) == (["delivered"] * 4, "partial")
    assert view.refund and view.refund.amount == 2000


async def test_what_was_paid_back_before_a_chargeback_is_not_paid_back_again(
    skipping_world: SkippingWorld,
) -> None:
    document, receipt = await ordered(
        skipping_world,
        part("video", 9900, {"every": "P1M", "times": 4}),
        part("gift", 2000, {"when": "activated(video)", "by": "P20D", "otherwise": "refund"}),
    )
    await skipping_world.pass_to(ANCHOR + 21 * DAY)
    view = await skipping_world.until(document, lambda order: states(order, "gift") == ["cancelled"])
    assert (refunds(of(view, "gift")), view.closed_at) == ([2000], None)
    await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK))
    view = await skipping_world.finish(document)
    assert (states(view, "video"), refunds(view.deliveries)) == (
        ["delivered", *["cancelled"] * 3],
        [0, 0, 0, 0, 2000],
    )
    assert (of(view, "gift")[0].refund_state, view.refund) == ("withheld", None)
    assert [e.data["amount"] for e in view.events if e.type == "refund.decided"] == [2000]


async def test_cancelling_what_was_charged_back_owes_nothing(skipping_world: SkippingWorld) -> None:
    document, receipt = await ordered(skipping_world, part("video", 9900, {"every": "P1M", "times": 4}))
    view = await skipping_world.until(document, lambda order: states(order, "video")[0] == "delivered")
    await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK))
    await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL, "c-1"))
    view = await skipping_world.until(document, lambda order: order.closed_at is not None)
    assert states(view, "video") == ["delivered", *["cancelled"] * 3]
    assert (view.state, view.refund, refunds(view.deliveries)) == ("partial", None, [0] * 4)
    paid = asked(view, Act.RESUME, paid=True)
    for _ in range(2):
        await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", paid)
        after = await skipping_world.read(document)
        assert (after.state, refunds(after.deliveries)) == ("partial", [0, *[2475] * 3])


async def test_what_was_left_out_before_a_chargeback_keeps_nothing_waiting_after_it(
    skipping_world: SkippingWorld,
) -> None:
    document, receipt = await ordered(
        skipping_world,
        part("first", 6000, {"after": "P1D"}, reversibility="reversible"),
        part("last", 3900, {"after": "P5D"}, needs=["first"]),
        policy="all_or_nothing",
    )
    view = await skipping_world.read(document)
    await ask(skipping_world, view, Act.WAIVE)
    await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK))
    await skipping_world.pass_to(ANCHOR + 6 * DAY)
    view = await skipping_world.until(document, lambda order: states(order, "last") == ["held"])
    assert of(view, "last")[0].hold_reason == "payment"
    await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.RESUME, paid=True))
    view = await skipping_world.finish(document)
    assert (states(view, "first"), states(view, "last")) == (["cancelled"], ["delivered"])
    assert view.refund is None


async def test_a_chargeback_that_was_settled_stays_settled_when_it_is_reported_again(
    skipping_world: SkippingWorld,
) -> None:
    document, receipt = await ordered(skipping_world, part("video", 9900, {"every": "P1M", "times": 4}))
    view = await skipping_world.until(document, lambda order: states(order, "video")[0] == "delivered")
    assert await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK)) is True
    number = f"shop/{view.order_no}"
    with pytest.raises(ActRefused, match=r"its payment was taken back \(charged back.*\): say --paid"):
        await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME, "r-1"))
    await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME, "r-2", paid=True))
    assert await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK)) is False
    view = await skipping_world.finish(document)
    assert states(view, "video") == ["delivered"] * 4
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 4)


async def test_an_order_that_is_read_in_pages_is_taken_over_and_cancelled_as_a_whole(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(skipping_world, part("video", 25003, {"every": "P1D", "times": 250}))
    await skipping_world.until(document, lambda order: states(order, "video")[0] == "delivered")
    await skipping_world.run_of(document).terminate("by mistake")
    await skipping_world.place(document)
    await skipping_world.pass_to(ANCHOR + DAY)
    view = await skipping_world.until(document, lambda order: states(order, "video")[1] == "delivered")
    await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL, "c-1"))
    view = await skipping_world.finish(document)
    assert states(view, "video") == [*["delivered"] * 2, *["cancelled"] * 248]
    assert refunds(view.deliveries) == [0, 0, 101, *[100] * 247]
    assert view.refund and view.refund.amount == 24801
    assert len(skipping_world.sales(view)) == 2
