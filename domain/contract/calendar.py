"""What a release rule comes to: exact instants, once an order's moment is known.

Calendar steps and recurrence rules are counted in local time and then turned into instants the way RFC 5545
says: a local time that does not exist is read with the offset before the gap, so that it moves forward by
it, and of two that are the same the first is meant.
"""

from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import cache
from itertools import count, islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from domain.contract.condition import Attributes
from domain.contract.moments import Period, YearlyDay
from domain.contract.recurrence import UNTIL
from domain.contract.release import MOST_RELEASES, Release

_SEARCHED_YEARS = 30
"""How many years of the calendar a rule is searched for at least: thrice what a schedule lasts at most."""


def is_date(text: str) -> bool:
    """Whether a text is a day as documents write it, such as 1990-12-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def utc_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a naive local time: the first of two, and moved forward where there is none."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def instant_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a moment of a contract: local in this zone, unless it has an offset."""
    return utc_of(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def earliest(release: Release, anchor: datetime, zone: ZoneInfo, attributes: Attributes) -> datetime:
    """The earliest moment of a release, for an order placed at `anchor` (UTC-aware); never before it.

    Raises KeyError when the rule names an attribute that is not stated.
    """
    if isinstance(release.at, YearlyDay):
        born = date.fromisoformat(str(attributes[release.at.attribute]))
        return next_yearly(born, release.at, anchor, zone)
    if release.at is not None:
        return max(instant_of(release.at, zone), anchor.astimezone(UTC))
    return anchor.astimezone(UTC) + (release.after or timedelta(0))


def next_yearly(born: date, yearly: YearlyDay, anchor: datetime, zone: ZoneInfo) -> datetime:
    """The first instant not before `anchor` of that day of the year at that local time."""
    for year in count(anchor.astimezone(zone).year):
        # relativedelta clamps: 29 February in a year without one is the 28th.
        day = date(2000, born.month, born.day) + relativedelta(year=year)
        instant = utc_of(datetime.combine(day, yearly.clock), zone)
        if instant >= anchor:
            return instant
    raise AssertionError("years do not end")


def deadline(release: Release, anchor: datetime, zone: ZoneInfo) -> datetime | None:
    """When a release stops waiting, for an order placed at `anchor`; None when it has no deadline."""
    if release.by is None:
        return None
    if isinstance(release.by, timedelta):
        return anchor.astimezone(UTC) + release.by
    return instant_of(release.by, zone)


def ends(release: Release) -> datetime | None:
    """The UNTIL of a release's recurrence rule; None when it has none."""
    text = release.rule.get("UNTIL")
    return None if text is None else datetime.strptime(text, UNTIL).replace(tzinfo=UTC)


def instants(release: Release, start: datetime, zone: ZoneInfo) -> list[datetime]:
    """Every instant of a release rule that starts at `start` (UTC-aware), in UTC, each after the one before.

    A single release is at `start`. Local times that a gap moves onto or behind another are left out; the
    count is kept. At most `MOST_RELEASES` + 1, so that too many are noticed. Those of a rule that hardly ever
    comes true are fewer than its COUNT, since it is searched for some decades only.
    """
    start = start.astimezone(UTC)
    if release.every is not None:
        return list(islice(_later_ones(_steps(release.every, start, zone)), release.count))
    if release.rrule is not None:
        return _of_rule(release, start, zone)
    return [start]


def _steps(period: Period, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Each step counted from the start, so that a clamped month end does not stay clamped."""
    local = start.astimezone(zone).replace(tzinfo=None)
    yield start
    for number in count(1):
        if period.elapsed:
            yield start + number * period.elapsed
        else:
            step = relativedelta(months=number * period.months, days=number * period.days)
            yield utc_of(local + step, zone)


def _of_rule(release: Release, start: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants of the recurrence rule; the order's moment counts in whole seconds, rounded up."""
    rule = release.rule
    first = _rounded_up(start)
    local = first.astimezone(zone).replace(tzinfo=None)
    # The order's own local time may come twice that day, and it is meant as it was.
    every = (first if each == local else utc_of(each, zone) for each in _occurrences(rule, local))
    found = _later_ones(instant for instant in every if instant >= start)
    until = ends(release)
    if until is not None:
        found = takewhile(lambda instant: instant <= until, found)
    return list(islice(found, min(release.count or MOST_RELEASES + 1, MOST_RELEASES + 1)))


def _occurrences(rule: Mapping[str, str], local: datetime) -> Iterator[datetime]:
    """Naive local times of the rule, without its end.

    dateutil looks for the next one up to the year 9999. So the rule is read as late in the calendar as it can
    be, which keeps the search short when there is no next one.
    """
    shift = relativedelta(years=_late_like(local.year) - local.year)
    text = ";".join(f"{name}={value}" for name, value in rule.items() if name not in ("COUNT", "UNTIL"))
    try:
        late = rrulestr(text, dtstart=local + shift)
    except ValueError:
        # From this start, steps of so many hours never reach the hours that the rule names.
        return iter(())
    return (each - shift for each in late)


@cache
def _late_like(year: int) -> int:
    """The last year from which on the calendar, to the weekday, goes on as it does from `year` on."""
    latest = MAXYEAR - _SEARCHED_YEARS
    return next(
        late
        for late in range(latest, year, -1)
        if all(_kind(year + n) == _kind(late + n) for n in range(MAXYEAR - late + 1))
    )


def _kind(year: int) -> tuple[int, bool, bool]:
    """What the calendar of a year depends on; its first week, also on the year before."""
    return date(year, 1, 1).weekday(), isleap(year), isleap(year - 1)


def _rounded_up(moment: datetime) -> datetime:
    return moment + timedelta(microseconds=-moment.microsecond % 1_000_000)


def _later_ones(found: Iterable[datetime]) -> Iterator[datetime]:
    """Those that are later than every one before them."""
    last = datetime.min.replace(tzinfo=UTC)
    for instant in found:
        if instant > last:
            last = instant
            yield instant
