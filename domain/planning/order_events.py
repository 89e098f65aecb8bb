"""Order events: what a channel says happened to an order outside Perkflow."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.contract.condition import Event, Happened, atoms
from domain.planning.gates import PlannedGate


class OrderEventKind(StrEnum):
    """The kinds of order events. After a `chargeback` nothing more is released."""

    ACTIVATED = "activated"
    REDEEMED = "redeemed"
    CONFIRMED = "confirmed"
    CHARGEBACK = "chargeback"


ABOUT_COMPONENTS = frozenset({OrderEventKind.ACTIVATED, OrderEventKind.REDEEMED})


class OrderEvent(BaseModel):
    """One order event. The same `event_id` again has no second effect.

    `release` 0: it was not said which one.
    """

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(min_length=1, max_length=64)
    event: OrderEventKind
    component: str = Field("", max_length=64)
    release: int = Field(0, ge=0, le=100_000)
    at: datetime | None = None


def event_id_of(event: OrderEventKind, component: str = "", release: int = 0) -> str:
    """The id of an order event whose sender has none: made of its content, so that a repeat is known.

    At most 64 characters, as an event's id is.
    """
    plain = f"{event}({component}#{release})" if component else event.value
    return plain if len(plain) <= 64 else f"{event}-{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def asked_about(gates: Iterable[PlannedGate]) -> frozenset[tuple[str, str]]:
    """The events, with the component each is about, that conditions of these gates name."""
    conditions = [gate.condition for gate in gates if gate.condition is not None]
    found = [atom for condition in conditions for _, atom in atoms(condition)]
    return frozenset((a.event.value, a.component) for a in found if isinstance(a, Happened))


def happened(events: Iterable[OrderEvent]) -> tuple[frozenset[tuple[Event, str, int]], bool]:
    """What happened to releases, and whether the order is confirmed, as `verdict.Known` has it."""
    known = list(events)
    of_releases = frozenset(
        (Event(event.event.value), event.component, event.release)
        for event in known
        if event.event in ABOUT_COMPONENTS
    )
    return of_releases, any(event.event is OrderEventKind.CONFIRMED for event in known)
