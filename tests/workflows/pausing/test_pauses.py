"""A pause has an end: by itself or by hand, what was missed comes together or its schedule moves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.messages import OrderActed
from domain.planning.order_events import OrderEventKind
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.people.moved import MOST_NAMED
from storage.views.orders import OrderView
from tests.support.asking import ask, asked
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import (
    ANCHOR,
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
MONTHLY = {"after": "P1D", "every": "P30D", "times": 4}
RELEASES = [ANCHOR + (1 + 30 * n) * DAY for n in range(4)]


async def act(world: SkippingWorld, view: OrderView, what: Act, name: str = "", **more: Any) -> OrderActed:
    """What support asks of the whole order, twice: the same request has one effect."""
    request = asked(view, what, name, **more)
    first = await world.checkout.act_on_order(f"shop/{view.order_no}", request)
    await world.checkout.act_on_order(f"shop/{view.order_no}", request)
    return first


def instants(view: OrderView) -> list[datetime | None]:
    return [each.due_at for each in of(view, "gift")]


def made(view: OrderView) -> list[datetime | None]:
    return [each.delivered_at for each in of(view, "gift")]


def came(view: OrderView, at: list[datetime]) -> bool:
    """Whether each delivery was made at its instant, or less than a minute later."""
    return all(within_a_minute(*each) for each in zip(made(view), at, strict=True))


def paused_for(view: OrderView) -> timedelta:
    """How long the order was paused, in whole seconds, rounded up, by its timeline."""
    told = {event.type: event.at for event in view.events}
    return timedelta(seconds=-((told["order.paused"] - told["order.resumed"]) // timedelta(seconds=1)))


async def test_what_a_pause_missed_comes_together_when_somebody_lets_the_order_go_on(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    await act(skipping_world, await skipping_world.read(document), Act.PAUSE)
    resumed = RELEASES[2] + 10 * DAY
    await skipping_world.pass_to(resumed)
    waiting = await skipping_world.read(document)
    assert (states(waiting, "gift"), refunds(of(waiting, "gift"))) == (["held"] * 3 + ["planned"], [0] * 4)
    await act(skipping_world, waiting, Act.RESUME)
    view = await skipping_world.finish(document)
    assert (view.state, instants(view), view.refund) == ("completed", RELEASES, None)
    assert came(view, [resumed] * 3 + RELEASES[3:])


async def test_a_schedule_that_is_to_move_moves_by_the_length_of_the_pause(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    await skipping_world.pass_to(RELEASES[0] + DAY)
    await act(skipping_world, await skipping_world.read(document), Act.PAUSE)
    await skipping_world.pass_to(RELEASES[2] + 10 * DAY)
    await act(skipping_world, await skipping_world.read(document), Act.RESUME, shift=True)
    view = await skipping_world.finish(document)
    moved = [RELEASES[0], *(each + paused_for(view) for each in RELEASES[1:])]
    assert within_a_minute(moved[1], RELEASES[2] + 39 * DAY)
    assert (view.state, instants(view), view.refund) == ("completed", moved, None)
    assert came(view, moved)


@pytest.mark.parametrize("shift", [False, True])
async def test_a_pause_until_an_instant_ends_by_itself_as_it_was_asked_for(
    skipping_world: SkippingWorld, shift: bool
) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    until = ANCHOR + 45 * DAY
    acted = await act(
        skipping_world, await skipping_world.read(document), Act.PAUSE, until=until, shift=shift
    )
    assert acted.pause is not None and (acted.pause.until, acted.pause.shift) == (until, shift)
    await skipping_world.pass_to(until - DAY)
    waiting = await skipping_world.read(document)
    assert (states(waiting, "gift"), refunds(of(waiting, "gift"))) == (
        ["held"] * 2 + ["planned"] * 2,
        [0] * 4,
    )
    assert [each.deadline for each in waiting.waits] == [until] * 2
    view = await skipping_world.finish(document)
    [paused] = [event.at for event in view.events if event.type == "order.paused"]
    length = timedelta(seconds=-((paused - until) // timedelta(seconds=1)))
    due = [each + length for each in RELEASES] if shift else RELEASES
    assert (view.state, view.paused, view.refund, instants(view)) == ("completed", None, None, due)
    assert came(view, [max(each, until) for each in due])
    assert [event.data["actor"] for event in view.events if event.type == "order.resumed"] == ["perkflow"]


async def test_another_pause_while_it_lasts_changes_its_end(skipping_world: SkippingWorld) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    view = await skipping_world.read(document)
    await act(skipping_world, view, Act.PAUSE, "first", until=ANCHOR + 5 * DAY)
    await act(skipping_world, view, Act.PAUSE, "longer", until=ANCHOR + 20 * DAY)
    with pytest.raises(ActRefused, match="it is paused already: paused by lin"):
        await act(skipping_world, view, Act.PAUSE, "the same", until=ANCHOR + 20 * DAY)
    await skipping_world.pass_to(ANCHOR + 19 * DAY)
    assert states(await skipping_world.read(document), "gift") == ["held", "planned", "planned", "planned"]
    view = await skipping_world.finish(document)
    assert came(view, [ANCHOR + 20 * DAY, *RELEASES[1:]])


async def test_an_instant_that_is_past_ends_no_pause(skipping_world: SkippingWorld) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY))
    view = await skipping_world.read(document)
    told = "^2031-02-28 02:00:00 UTC is past: name an instant that is still to come$"
    for what in (Act.PAUSE, Act.HOLD):
        with pytest.raises(ActRefused, match=told):
            if what is Act.PAUSE:
                await act(skipping_world, view, what, until=ANCHOR - DAY)
            else:
                await ask(skipping_world, view, what, until=ANCHOR - DAY)
    assert (await skipping_world.read(document)).paused is None


async def test_one_delivery_is_held_until_an_instant(skipping_world: SkippingWorld) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    view = await skipping_world.read(document)
    await ask(skipping_world, view, Act.HOLD, until=ANCHOR + 12 * DAY)
    held = await skipping_world.read(document)
    first = held.deliveries[0]
    assert (first.state, first.next_action_at) == ("held", ANCHOR + 12 * DAY)
    assert first.hold_deadline == ANCHOR + 15 * DAY
    assert [each.deadline for each in held.waits] == [ANCHOR + 12 * DAY]
    view = await skipping_world.finish(document)
    assert (view.state, view.refund, instants(view)) == ("completed", None, RELEASES)
    assert came(view, [ANCHOR + 12 * DAY, *RELEASES[1:]])


async def test_what_waits_for_an_event_has_its_time_after_the_pause(skipping_world: SkippingWorld) -> None:
    gated: dict[str, Any] = {"when": "activated(gift)", "by": "P10D", "otherwise": "refund"}
    document, _ = await ordered(
        skipping_world, part("gift", 6000, {"after": "P1D"}), part("extra", 3900, gated), hold_for="P2D"
    )
    until = ANCHOR + 30 * DAY
    await act(skipping_world, await skipping_world.read(document), Act.PAUSE, until=until, shift=True)
    await skipping_world.pass_to(until - DAY)
    waiting = await skipping_world.read(document)
    assert (states(waiting, "gift"), states(waiting, "extra")) == (["held"], ["planned"])
    view = await skipping_world.finish(document)
    [paused] = [event.at for event in view.events if event.type == "order.paused"]
    length = timedelta(seconds=-((paused - until) // timedelta(seconds=1)))
    assert (states(view, "gift"), states(view, "extra")) == (["delivered"], ["cancelled"])
    assert came(view, [ANCHOR + DAY + length])
    assert view.gates[0].by == ANCHOR + 10 * DAY + length
    assert within_a_minute(closed_at(view, of(view, "extra")[0]), ANCHOR + 10 * DAY + length)
    assert refunds(of(view, "extra")) == [3900]


async def test_a_run_that_takes_over_ends_the_pause_that_another_was_told_of(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    view = await skipping_world.read(document)
    until = ANCHOR + 45 * DAY
    await act(skipping_world, view, Act.PAUSE, until=until, shift=True)
    await skipping_world.pass_to(ANCHOR + 3 * DAY)
    await skipping_world.run_of(document).terminate()
    await skipping_world.place(document)
    await skipping_world.pass_to(until - DAY)
    assert states(await skipping_world.read(document), "gift") == ["held", "held", "planned", "planned"]
    view = await skipping_world.finish(document)
    assert (view.state, view.refund) == ("completed", None)
    assert came(view, [each for each in instants(view) if each])


async def test_a_chargeback_takes_the_place_of_a_pause_whose_end_is_then_none(
    skipping_world: SkippingWorld,
) -> None:
    document, receipt = await ordered(skipping_world, part("gift", 4000, MONTHLY), hold_for="P3D")
    view = await skipping_world.read(document)
    await act(skipping_world, view, Act.PAUSE, until=ANCHOR + 5 * DAY, shift=True)
    await tell(skipping_world, receipt, happened(OrderEventKind.CHARGEBACK))
    await skipping_world.pass_to(ANCHOR + 35 * DAY)
    waiting = await skipping_world.read(document)
    assert waiting.paused is not None
    assert (waiting.paused.reason, waiting.paused.until, waiting.paused.shift) == ("payment", None, False)
    assert states(waiting, "gift") == ["held", "held", "planned", "planned"]
    await act(skipping_world, view, Act.RESUME, paid=True)
    view = await skipping_world.finish(document)
    assert (view.state, instants(view)) == ("completed", RELEASES)
    assert came(view, [ANCHOR + 35 * DAY] * 2 + RELEASES[2:])


async def test_a_long_schedule_moves_in_its_run_as_well(skipping_world: SkippingWorld) -> None:
    """More deliveries than are named in an answer."""
    daily = {"after": "P3D", "every": "P1D", "times": MOST_NAMED + 1}
    document, _ = await ordered(skipping_world, part("gift", 4000, daily))
    before = instants(await skipping_world.read(document))
    until = ANCHOR + 2 * DAY
    await act(skipping_world, await skipping_world.read(document), Act.PAUSE, until=until, shift=True)
    view = await skipping_world.finish(document)
    [paused] = [event.at for event in view.events if event.type == "order.paused"]
    length = timedelta(seconds=-((paused - until) // timedelta(seconds=1)))
    due = [each + length for each in before if each]
    assert (view.state, instants(view)) == ("completed", due)
    assert came(view, due)
