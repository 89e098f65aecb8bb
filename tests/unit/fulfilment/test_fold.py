"""The events of a delivery, folded, give its row."""

from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment.fold import TOLD, fold

Told = dict[str, object]
VALUES = st.none() | st.integers(0, 9)
EVENTS = st.lists(st.dictionaries(st.sampled_from([*sorted(TOLD), "price", "actor"]), VALUES), max_size=4)


def test_the_columns_that_events_tell() -> None:
    assert sorted(TOLD) == [
        "delivered_at",
        "due_at",
        "held_since",
        "hold_deadline",
        "hold_reason",
        "next_action",
        "next_action_at",
        "note",
        "offer",
        "recipient",
        "revealed_at",
        "state",
        "units_delivered",
        "waived",
    ]


def test_no_event_gives_an_empty_row() -> None:
    assert fold([]) == {}


def test_a_later_event_overrides_and_what_it_leaves_out_stays() -> None:
    planned = {"state": "planned", "offer": 0, "note": ""}
    refused = {"state": "in_progress", "offer": 1}
    assert fold([planned, refused]) == {"state": "in_progress", "offer": 1, "note": ""}


def test_a_column_told_to_be_empty_is_empty() -> None:
    assert fold([{"hold_reason": "out_of_stock"}, {"hold_reason": None}]) == {"hold_reason": None}


def test_what_is_no_column_of_a_delivery_is_left_out() -> None:
    assert fold([{"state": "delivered", "price": 9900, "actor": "lin"}]) == {"state": "delivered"}


def test_the_events_are_not_changed() -> None:
    event = {"state": "planned", "price": 1}
    fold([event, {"state": "held"}])
    assert event == {"state": "planned", "price": 1}


@given(EVENTS)
def test_each_column_has_the_last_value_told(events: list[Told]) -> None:
    row = fold(events)
    assert set(row) == {name for event in events for name in event if name in TOLD}
    for name, value in row.items():
        assert value == [event[name] for event in events if name in event][-1]


@given(EVENTS, EVENTS)
def test_folding_can_go_on_from_a_row(
    before: list[dict[str, object]], later: list[dict[str, object]]
) -> None:
    assert fold([fold(before), *later]) == fold([*before, *later])
