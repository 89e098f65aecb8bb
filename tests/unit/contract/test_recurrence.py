"""Recurrence rules: which are those of RFC 5545, and what is told of one that is not."""

import pytest

from domain.contract.recurrence import InvalidRule, check_rule

EXAMPLE = "write it like FREQ=MONTHLY;BYMONTHDAY=1;COUNT=12"
FREQUENCIES = "HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY"
WEEKDAYS = "MO, TU, WE, TH, FR, SA or SU"
FROM_THE_END = "or from -1 to -{0} to count from the end"


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=HOURLY;INTERVAL=12;COUNT=2",
        "FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,59;BYSECOND=0,59;COUNT=366",
        "FREQ=DAILY;BYSETPOS=-1;BYHOUR=9,18;COUNT=2",
        "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO,SU;UNTIL=20271231T160000Z",
        "COUNT=2;BYMONTHDAY=1,-1,31,-31;FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=+1MO,-1FR,5TU;COUNT=2",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2",
        "FREQ=YEARLY;BYMONTH=2,12;BYDAY=53MO;COUNT=2",
        "FREQ=YEARLY;BYWEEKNO=1,-53;BYDAY=MO;COUNT=2",
        "FREQ=YEARLY;BYYEARDAY=1,366,-366;COUNT=2",
    ],
)
def test_a_rule_of_the_standard_is_read_by_its_parts(text: str) -> None:
    parts = dict(part.split("=") for part in text.split(";"))
    assert check_rule(text) == parts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FREQ=DAILY", "has no end; add COUNT, such as COUNT=12, or UNTIL"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z", "has COUNT and UNTIL; keep one of them"),
        ("FREQ=DAILY;FREQ=WEEKLY;COUNT=2", "says FREQ twice; keep one of them"),
        ("FREQ=DAILY;BYEASTER=1;COUNT=2", "BYEASTER is no part of a recurrence rule here; leave it out"),
        (
            "FREQ=DAILY;EXDATE=20270101T000000Z;COUNT=2",
            "EXDATE is no part of a recurrence rule here; leave it out",
        ),
        ("COUNT=2", f"needs a FREQ, one of {FREQUENCIES}, such as FREQ=MONTHLY"),
        (
            "FREQ=SECONDLY;COUNT=2",
            "FREQ=SECONDLY is too often for a rule; use FREQ=HOURLY or FREQ=DAILY, "
            "or a period such as every: PT30M",
        ),
        (
            "FREQ=MINUTELY;INTERVAL=30;COUNT=2",
            "FREQ=MINUTELY is too often for a rule; use FREQ=HOURLY or FREQ=DAILY, "
            "or a period such as every: PT30M",
        ),
        (
            f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};"
            f"BYMINUTE={','.join(map(str, range(16)))};COUNT=2",
            "names 384 times of day; name at most 366 by BYHOUR, BYMINUTE and BYSECOND",
        ),
    ],
)
def test_a_rule_that_is_none_says_what_to_write(text: str, told: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        check_rule(text)
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("part", "allowed"),
    [
        ("FREQ=FORTNIGHTLY", FREQUENCIES),
        ("FREQ=FREQ=DAILY", FREQUENCIES),
        ("COUNT=0", "a number from 1 to 366"),
        ("COUNT=367", "a number from 1 to 366"),
        ("COUNT=x", "a number from 1 to 366"),
        ("INTERVAL=0", "a number from 1 to 9999"),
        ("INTERVAL=-1", "a number from 1 to 9999"),
        ("INTERVAL=1,2", "a number from 1 to 9999"),
        ("BYSECOND=60", "a number from 0 to 59"),
        ("BYMINUTE=60", "a number from 0 to 59"),
        ("BYHOUR=25", "a number from 0 to 23"),
        ("BYHOUR=+9", "a number from 0 to 23"),
        ("BYMONTH=13", "a number from 1 to 12"),
        ("BYMONTH=-1", "a number from 1 to 12"),
        ("BYMONTHDAY=0", f"a number from 1 to 31, {FROM_THE_END.format(31)}"),
        ("BYYEARDAY=367", f"a number from 1 to 366, {FROM_THE_END.format(366)}"),
        ("BYWEEKNO=-54", f"a number from 1 to 53, {FROM_THE_END.format(53)}"),
        ("BYSETPOS=0", f"a number from 1 to 366, {FROM_THE_END.format(366)}"),
        ("BYDAY=XX", f"{WEEKDAYS}, or one of them counted: 1MO, -1FR"),
        ("BYDAY=0MO", f"{WEEKDAYS}, or one of them counted: 1MO, -1FR"),
        ("WKST=1MO", WEEKDAYS),
    ],
)
def test_a_value_that_a_part_cannot_have_is_told_with_those_it_can(part: str, allowed: str) -> None:
    others = {"FREQ": "YEARLY", "COUNT": "2"}
    name, _, value = part.partition("=")
    text = ";".join(f"{n}={v}" for n, v in {**others, name: value}.items())
    with pytest.raises(InvalidRule) as refused:
        check_rule(text)
    assert str(refused.value) == f"{part} is not allowed; use {allowed}"


