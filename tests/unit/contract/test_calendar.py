"""What release rules come to: exact instants, in zones whose clocks change and in months that end early."""

from calendar import isleap
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contract.calendar import deadline, earliest, instants, utc_of
from domain.contract.release import AT_ORDER, Release

SHANGHAI, BERLIN, NEW_YORK = (
    ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
)


def rule(**fields: Any) -> Release:
    return Release.model_validate(fields)


def utc(text: str) -> datetime:
    """2026-01-31 10:00 in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(found: list[datetime]) -> list[str]:
    """Each instant as 2026-01-31 10:00 in UTC, with seconds where there are any."""
    assert all(instant.tzinfo is UTC for instant in found)
    return [f"{i:%Y-%m-%d %H:%M}" + (f":{i:%S}" if i.second else "") for i in found]


def local(found: list[datetime], zone: ZoneInfo) -> list[str]:
    """Each instant as 2026-01-31 10:00+0800 in this zone."""
    return [f"{i.astimezone(zone):%Y-%m-%d %H:%M%z}" for i in found]


def test_a_month_after_31_january_is_the_end_of_february_and_then_31_march_again() -> None:
    monthly = rule(every="P1M", times=5)
    assert local(instants(monthly, utc("2027-01-31 02:00"), SHANGHAI), SHANGHAI) == [
        "2027-01-31 10:00+0800",
        "2027-02-28 10:00+0800",
        "2027-03-31 10:00+0800",
        "2027-04-30 10:00+0800",
        "2027-05-31 10:00+0800",
    ]
    leap = instants(monthly, utc("2028-01-31 02:00"), SHANGHAI)
    assert local(leap, SHANGHAI)[:3] == [
        "2028-01-31 10:00+0800",
        "2028-02-29 10:00+0800",
        "2028-03-31 10:00+0800",
    ]


def test_31_march_keeps_its_day_where_a_month_has_it() -> None:
    found = instants(rule(every="P1M", times=12), utc("2026-03-31 04:00"), SHANGHAI)
    days = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28]
    assert [i.astimezone(SHANGHAI).day for i in found] == [31, *days]
    assert told(found)[-1] == "2027-02-28 04:00"


def test_a_step_of_several_months_is_counted_from_the_start() -> None:
    assert told(instants(rule(every="P11M", times=3), utc("2026-03-31 00:00"), SHANGHAI)) == [
        "2026-03-31 00:00",
        "2027-02-28 00:00",
        "2028-01-31 00:00",
    ]


def test_29_february_every_year_is_the_28th_until_there_is_one_again() -> None:
    assert told(instants(rule(every="P1Y", times=5), utc("2028-02-29 06:30"), SHANGHAI)) == [
        "2028-02-29 06:30",
        "2029-02-28 06:30",
        "2030-02-28 06:30",
        "2031-02-28 06:30",
        "2032-02-29 06:30",
    ]


def test_an_order_late_in_the_day_belongs_to_the_next_day_in_the_bundles_zone() -> None:
    """23:30 UTC on 30 January is 07:30 on the 31st in Shanghai, so that February ends it a day earlier."""
    assert told(instants(rule(every="P1M", times=3), utc("2026-01-30 23:30"), SHANGHAI)) == [
        "2026-01-30 23:30",
        "2026-02-27 23:30",
        "2026-03-30 23:30",
    ]
    assert told(instants(rule(every="P1M", times=2), utc("2026-01-31 23:30"), SHANGHAI)) == [
        "2026-01-31 23:30",
        "2026-02-28 23:30",
    ]


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        (
            BERLIN,
            "2026-03-27 01:30",
            ["03-27 02:30+0100", "03-28 02:30+0100", "03-29 03:30+0200", "03-30 02:30+0200"],
        ),
        (
            NEW_YORK,
            "2026-03-06 07:30",
            ["03-06 02:30-0500", "03-07 02:30-0500", "03-08 03:30-0400", "03-09 02:30-0400"],
        ),
    ],
)
def test_a_local_time_that_does_not_exist_moves_forward_by_the_gap(
    zone: ZoneInfo, start: str, expected: list[str]
) -> None:
    found = instants(rule(every="P1D", times=4), utc(start), zone)
    assert local(found, zone) == [f"2026-{each}" for each in expected]


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        (BERLIN, "2026-10-24 00:30", ["10-24 02:30+0200", "10-25 02:30+0200", "10-26 02:30+0100"]),
        (NEW_YORK, "2026-10-31 05:30", ["10-31 01:30-0400", "11-01 01:30-0400", "11-02 01:30-0500"]),
    ],
)
def test_of_two_local_times_the_first_is_meant(zone: ZoneInfo, start: str, expected: list[str]) -> None:
    found = instants(rule(every="P1D", times=3), utc(start), zone)
    assert local(found, zone) == [f"2026-{each}" for each in expected]


def test_an_order_in_the_second_of_two_hours_is_released_at_its_own_moment() -> None:
    start = utc("2026-10-25 01:30")
    assert local(instants(rule(every="P1W", times=2), start, BERLIN), BERLIN) == [
        "2026-10-25 02:30+0100",
        "2026-11-01 02:30+0100",
    ]


def test_days_keep_the_local_time_and_hours_count_elapsed_time() -> None:
    start = utc("2026-03-28 11:00")
    assert told(instants(rule(every="P1D", times=2), start, BERLIN)) == [
        "2026-03-28 11:00",
        "2026-03-29 10:00",
    ]
    assert told(instants(rule(every="PT24H", times=2), start, BERLIN)) == [
        "2026-03-28 11:00",
        "2026-03-29 11:00",
    ]


def test_a_second_is_the_shortest_period() -> None:
    start = utc("2026-12-31 23:59:58")
    assert told(instants(rule(every="PT1S", times=4), start, SHANGHAI)) == [
        "2026-12-31 23:59:58",
        "2026-12-31 23:59:59",
        "2027-01-01 00:00",
        "2027-01-01 00:00:01",
    ]


@pytest.mark.parametrize(
    ("period", "second"),
    [
        ("P1Y", "2027-01-31 12:00"),
        ("P2M", "2026-03-31 12:00"),
        ("P1W", "2026-02-07 12:00"),
        ("P1M1D", "2026-03-01 12:00"),
        ("PT1H30M", "2026-01-31 13:30"),
    ],
)
def test_periods(period: str, second: str) -> None:
    assert told(instants(rule(every=period, times=2), utc("2026-01-31 12:00"), SHANGHAI))[1] == second


FIRST_OF_MONTH = "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0;BYSECOND=0"


def test_a_recurrence_rule_is_read_in_local_time() -> None:
    found = instants(rule(rrule=f"{FIRST_OF_MONTH};COUNT=3"), utc("2026-01-31 23:30"), SHANGHAI)
    assert told(found) == ["2026-02-01 01:00", "2026-03-01 01:00", "2026-04-01 01:00"]
    across_a_change = instants(rule(rrule=f"{FIRST_OF_MONTH};COUNT=2"), utc("2026-03-02 00:00"), BERLIN)
    assert told(across_a_change) == ["2026-04-01 07:00", "2026-05-01 07:00"]


def test_a_recurrence_rule_without_a_time_of_day_takes_the_orders() -> None:
    found = instants(rule(rrule="FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3"), utc("2026-01-31 02:00:07"), SHANGHAI)
    assert told(found) == ["2026-02-02 02:00:07", "2026-02-05 02:00:07", "2026-02-09 02:00:07"]


@pytest.mark.parametrize(
    ("until", "count"), [("20260401T010000Z", 3), ("20260401T005959Z", 2), ("20260131T000000Z", 0)]
)
def test_until_is_an_instant_and_included(until: str, count: int) -> None:
    found = instants(rule(rrule=f"{FIRST_OF_MONTH};UNTIL={until}"), utc("2026-01-31 02:00"), SHANGHAI)
    assert told(found) == ["2026-02-01 01:00", "2026-03-01 01:00", "2026-04-01 01:00"][:count]


def test_a_recurrence_rule_never_starts_before_the_order_even_within_a_second() -> None:
    start = datetime(2026, 1, 31, 2, 0, 0, 1, tzinfo=UTC)
    assert told(instants(rule(rrule="FREQ=DAILY;COUNT=2"), start, SHANGHAI)) == [
        "2026-01-31 02:00:01",
        "2026-02-01 02:00:01",
    ]


def test_a_recurrence_rule_starts_at_the_orders_own_moment_also_in_the_second_of_two_hours() -> None:
    start = utc("2026-10-25 01:30")
    assert local(instants(rule(rrule="FREQ=DAILY;COUNT=2"), start, BERLIN), BERLIN) == [
        "2026-10-25 02:30+0100",
        "2026-10-26 02:30+0100",
    ]
    quarters = rule(rrule="FREQ=DAILY;BYMINUTE=30,45;COUNT=3")
    assert local(instants(quarters, start, BERLIN), BERLIN) == [
        "2026-10-25 02:30+0100",
        "2026-10-26 02:30+0100",
        "2026-10-26 02:45+0100",
    ]


def test_times_that_a_gap_moves_onto_one_another_are_one_and_the_count_is_kept() -> None:
    both = rule(rrule="FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30;BYSECOND=0;COUNT=3")
    assert local(instants(both, utc("2026-03-29 00:00"), BERLIN), BERLIN) == [
        "2026-03-29 03:30+0200",
        "2026-03-30 02:30+0200",
        "2026-03-30 03:30+0200",
    ]


def test_a_rule_that_never_comes_true_has_no_instant() -> None:
    never = rule(rrule="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1")
    assert instants(never, utc("2026-01-31 02:00"), SHANGHAI) == []


def test_29_february_by_a_rule_comes_only_in_leap_years() -> None:
    leap = rule(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=8;BYMINUTE=0;BYSECOND=0;COUNT=2")
    assert told(instants(leap, utc("2026-01-31 02:00"), SHANGHAI)) == ["2028-02-29 00:00", "2032-02-29 00:00"]


def test_a_rule_that_comes_true_at_some_hours_only_has_no_instant_from_the_others() -> None:
    every_other = rule(rrule="FREQ=HOURLY;INTERVAL=2;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=1")
    assert told(instants(every_other, utc("2026-01-30 23:00"), SHANGHAI)) == ["2026-01-31 01:00"]
    assert instants(every_other, utc("2026-01-31 00:00"), SHANGHAI) == []


def test_a_schedule_of_many_years_is_found_whole() -> None:
    """Bundles that were published with one keep it, although none is published any more."""
    found = instants(rule(rrule="FREQ=MONTHLY;COUNT=100"), utc("2026-01-31 02:00"), SHANGHAI)
    assert (len(found), told(found)[-1]) == (100, "2040-03-31 02:00")


@pytest.mark.parametrize("year", [2000, 2026, 2043, 2044, 2071, 2072, 2099])
def test_a_rule_is_read_in_a_calendar_that_is_the_same(year: int) -> None:
    """The fifth Mondays, the weeks and the 29th of February are found where they are from any year on."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    by_rule = instants(rule(rrule="FREQ=MONTHLY;BYDAY=5MO;COUNT=120"), start, ZoneInfo("UTC"))
    days = (start + timedelta(days=day) for day in range(366 * 30))
    fifth = [day for day in days if day.weekday() == 0 and day.day > 28]
    assert by_rule == fifth[:120]
    leap = instants(rule(rrule="FREQ=YEARLY;BYYEARDAY=366;COUNT=5"), start, ZoneInfo("UTC"))
    assert [day.year for day in leap] == [y for y in range(year, year + 40) if isleap(y)][:5]
    week = instants(rule(rrule="FREQ=YEARLY;BYWEEKNO=1;BYDAY=TH;COUNT=20"), start, ZoneInfo("UTC"))
    assert all(day.isocalendar()[1:] == (1, 4) for day in week)


