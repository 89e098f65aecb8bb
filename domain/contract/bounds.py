"""When a component is released at the earliest and at the latest, as far as its contract tells by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from domain.contract.bundle import Bundle, Component
from domain.contract.calendar import instant_of
from domain.contract.condition import All, AnyOf, Condition, Event, Happened
from domain.contract.moments import YearlyDay
from domain.contract.release import Release

A_YEAR = timedelta(days=367)
"""A yearly day is never further away than this: a leap year, and a day for what clocks may shift."""


@dataclass(frozen=True)
class Bound:
    """The later of a time since the order and an instant (UTC); None is no instant."""

    since_order: timedelta = timedelta(0)
    instant: datetime | None = None

    def may_be_after(self, other: "Bound") -> bool:
        """Whether there is an order for which this comes after the other."""
        if self.since_order > other.since_order:
            return True
        return self.instant is not None and (other.instant is None or self.instant > other.instant)


NO_BOUND = Bound()


def start(rule: Release, zone: ZoneInfo) -> Bound:
    """The earliest moment that the rule itself allows."""
    if isinstance(rule.at, datetime):
        return Bound(instant=instant_of(rule.at, zone))
    return Bound(since_order=rule.after or timedelta(0))


def latest_end(rule: Release, zone: ZoneInfo) -> Bound | None:
    """When the last release is due at the latest; None when that depends on more than the order's moment."""
    if rule.when is not None or rule.rrule is not None:
        return None
    first = start(rule, zone)
    wait = A_YEAR if isinstance(rule.at, YearlyDay) else timedelta(0)
    return Bound(first.since_order + wait + _span(rule, (rule.times or 1) - 1, month=31), first.instant)


def is_past(by: timedelta | datetime | None, bound: Bound, zone: ZoneInfo) -> bool:
    """Whether a deadline is certainly not later than the earliest moment `bound`."""
    if by is None:
        return False
    if isinstance(by, timedelta):
        return by <= bound.since_order
    return bound.instant is not None and instant_of(by, zone) <= bound.instant


class Earliest:
    """The earliest moments of a bundle's releases. Its conditions must be free of circles."""

    def __init__(self, bundle: Bundle) -> None:
        self._zone = bundle.zone
        self._components = {c.id: c for c in bundle.components}
        self._first: dict[str, Bound] = {}

    def release(self, component_id: str, number: int = 1) -> Bound:
        """The earliest that this release of the component can be due."""
        component = self._components[component_id]
        if component_id not in self._first:
            own = start(component.rule, self._zone)
            self._first[component_id] = _latest([own, self.opening(component)])
        first = self._first[component_id]
        return Bound(first.since_order + _span(component.rule, number - 1, month=28), first.instant)

    def opening(self, component: Component) -> Bound:
        """The earliest that everything it waits for, beyond its own rule, can have happened."""
        needs = [self.release(each) for each in component.needs]
        when = component.rule.when
        return _latest([*needs, self._condition(when) if when is not None else NO_BOUND])

    def _condition(self, condition: Condition) -> Bound:
        match condition:
            case Happened() if condition.event is not Event.CONFIRMED:
                return self.release(condition.component, condition.release or 1)
            case All(all=parts):
                return _latest(self._condition(part) for part in parts)
            case AnyOf(any=parts):
                return reduce(_sooner, (self._condition(part) for part in parts))
        return NO_BOUND


def _latest(bounds: Iterable[Bound]) -> Bound:
    return reduce(_later, bounds, NO_BOUND)


def _later(one: Bound, two: Bound) -> Bound:
    instants = [each.instant for each in (one, two) if each.instant is not None]
    return Bound(max(one.since_order, two.since_order), max(instants, default=None))


def _sooner(one: Bound, two: Bound) -> Bound:
    both = one.instant is not None and two.instant is not None
    instant = min(one.instant, two.instant) if both else None  # type: ignore[type-var]
    return Bound(min(one.since_order, two.since_order), instant)


def _span(rule: Release, steps: int, *, month: int) -> timedelta:
    """How long so many steps of `every` take at most (months of 31 days) or at least (of 28)."""
    if rule.every is None or not steps:
        return timedelta(0)
    if rule.every.elapsed:
        return steps * rule.every.elapsed
    days = steps * (month * rule.every.months + rule.every.days)
    return timedelta(days=days + 1 if month > 28 else days - 1)
