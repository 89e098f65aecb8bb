"""What is held before it is due: a person's time for it counts from its instant, never from now."""

from datetime import timedelta
from typing import Any

from domain.planning.order_events import OrderEventKind
from domain.verbs.verb import Act
from tests.support.asking import ask, asked
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import (
    ANCHOR,
    closed_at,
    happened,
    of,
    ordered,
    part,
    states,
    tell,
    within_a_minute,
)

DAY = timedelta(days=1)


async def test_a_hold_on_what_is_not_due_ends_its_window_after_the_due_instant(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(skipping_world, part("video", 9900, {"after": "P30D"}), hold_for="P2D")
    view = await skipping_world.read(document)
    await ask(skipping_world, view, Act.HOLD)
    held = await skipping_world.read(document)
    assert (held.deliveries[0].state, held.deliveries[0].hold_deadline) == ("held", ANCHOR + 32 * DAY)
    await skipping_world.pass_to(ANCHOR + 31 * DAY)
    assert states(await skipping_world.read(document), "video") == ["held"]
    await ask(skipping_world, view, Act.RELEASE)
    view = await skipping_world.finish(document)
    assert (view.state, len(skipping_world.sales(view))) == ("completed", 1)


async def test_what_waits_for_an_event_and_is_held_keeps_its_window_from_when_that_happens(
    skipping_world: SkippingWorld,
) -> None:
    gated: dict[str, Any] = {"when": "activated(video)", "by": "P60D", "otherwise": "refund"}
    document, receipt = await ordered(
        skipping_world, part("video", 6000), part("gift", 3900, gated), hold_for="P2D"
    )
    view = await skipping_world.until(document, lambda order: states(order, "video") == ["delivered"])
    await ask(skipping_world, view, Act.HOLD, index=1)
    held = await skipping_world.read(document)
    assert of(held, "gift")[0].hold_deadline == ANCHOR + 62 * DAY
    await skipping_world.pass_to(ANCHOR + 59 * DAY)
    await tell(skipping_world, receipt, happened(OrderEventKind.ACTIVATED, "video"))
    opened = await skipping_world.until(document, lambda order: order.gates[0].verdict == "met")
    assert of(opened, "gift")[0].hold_deadline == ANCHOR + 62 * DAY
    view = await skipping_world.finish(document)
    assert states(view, "gift") == ["cancelled"]
    assert within_a_minute(closed_at(view, of(view, "gift")[0]), ANCHOR + 62 * DAY)


async def test_what_waits_for_another_part_without_an_end_is_not_given_up_while_it_waits(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(
        skipping_world,
        part("video", 6000, {"after": "P20D"}),
        part("gift", 3900, needs=["video"]),
        hold_for="P2D",
    )
    view = await skipping_world.read(document)
    await ask(skipping_world, view, Act.HOLD, index=1)
    await skipping_world.pass_to(ANCHOR + 10 * DAY)
    assert states(await skipping_world.read(document), "gift") == ["held"]
    view = await skipping_world.finish(document)
    assert (states(view, "video"), states(view, "gift")) == (["delivered"], ["cancelled"])
    assert within_a_minute(closed_at(view, of(view, "gift")[0]), ANCHOR + 22 * DAY)


async def test_the_time_to_give_an_account_does_not_begin_before_the_delivery_is_due(
    skipping_world: SkippingWorld,
) -> None:
    claim = {"within": "P5D", "otherwise": "refund"}
    document, _ = await ordered(
        skipping_world, part("phone", 9900, {"after": "P30D"}, benefit="plan-phone", claim=claim)
    )
    view = await skipping_world.read(document)
    number = f"shop/{view.order_no}"
    await ask(skipping_world, view, Act.HOLD)
    await skipping_world.checkout.act_on_order(number, asked(view, Act.PAUSE))
    await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME))
    view = await skipping_world.finish(document)
    assert states(view, "phone") == ["cancelled"]
    assert within_a_minute(closed_at(view, of(view, "phone")[0]), ANCHOR + 35 * DAY)


async def test_what_cannot_be_taken_back_and_waits_for_the_rest_is_not_given_up_before_that(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(
        skipping_world,
        part("gift", 3900, benefit="plan-key"),
        part("video", 6000, {"after": "P20D"}, reversibility="reversible"),
        policy="all_or_nothing",
        hold_for="P2D",
    )
    view = await skipping_world.read(document)
    await ask(skipping_world, view, Act.HOLD)
    await skipping_world.pass_to(ANCHOR + 10 * DAY)
    waiting = await skipping_world.read(document)
    assert (states(waiting, "gift"), states(waiting, "video")) == (["held"], ["planned"])
    await ask(skipping_world, view, Act.RELEASE)
    view = await skipping_world.finish(document)
    assert (view.state, len(skipping_world.sales(view))) == ("completed", 2)
