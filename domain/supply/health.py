"""When a supplier connection is left alone, and when it is tried again.

    closed      bought from; five failures in a row open it
    open        left alone for 30 seconds, and twice as long after each trial that failed, up to 10 minutes
    half_open   one purchase was let through to see: a failure opens it again

A failure is silence. Any answer closes the circuit, also a refusal.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILURES_TO_OPEN = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
TRIAL_LOST_AFTER = timedelta(minutes=2)
"""A trial of which nothing was heard for so long is not waited for: no purchase may take longer."""


class CircuitState(StrEnum):
    """Whether a connection is bought from."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class Circuit:
    """How a connection fares: failures in a row that count, and since when it is in this state."""

    state: CircuitState = CircuitState.CLOSED
    failures: int = 0
    since: datetime | None = None


def let_through(circuit: Circuit, now: datetime) -> Circuit | None:
    """The circuit after letting one purchase through now; None when nothing may be bought."""
    if circuit.since is None:
        return circuit
    half_open = circuit.state is CircuitState.HALF_OPEN
    wait = TRIAL_LOST_AFTER if half_open else wait_after(circuit.failures)
    return Circuit(CircuitState.HALF_OPEN, circuit.failures, now) if now >= circuit.since + wait else None


def after_failure(circuit: Circuit, now: datetime) -> Circuit:
    """The circuit after one more failure; while it is open, calls sent earlier tell nothing new."""
    if circuit.state is CircuitState.OPEN:
        return circuit
    failures = circuit.failures + 1
    if failures < FAILURES_TO_OPEN:
        return Circuit(CircuitState.CLOSED, failures)
    return Circuit(CircuitState.OPEN, failures, now)


def wait_after(failures: int) -> timedelta:
    """How long an open circuit stays so after this many failures, at least five."""
    doublings = min(failures - FAILURES_TO_OPEN, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
