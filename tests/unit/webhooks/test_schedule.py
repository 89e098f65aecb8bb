"""The schedule of tries: ten over 75 hours and 35 minutes, as Standard Webhooks has it."""

from datetime import timedelta

import pytest

from domain.webhooks.schedule import TRIES, WAITS, next_wait


def test_ten_tries_over_seventy_five_hours_and_thirty_five_minutes() -> None:
    assert TRIES == 10
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize(
    ("tries", "chance", "expected"),
    [
        (1, 0.0, timedelta(seconds=5)),
        (1, 1.0, timedelta(seconds=5.5)),
        (2, 0.5, timedelta(minutes=5, seconds=15)),
        (9, 0.0, timedelta(hours=24)),
        (10, 0.0, None),
        (11, 0.0, None),
    ],
)
def test_what_lies_before_the_next_try(tries: int, chance: float, expected: timedelta | None) -> None:
    assert next_wait(tries, chance) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (timedelta(seconds=1), timedelta(minutes=5)),
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(days=30), timedelta(hours=24)),
        (timedelta(0), timedelta(minutes=5)),
    ],
)
def test_a_receiver_is_asked_no_earlier_than_it_wants(asked: timedelta, expected: timedelta) -> None:
    assert next_wait(2, 0.0, asked) == expected


def test_no_patience_makes_more_tries() -> None:
    assert next_wait(10, 0.0, timedelta(hours=1)) is None
