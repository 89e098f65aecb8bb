"""Conditions that say what nobody can mean: such that can never hold, and such that never wait."""

from collections.abc import Iterator

from domain.contract.bundle import MOST_BUNDLES, Component
from domain.contract.condition import All, AnyOf, Atom, Comparison, Condition, Happened, Not
from domain.contract.release import Release
from domain.planning.verdict import Known, Verdict, decide
from domain.validation.problems import Location, Problem

Wanted = tuple[Atom, bool]
"""Something that has to hold (True), or has to not hold (False)."""


def check_sense(component: Component, place: Location) -> Iterator[Problem]:
    """What the condition of a component cannot mean. Its names and types must be free of problems."""
    when = component.rule.when
    if when is None:
        return
    reason = why_never(when)
    if reason:
        yield Problem(place, f"can never hold: {reason}; correct it")
    elif not component.needs and not _has_start(component.rule) and _holds_at_once(when):
        yield Problem(
            place,
            "holds from the order on, since `not` holds as long as it has not happened; say with `after` or "
            "`at` when it is looked at",
        )


def _has_start(rule: Release) -> bool:
    return bool(rule.after) or rule.at is not None


def _holds_at_once(condition: Condition) -> bool:
    """Whether it holds before anything has happened, in an order whose attributes leave it open."""
    left = _without_comparisons(condition)
    return left is not None and decide(left, Known()) is Verdict.MET


def _without_comparisons(condition: Condition) -> Condition | None:
    match condition:
        case Comparison():
            return None
        case Not(not_=part):
            left = _without_comparisons(part)
            return None if left is None else Not(not_=left)
        case All(all=parts) | AnyOf(any=parts):
            kept = [each for part in parts if (each := _without_comparisons(part)) is not None]
            if not kept:
                return None
            return All(all=kept) if isinstance(condition, All) else AnyOf(any=kept)
    return condition


def why_never(condition: Condition, wanted: bool = True) -> str:
    """Why a condition can never hold (or, not wanted, never fail); empty when it may. Not all is found."""
    match condition:
        case Not(not_=part):
            return why_never(part, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            reasons = [why_never(part, wanted) for part in parts]
            if isinstance(condition, All) is not wanted:
                return reasons[0] if all(reasons) else ""
            return next(filter(None, reasons), "") or _contradiction(list(_together(condition, wanted)))
    return _contradiction([(condition, wanted)])


def _together(condition: Condition, wanted: bool) -> Iterator[Wanted]:
    """What has to hold, or not to hold, in any case for a condition to be as wanted."""
    match condition:
        case Not(not_=part):
            yield from _together(part, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            if isinstance(condition, All) is wanted:
                for part in parts:
                    yield from _together(part, wanted)
        case _:
            yield condition, wanted


def _contradiction(together: list[Wanted]) -> str:
    events = [(atom, wanted) for atom, wanted in together if isinstance(atom, Happened)]
    for atom, wanted in events:
        for other, other_wanted in events:
            if wanted and not other_wanted and _implies(atom, other):
                return f"{atom} is asked for, and {other} ruled out"
    quantities = [
        (atom, wanted)
        for atom, wanted in together
        if isinstance(atom, Comparison) and atom.attribute == "quantity"
    ]
    if not any(
        all(atom.is_met({"quantity": quantity}) is wanted for atom, wanted in quantities)
        for quantity in range(1, MOST_BUNDLES + 1)
    ):
        asked = " and ".join(str(atom) if wanted else f"not {atom}" for atom, wanted in quantities)
        return f"no order has {asked}, it is from 1 to {MOST_BUNDLES}"
    return ""


def _implies(one: Happened, other: Happened) -> bool:
    same = (one.event, one.component) == (other.event, other.component)
    return same and other.release in (None, one.release)
