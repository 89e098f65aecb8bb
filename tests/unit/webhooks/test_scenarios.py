"""What a receiver is tried with: whole lifecycles, of the shapes and names that real ones have."""

from datetime import UTC, datetime

import pytest

from domain.webhooks.bodies import Notification, PublicOrder
from domain.webhooks.catalogue import PUBLIC
from domain.webhooks.scenarios import SCENARIOS, events_of

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def ended(events: list[Notification]) -> PublicOrder:
    """The order as a receiver has it that leaves alone what is not newer."""
    newest = 0
    for event in events:
        if event.sequence is not None and event.sequence > newest and event.data.order is not None:
            newest, order = event.sequence, event.data.order
    return order


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_is_a_whole_order_counted_without_a_gap(name: str) -> None:
    events = events_of(name, "my-shop", NOW)
    by_id = {event.id: event for event in events}
    told = sorted(by_id.values(), key=lambda event: event.sequence or 0)
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    assert all(event == by_id[event.id] for event in events)
    assert {event.type for event in told} <= set(PUBLIC)
    assert {(event.channel, event.livemode, event.epoch) for event in told} == {("my-shop", False, 1)}
    assert (told[0].type, ended(told).closed) == ("order.accepted", True)
    assert [event.timestamp for event in told] == sorted({event.timestamp for event in told})
    assert all(Notification.model_validate(event.model_dump(mode="json")) == event for event in told)


@pytest.mark.parametrize(
    ("name", "state", "last"),
    [
        ("delivered", "completed", "order.closed"),
        ("refused", "failed", "delivery.refunded"),
        ("refund-failed", "failed", "refund.failed"),
        ("partial", "partial", "order.closed"),
        ("cancelled", "cancelled", "order.closed"),
        ("reversed", "failed", "order.updated"),
    ],
)
def test_how_one_ends(name: str, state: str, last: str) -> None:
    events = events_of(name, "my-shop", NOW)
    assert (ended(events).state, events[-1].type) == (state, last)


def test_events_that_come_twice_and_late_end_in_the_same_state() -> None:
    events = events_of("again-and-late", "my-shop", NOW)
    numbers = [event.sequence or 0 for event in events]
    assert sorted(numbers) == sorted([*range(1, 8)] * 2)
    assert numbers[:2] == [2, 1]
    assert (ended(events).state, ended(events).closed) == ("completed", True)


def test_no_two_plays_are_about_the_same_order() -> None:
    first, second = (events_of("delivered", "my-shop", NOW) for _ in range(2))
    assert not {event.id for event in first} & {event.id for event in second}
    assert ended(first).order_no != ended(second).order_no
