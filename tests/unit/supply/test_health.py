"""The circuit of a supplier connection: when it opens, whom it lets through, and when it closes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.supply.health import (
    FAILURES_TO_OPEN,
    Circuit,
    CircuitState,
    after_failure,
    let_through,
    wait_after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OPEN = Circuit(CircuitState.OPEN, 5, NOW)
moments = st.lists(st.integers(0, 3600), max_size=40).map(
    lambda seconds: [NOW + s * SECOND for s in sorted(seconds)]
)


def failed(times: int, at: datetime = NOW) -> Circuit:
    circuit = Circuit()
    for _ in range(times):
        circuit = after_failure(circuit, at)
    return circuit


def test_the_fifth_failure_in_a_row_opens_it() -> None:
    assert failed(4) == Circuit(CircuitState.CLOSED, 4)
    assert failed(5) == OPEN


def test_a_closed_circuit_lets_everyone_through_and_stays_as_it_is() -> None:
    assert let_through(failed(4), NOW) == failed(4)


def test_an_open_circuit_lets_the_first_through_after_thirty_seconds() -> None:
    assert let_through(OPEN, NOW + 29 * SECOND) is None
    assert let_through(OPEN, NOW + 30 * SECOND) == Circuit(CircuitState.HALF_OPEN, 5, NOW + 30 * SECOND)


def test_a_trial_of_which_nothing_is_heard_is_followed_by_another_after_two_minutes() -> None:
    trial = Circuit(CircuitState.HALF_OPEN, 5, NOW)
    assert let_through(trial, NOW + 119 * SECOND) is None
    assert let_through(trial, NOW + 120 * SECOND) == Circuit(CircuitState.HALF_OPEN, 5, NOW + 120 * SECOND)


def test_a_trial_that_fails_opens_it_again_and_doubles_the_wait() -> None:
    again = after_failure(Circuit(CircuitState.HALF_OPEN, 5, NOW - 30 * SECOND), NOW)
    assert again == Circuit(CircuitState.OPEN, 6, NOW)
    assert let_through(again, NOW + 59 * SECOND) is None
    assert let_through(again, NOW + 60 * SECOND) is not None


def test_the_wait_doubles_up_to_ten_minutes() -> None:
    waits = [wait_after(failures).total_seconds() for failures in (5, 6, 7, 8, 9, 10, 11, 10**6)]
    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]


@given(st.integers(FAILURES_TO_OPEN, 60))
def test_however_many_calls_fail_at_once_the_wait_is_the_first(calls: int) -> None:
    assert failed(calls) == OPEN


@given(moments)
def test_failures_that_arrive_while_it_is_open_put_off_no_trial(late: list[datetime]) -> None:
    circuit = OPEN
    for at in late:
        circuit = after_failure(circuit, at)
    assert let_through(circuit, NOW + 30 * SECOND) is not None


@given(moments)
def test_trials_that_are_never_heard_of_are_two_minutes_apart(asked: list[datetime]) -> None:
    circuit, trials = OPEN, []
    for at in asked:
        after = let_through(circuit, at)
        if after is not None:
            trials.append(at)
            circuit = after
    assert all(later - earlier >= 120 * SECOND for earlier, later in pairwise(trials))
    assert all(at >= NOW + 30 * SECOND for at in trials)


@given(st.lists(st.booleans(), max_size=40))
def test_a_failing_supplier_sees_one_purchase_a_wait(other_calls_fail: list[bool]) -> None:
    """Whatever else fails meanwhile, the n-th trial is due exactly when the n-th wait is over."""
    circuit, now = OPEN, NOW
    for stray in other_calls_fail:
        if stray:
            circuit = after_failure(circuit, now)
        due = now + wait_after(circuit.failures)
        assert let_through(circuit, due - SECOND) is None
        trial = let_through(circuit, due)
        assert trial is not None
        circuit, now = after_failure(trial, due), due
    assert circuit.failures == FAILURES_TO_OPEN + len(other_calls_fail)