ORDERED = utc("2026-01-31 02:00")


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (AT_ORDER, "2026-01-31 02:00"),
        (rule(after="P3D"), "2026-02-03 02:00"),
        (rule(at="2027-01-01T09:00:00+08:00"), "2027-01-01 01:00"),
        (rule(at="2027-02-14 09:00"), "2027-02-14 08:00"),
        (rule(at="2027-07-14 09:00"), "2027-07-14 07:00"),
        (rule(at="2026-03-29 02:30"), "2026-03-29 01:30"),
        (rule(at="2026-01-01 09:00"), "2026-01-31 02:00"),
    ],
)
def test_the_earliest_moment_of_a_release_is_never_before_the_order(release: Release, expected: str) -> None:
    assert told([earliest(release, ORDERED, BERLIN, {})]) == [expected]


@pytest.mark.parametrize(
    ("birthday", "ordered", "expected"),
    [
        ("1990-05-01", "2026-01-31 02:00", "2026-05-01 01:00"),
        ("1990-01-31", "2026-01-31 01:00", "2026-01-31 01:00"),
        ("1990-01-31", "2026-01-31 01:01", "2027-01-31 01:00"),
        ("1990-01-01", "2026-12-31 16:30", "2027-01-01 01:00"),
        ("1992-02-29", "2026-01-31 02:00", "2026-02-28 01:00"),
        ("1992-02-29", "2027-03-01 02:00", "2028-02-29 01:00"),
        ("1992-02-29", "2028-02-28 16:00", "2028-02-29 01:00"),
    ],
)
def test_a_yearly_day_is_the_next_one_that_comes(birthday: str, ordered: str, expected: str) -> None:
    yearly = rule(at={"attribute": "birthday", "time": "09:00"})
    assert told([earliest(yearly, utc(ordered), SHANGHAI, {"birthday": birthday})]) == [expected]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("P60D", "2026-04-01 02:00"),
        ("2027-01-01T09:00:00+08:00", "2027-01-01 01:00"),
        ("2027-01-01 09:00", "2027-01-01 08:00"),
    ],
)
def test_a_deadline_is_a_duration_from_the_order_or_a_moment(by: str, expected: str) -> None:
    waiting = rule(when="confirmed", by=by, otherwise="refund")
    found = deadline(waiting, ORDERED, BERLIN)
    assert found is not None
    assert told([found]) == [expected]
    assert deadline(AT_ORDER, ORDERED, BERLIN) is None