def test_of_a_list_the_wrong_value_is_told_and_only_its_beginning() -> None:
    for value, shown in (("24", "24"), ("1" * 400, "1" * 20)):
        with pytest.raises(InvalidRule) as refused:
            check_rule(f"FREQ=DAILY;BYHOUR=9,{value};COUNT=2")
        assert str(refused.value) == f"BYHOUR={shown} is not allowed; use a number from 0 to 23"


@pytest.mark.parametrize("until", ["20270101", "20270101T000000", "2027111T000000Z", "20270230T000000Z"])
def test_until_is_a_moment_in_utc(until: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        check_rule(f"FREQ=DAILY;UNTIL={until}")
    assert str(refused.value) == (f"UNTIL={until} is no moment in UTC; write it like UNTIL=20271231T160000Z")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "FREQ=WEEKLY;BYMONTHDAY=1",
            "BYMONTHDAY does not go with FREQ=WEEKLY, only with HOURLY, DAILY, MONTHLY or YEARLY; "
            "change one of them",
        ),
        (
            "FREQ=MONTHLY;BYWEEKNO=3",
            "BYWEEKNO does not go with FREQ=MONTHLY, only with YEARLY; change one of them",
        ),
        (
            "FREQ=DAILY;BYYEARDAY=3",
            "BYYEARDAY does not go with FREQ=DAILY, only with HOURLY or YEARLY; change one of them",
        ),
        (
            "FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=1",
            "BYSETPOS does not go with FREQ=HOURLY, only with DAILY, WEEKLY, MONTHLY or YEARLY; "
            "change one of them",
        ),
        (
            "FREQ=MONTHLY;BYSETPOS=1",
            "BYSETPOS picks from what other parts name; add one, such as BYDAY=MO,TU,WE,TH,FR",
        ),
        (
            "FREQ=WEEKLY;BYDAY=TU,1MO",
            "BYDAY=1MO counts the weekdays of a month or year, so it goes with FREQ=MONTHLY or YEARLY, "
            "without BYWEEKNO; write BYDAY=MO",
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=3;BYDAY=-1FR",
            "BYDAY=-1FR counts the weekdays of a month or year, so it goes with FREQ=MONTHLY or YEARLY, "
            "without BYWEEKNO; write BYDAY=FR",
        ),
    ],
)
def test_parts_that_do_not_go_together_are_told(text: str, told: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        check_rule(f"{text};COUNT=2")
    assert str(refused.value) == told


@pytest.mark.parametrize(
    "text",
    [
        "freq=daily;count=2",
        "RRULE:FREQ=DAILY;COUNT=2",
        "FREQ=DAILY;COUNT=2;",
        "FREQ=DAILY;;COUNT=2",
        " FREQ=DAILY; COUNT=2\n",
    ],
)
def test_a_rule_that_can_be_guessed_is_told_as_it_is_written(text: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        check_rule(text)
    assert str(refused.value) == (
        "must have no RRULE:, no blanks, no empty parts, and capital letters only: FREQ=DAILY;COUNT=2"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("every day", f"is no recurrence rule; {EXAMPLE}"),
        ("", f"is no recurrence rule; {EXAMPLE}"),
        ("FREQ=每天;COUNT=2", f"is no recurrence rule; {EXAMPLE}"),
        ("FREQ=DAILY;COUNT", f"COUNT lacks a value; {EXAMPLE}"),
        ("FREQ=;COUNT=2", f"FREQ lacks a value; {EXAMPLE}"),
    ],
)
def test_what_is_no_rule_at_all_is_told_with_one(text: str, told: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        check_rule(text)
    assert str(refused.value) == told
