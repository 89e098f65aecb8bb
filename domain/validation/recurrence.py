"""What in a recurrence rule cannot be kept for every order: too few releases, too many, or too late ones."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.contract.bounds import start
from domain.contract.calendar import instants, utc_of
from domain.contract.document import LONGEST
from domain.contract.recurrence import InvalidRule, check_rule
from domain.contract.release import MOST_RELEASES, Release

_WEEK = [datetime(2028, 2, 23) + timedelta(days=day, hours=3 * day) for day in range(7)]
"""Local times at which schedules may start: every day of the week, and a 29 February."""
_ENDS_OF_MONTHS = [
    datetime(2029, 1, 29),
    datetime(2029, 1, 30),
    *(datetime(2029, month, 1) - timedelta(days=1) for month in range(2, 13)),
    datetime(2029, 12, 31),
]
"""Days that other months do not have."""
_DAYS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
_MONTHS = {"MONTHLY": 1, "YEARLY": 12}
_TEN_YEARS = 120


def wrong_with_rule(rule: Release, zone: ZoneInfo) -> str | None:
    """What keeps a rule's recurrence rule from being kept, and a way out; None when it can be."""
    try:
        parts = check_rule(rule.rrule or "")
    except InvalidRule as error:
        return str(error)
    fixed = start(rule, zone).instant
    if "UNTIL" not in parts:
        return _wrong_with_count(rule, parts, fixed, zone)
    if rule.when is not None:
        return (
            "must end by COUNT, not UNTIL: how many releases there are is known before the condition holds, "
            "since each has its part of the price"
        )
    if fixed is not None:
        return _wrong_with_dates(instants(rule, fixed, zone), fixed)
    # Which dates are left depends on the order; that any come at all does not.
    first = {name: value for name, value in parts.items() if name != "UNTIL"} | {"COUNT": "1"}
    text = ";".join(f"{name}={value}" for name, value in first.items())
    return _wrong_with_count(Release(rrule=text), first, None, zone)


def _wrong_with_dates(found: list[datetime], first: datetime) -> str | None:
    if not found:
        return "has no release at all; correct its parts"
    if len(found) > MOST_RELEASES:
        return f"has more than {MOST_RELEASES} releases; give an earlier UNTIL"
    if found[-1] - first > LONGEST:
        return f"has a release more than {LONGEST.days} days after the first; give an earlier UNTIL"
    return None


def _wrong_with_count(
    rule: Release, parts: Mapping[str, str], fixed: datetime | None, zone: ZoneInfo
) -> str | None:
    """Tried with many starts; an order that still finds another one is refused by itself (`check_order`)."""
    days = [*_WEEK, *_ENDS_OF_MONTHS] if parts["FREQ"] in _MONTHS else _WEEK
    starts = [utc_of(day, zone) for day in days]
    for first in starts if fixed is None else [fixed, *starts]:
        found = instants(rule, first, zone)
        if not found and not any(instants(rule, other, zone) for other in starts):
            return "has no release at all; correct its parts"
        if not found:
            way_out = "name a day, such as BYMONTHDAY=1" if _takes_day_of(parts) else "correct its parts"
            return f"has no release for a start on {_day(first, zone, parts)}; {way_out}"
        if len(found) < int(parts["COUNT"]) or found[-1] - first > LONGEST:
            return (
                f"has a release more than {LONGEST.days} days after a start on {_day(first, zone, parts)}; "
                f"{_fewer(parts)}"
            )
    return None


def _day(first: datetime, zone: ZoneInfo, parts: Mapping[str, str]) -> str:
    local = first.astimezone(zone)
    time = f" at {local:%H:%M}" if parts["FREQ"] == "HOURLY" else ""
    return f"{local.day} {local:%B}{time}"


def _takes_day_of(parts: Mapping[str, str]) -> bool:
    """Whether the day of the month is that of the start."""
    return parts["FREQ"] in _MONTHS and not any(name in parts for name in _DAYS)


def _fewer(parts: Mapping[str, str]) -> str:
    """A way out of too late an end; a rule skips days that do not exist, where `every` does not."""
    months = _MONTHS.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", "1"))
    plain = _takes_day_of(parts) and set(parts) <= {"FREQ", "INTERVAL", "COUNT", "WKST"}
    if plain and months * (int(parts["COUNT"]) - 1) <= _TEN_YEARS:
        period = f"P{parts.get('INTERVAL', '1')}{parts['FREQ'][0]}"
        every = f"every: {period}, times: {parts['COUNT']}"
        return f"give a smaller COUNT, or write {every}, which skips no month or year"
    return "give a smaller COUNT"