def test_the_first_of_two_instants_of_a_local_time() -> None:
    assert utc_of(datetime(2026, 10, 25, 2, 30), BERLIN) == utc("2026-10-25 00:30")


ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
PERIODS = ("P1Y", "P1M", "P5M2D", "P1W", "P1D", "PT1H", "PT1S", "PT36H")
RULES = (
    "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30;BYSECOND=0",
    "FREQ=HOURLY",
    "FREQ=MINUTELY;INTERVAL=20",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=WEEKLY;BYDAY=SU",
)
STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))


@given(STARTS, st.sampled_from(ZONES), st.sampled_from(PERIODS), st.integers(1, 50))
def test_steps_strictly_increase_from_the_start_and_are_as_many_as_asked(
    start: datetime, zone: str, period: str, times: int
) -> None:
    found = instants(rule(every=period, times=times), start, ZoneInfo(zone))
    assert len(found) == times
    assert found[0] == start
    assert all(later - earlier > timedelta(0) for earlier, later in pairwise(found))


@given(STARTS, st.sampled_from(ZONES), st.sampled_from(RULES), st.integers(1, 50))
def test_occurrences_strictly_increase_and_none_is_before_the_start(
    start: datetime, zone: str, text: str, count: int
) -> None:
    found = instants(rule(rrule=f"{text};COUNT={count}"), start, ZoneInfo(zone))
    assert len(found) == count
    assert found[0] >= start
    assert all(later - earlier > timedelta(0) for earlier, later in pairwise(found))
