"""Dates in release rules that an order comes too late, or too early, for: it would pay for nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.contract.bundle import Bundle, Component
from domain.contract.calendar import deadline, earliest, instants
from domain.contract.condition import Attributes, Constant
from domain.contract.document import LONGEST
from domain.contract.moments import YearlyDay
from domain.contract.release import MOST_DELIVERIES, MOST_RELEASES, Otherwise, Release
from domain.planning.verdict import settle_attributes
from domain.validation.problems import Location


@dataclass(frozen=True)
class Unusable:
    """Why an order of one moment is refused, and where that is written in the bundle.

    `way_out` is for whoever wrote the bundle, `order_instead` for whoever orders. `attribute`: the one of the
    order whose value it depends on, if any; the value itself is not known.
    """

    where: Location
    what: str
    way_out: str
    order_instead: str = "order a version of the bundle that is still sold"
    attribute: str = ""


def check_dates(bundle: Bundle, anchor: datetime, attributes: Attributes) -> Iterator[Unusable]:
    """Everything that an order placed at `anchor` (UTC-aware) could not use.

    Told is only what does not depend on attributes that are not stated.
    """
    total = 0
    for index, component in enumerate(bundle.components):
        at: Location = ("components", index, "release")
        start = _start(component.rule, anchor, bundle.zone, attributes)
        due = None if component.rule.starts_schedule else instants(component.rule, start, bundle.zone)
        count = component.rule.count or 0 if due is None else len(due)
        total += count
        if count > MOST_RELEASES:
            what = f"{component.id} has more than {MOST_RELEASES} releases"
            yield Unusable((*at, "rrule"), what, "give an earlier UNTIL")
        if not count:
            what = f"{component.id} has no release after this order"
            yield Unusable((*at, "rrule"), what, "give a later UNTIL")
        if due and _ends_too_late(component.rule, start, due):
            day = f"{start.astimezone(bundle.zone):%Y-%m-%d}"
            what = f"{component.id} has a release more than {LONGEST.days} days after its start on {day}"
            instead = "order on another day, or a version that ends sooner"
            yield Unusable((*at, "rrule"), what, "end it sooner", instead)
        yield from _check_deadline(component, bundle.zone, anchor, start, attributes, (*at, "by"))
    if total > MOST_DELIVERIES:
        what = f"makes {total} deliveries, more than {MOST_DELIVERIES}"
        yield Unusable(("components",), what, "give fewer releases")


def _start(rule: Release, anchor: datetime, zone: ZoneInfo, attributes: Attributes) -> datetime:
    """The earliest moment of a release; of a yearly day that is not stated, the order's own."""
    if isinstance(rule.at, YearlyDay) and rule.at.attribute not in attributes:
        return anchor
    return earliest(rule, anchor, zone, attributes)


def _ends_too_late(rule: Release, start: datetime, due: Sequence[datetime]) -> bool:
    """A rule skips days that do not exist, so that how long it lasts depends on the day of its start."""
    return len(due) < (rule.count or 1) or due[-1] - start > LONGEST


def _check_deadline(
    component: Component,
    zone: ZoneInfo,
    anchor: datetime,
    start: datetime,
    attributes: Attributes,
    where: Location,
) -> Iterator[Unusable]:
    """A component is not refunded before its condition could count, unless the order itself rules it out."""
    rule = component.rule
    by = deadline(rule, anchor, zone)
    if by is None or by > start or rule.otherwise is not Otherwise.REFUND:
        return
    if not _waits(component, attributes):
        return
    way_out = "give a later deadline"
    what = f"the deadline of {component.id}, {_local(by, zone)}, is"
    if by <= anchor:
        yield Unusable(where, f"{what} over", way_out)
        return
    yearly = rule.at.attribute if isinstance(rule.at, YearlyDay) else ""
    first = f"the day in {yearly}" if yearly else _local(start, zone)
    what = f"{what} no later than its earliest release, {first}"
    instead = "order a version of the bundle with a later deadline"
    yield Unusable(where, what, way_out, instead, yearly)


def _waits(component: Component, attributes: Attributes) -> bool:
    """Whether there is something left to wait for once the order's attributes are known."""
    when = component.rule.when
    if when is None:
        return bool(component.needs)
    try:
        settled = settle_attributes(when, attributes)
    except KeyError:
        return False
    if isinstance(settled, Constant):
        return settled.value and bool(component.needs)
    return True


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "seconds")
