"""A pause: how long it was, what it moves, and what its clock says."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from domain.fulfilment.pauses import Pause, as_text, length, moved
from domain.verbs.human_act import HumanAct
from domain.verbs.until import LAST, until_refusal
from domain.verbs.verb import Act

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PAUSE = Pause(since=NOW, until=NOW + 5 * DAY)


def test_a_pause_that_somebody_comes_to_late_ended_at_its_instant() -> None:
    assert [PAUSE.ends(NOW + days * DAY) for days in (3, 5, 8)] == [NOW + days * DAY for days in (3, 5, 5)]
    assert Pause(since=NOW).ends(NOW + 8 * DAY) == NOW + 8 * DAY


def test_for_conditions_time_stands_still_from_the_beginning_of_a_pause() -> None:
    assert [PAUSE.clock(NOW + days * DAY) for days in (-1, 0, 3)] == [NOW - DAY, NOW, NOW]


@pytest.mark.parametrize(
    ("microseconds", "seconds"), [(0, 0), (1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2)]
)
def test_a_length_is_in_whole_seconds_and_never_shorter(microseconds: int, seconds: int) -> None:
    ended = NOW + timedelta(microseconds=microseconds)
    assert length(NOW, ended) == timedelta(seconds=seconds)


def test_only_what_had_not_come_moves() -> None:
    assert moved(NOW, NOW, DAY) == NOW
    assert moved(NOW + timedelta(microseconds=1), NOW, DAY) == NOW + DAY + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (timedelta(days=13, hours=8, minutes=30), "13 d 8 h 30 min"),
        (timedelta(seconds=61), "1 min 1 s"),
        (timedelta(0), "0 s"),
    ],
)
def test_a_length_is_read_in_any_language(of: timedelta, told: str) -> None:
    assert as_text(of) == told


def test_nothing_is_held_until_what_is_past_or_very_far_away() -> None:
    assert until_refusal(None, NOW) is None
    assert until_refusal(NOW + timedelta(microseconds=1), NOW) is None
    assert until_refusal(NOW, NOW) == (
        "2026-03-01 09:00:00 UTC is past: name an instant that is still to come"
    )
    assert until_refusal(LAST - timedelta(microseconds=1), NOW) is None
    assert until_refusal(LAST, NOW) == "2100-01-01 is after the year 2099: name an earlier day"


def act(until: object) -> HumanAct:
    about = {"request_id": "r-1", "order_id": "ord_1", "delivery_id": "", "actor": "lin", "reason": "so"}
    return HumanAct.model_validate({**about, "act": Act.PAUSE, "until": until})


def test_an_instant_without_its_offset_is_none() -> None:
    with pytest.raises(ValidationError, match="should have timezone info"):
        act(NOW.replace(tzinfo=None))


def test_one_instant_is_the_same_request_in_whatever_zone_it_is_written() -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert act(shanghai).model_dump_json() == act(NOW).model_dump_json()
