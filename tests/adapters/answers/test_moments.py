"""Suppliers' times, in every form in which they are known to be written."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.answers.moments import CHINA_TIME, deadline, is_unreadable, moment

END = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
SAME = [
    "2026-12-31 23:59:59",
    "2026/12/31 23:59:59",
    "2026.12.31 23:59:59",
    "2026-12-31T23:59:59",
    "2026-12-31T23:59:59+08:00",
    "2026-12-31T15:59:59Z",
    "2026-12-31T15:59:59.000Z",
    "2026-12-31 10:59:59-0500",
    "2026年12月31日 23时59分59秒",
    "2026年12月31日23:59:59",
    "20261231235959",
    "20261231T155959Z",
    "1798732799",
    "1798732799000",
    " 2026-12-31 23:59:59 ",
]
DAYS = ["2026-12-31", "2026/12/31", "2026.12.31", "20261231", "2026年12月31日"]


@pytest.mark.parametrize("text", SAME)
def test_one_second_in_every_form(text: str) -> None:
    assert (moment(text), deadline(text), is_unreadable(text)) == (END, END, False)


@pytest.mark.parametrize("text", DAYS)
def test_a_day_alone_ends_with_it_and_begins_with_it(text: str) -> None:
    assert deadline(text) == END
    assert moment(text) == datetime(2026, 12, 30, 16, tzinfo=UTC)


def test_what_has_few_digits_or_ends_a_day() -> None:
    assert deadline("2026/1/5 9:05") == datetime(2026, 1, 5, 1, 5, tzinfo=UTC)
    assert deadline("202612312359") == END.replace(second=0)
    assert deadline("2026-12-31 24:00:00") == END + timedelta(seconds=1)


@pytest.mark.parametrize(
    "text", [None, "", " ", "0", "0000-00-00 00:00:00", "0001-01-01 00:00:00", "1970-01-01 08:00:00"]
)
def test_a_time_that_is_not_there(text: str | None) -> None:
    assert (moment(text), deadline(text), is_unreadable(text)) == (None, None, False)


@pytest.mark.parametrize(
    "text",
    [
        "长期有效",
        "soon",
        "2026-13-01",
        "2026-02-30",
        "20261331",
        "31/12/2026",
        "2026-12-31 25:00:00",
        "2026-12-31 24:00:01",
        "2026-12-31 23:59:59+99:00",
        "1999-12-31",
        "179873279",
        "２０２６-12-31",
        "2026-12-31 23:59:59 x",
    ],
)
def test_what_cannot_be_read_is_known_to_be_unreadable(text: str) -> None:
    assert (moment(text), deadline(text), is_unreadable(text)) == (None, None, True)


@given(st.datetimes(datetime(2000, 1, 2), datetime(9999, 12, 30)).map(lambda at: at.replace(microsecond=0)))
def test_every_form_of_a_second_is_that_second(at: datetime) -> None:
    there = at.replace(tzinfo=CHINA_TIME)
    forms = [f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%Y/%m/%d %H:%M:%S}", f"{at:%Y%m%d%H%M%S}", there.isoformat()]
    assert {deadline(form) for form in forms} == {moment(form) for form in forms} == {there.astimezone(UTC)}


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert deadline(text) is None or not is_unreadable(text)
