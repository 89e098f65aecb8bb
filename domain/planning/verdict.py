"""What becomes of a condition: settled by the order, and then holding, possible or impossible."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.contract.condition import (
    All,
    AnyOf,
    Attributes,
    Comparison,
    Condition,
    Constant,
    Event,
    Happened,
    Not,
)


def settle_attributes(condition: Condition, attributes: Attributes) -> Condition:
    """The condition with every comparison decided: a constant, or what is left to wait for.

    Raises KeyError when an attribute is not stated.
    """
    match condition:
        case Comparison():
            return Constant(condition.is_met(attributes))
        case All(all=parts):
            return _joined([settle_attributes(part, attributes) for part in parts], All, neutral=True)
        case AnyOf(any=parts):
            return _joined([settle_attributes(part, attributes) for part in parts], AnyOf, neutral=False)
        case Not(not_=part):
            settled = settle_attributes(part, attributes)
            return Constant(not settled.value) if isinstance(settled, Constant) else Not(not_=settled)
    return condition


def _joined(parts: list[Condition], model: type[All] | type[AnyOf], *, neutral: bool) -> Condition:
    if any(isinstance(part, Constant) and part.value is not neutral for part in parts):
        return Constant(not neutral)
    left: list[Condition] = [part for part in parts if not isinstance(part, Constant)]
    if len(left) < 2:
        return left[0] if left else Constant(neutral)
    return All(all=left) if model is All else AnyOf(any=left)


class Verdict(StrEnum):
    """`holds` says so of this moment only: `not` may cease to hold."""

    MET = "met"
    PENDING = "pending"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Known:
    """What has happened to an order. Each release, with all its items, is a component's id and its number.

    `impossible` are the components of which no release can be delivered any more, and none was;
    `impossible_releases` are the single releases that cannot.
    """

    delivered: frozenset[tuple[str, int]] = frozenset()
    happened: frozenset[tuple[Event, str, int]] = frozenset()
    """What else happened: activated or redeemed."""
    confirmed: bool = False
    impossible: frozenset[str] = frozenset()
    impossible_releases: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class _Outlook:
    """Whether it holds now, and whether it may hold, or not hold, at some moment from now on."""

    now: bool
    may_be_met: bool
    may_fail: bool


def decide(condition: Condition, known: Known) -> Verdict:
    """What becomes of a condition. `never` is said only of what is certain.

    Raises ValueError for a comparison: `settle_attributes` comes first.
    """
    outlook = _outlook(condition, known)
    if outlook.now:
        return Verdict.MET
    return Verdict.PENDING if outlook.may_be_met else Verdict.IMPOSSIBLE


def needs_verdict(needs: list[str], known: Known) -> Verdict:
    """Whether a release of each of these components was delivered, or may still be."""
    parts: list[Condition] = [Happened(Event.DELIVERED, component) for component in needs]
    return decide(All(all=parts), known) if parts else Verdict.MET


def _outlook(condition: Condition, known: Known) -> _Outlook:
    match condition:
        case Constant(value=value):
            return _Outlook(value, value, not value)
        case Happened():
            now = _happened(condition, known)
            return _Outlook(now, now or not _is_impossible(condition, known), not now)
        case Comparison():
            raise ValueError(f"{condition.attribute} is not settled")
        case Not(not_=part):
            inner = _outlook(part, known)
            return _Outlook(not inner.now, inner.may_fail, inner.may_be_met)
        case All(all=parts):
            every = [_outlook(part, known) for part in parts]
            return _Outlook(
                all(part.now for part in every),
                all(part.may_be_met for part in every),
                any(part.may_fail for part in every),
            )
        case AnyOf(any=parts):
            some = [_outlook(part, known) for part in parts]
            return _Outlook(
                any(part.now for part in some),
                any(part.may_be_met for part in some),
                all(part.may_fail for part in some),
            )


def _is_impossible(atom: Happened, known: Known) -> bool:
    """Whether what it is about can happen no more, since it was not delivered and will not be."""
    return atom.component in known.impossible or (atom.component, atom.release) in known.impossible_releases


def _happened(atom: Happened, known: Known) -> bool:
    if atom.event is Event.CONFIRMED:
        return known.confirmed
    if atom.event is Event.DELIVERED:
        if atom.release is not None:
            return (atom.component, atom.release) in known.delivered
        return any(component == atom.component for component, _ in known.delivered)
    if atom.release is not None:
        return (atom.event, atom.component, atom.release) in known.happened
    return any(each[:2] == (atom.event, atom.component) for each in known.happened)


def hoped_for(condition: Condition, wanted: bool = True) -> Iterator[Happened]:
    """What must happen, rather than not happen, for a condition to hold."""
    match condition:
        case Happened() if wanted:
            yield condition
        case Not(not_=part):
            yield from hoped_for(part, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from hoped_for(part, wanted)
