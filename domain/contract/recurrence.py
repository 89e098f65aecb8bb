"""Recurrence rules as contracts may write them: the parts of RFC 5545, section 3.3.10, each with its values.

What a rule comes to is computed by dateutil (`domain.contract.calendar`), which reads much that the
RFC forbids, and means something else by it. So a rule is checked here before it is published.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from math import prod

from domain.contract.release import MOST_RELEASES

UNTIL = "%Y%m%dT%H%M%SZ"
_EXAMPLE = "write it like FREQ=MONTHLY;BYMONTHDAY=1;COUNT=12"
_LEGIBLE = re.compile(r"[A-Z]+=[!-:<-~]+(;[A-Z]+=[!-:<-~]+)*")
_FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TOO_OFTEN = ("SECONDLY", "MINUTELY")
_NUMBERS = {
    "COUNT": range(1, MOST_RELEASES + 1),
    "INTERVAL": range(1, 10_000),
    "BYSECOND": range(60),
    "BYMINUTE": range(60),
    "BYHOUR": range(24),
    "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(1, 32),
    "BYYEARDAY": range(1, 367),
    "BYWEEKNO": range(1, 54),
    "BYSETPOS": range(1, 367),
}
_FROM_THE_END = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
"""Parts in which -1 is the last one."""
_NAMES = {"FREQ", "UNTIL", "BYDAY", "WKST", *_NUMBERS}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(rf"(?P<ordinal>[+-]?(?:[1-9]|[1-4][0-9]|5[0-3]))?(?:{'|'.join(_WEEKDAYS)})")
_GO_WITH = {
    "BYMONTHDAY": ("HOURLY", "DAILY", "MONTHLY", "YEARLY"),
    "BYYEARDAY": ("HOURLY", "YEARLY"),
    "BYWEEKNO": ("YEARLY",),
    "BYSETPOS": ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
}


class InvalidRule(ValueError):
    """A recurrence rule that contracts may not have; the text says what to write."""


def check_rule(text: str) -> Mapping[str, str]:
    """The parts of a rule by name. Raises InvalidRule."""
    rule = _parts(text)
    _check_frequency(rule)
    for name, value in rule.items():
        _check_value(name, value)
    _check_end(rule)
    for name in rule:
        _check_company(name, rule)
    times = prod(len(rule.get(name, "").split(",")) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if times > MOST_RELEASES:
        raise InvalidRule(
            f"names {times} times of day; name at most {MOST_RELEASES} by BYHOUR, BYMINUTE and BYSECOND"
        )
    return rule


def _parts(text: str) -> dict[str, str]:
    if not _LEGIBLE.fullmatch(text):
        raise InvalidRule(_how_to_write(text))
    pairs = [part.split("=", 1) for part in text.split(";")]
    names = [name for name, _ in pairs]
    for name in names:
        if name not in _NAMES:
            raise InvalidRule(f"{name} is no part of a recurrence rule here; leave it out")
        if names.count(name) > 1:
            raise InvalidRule(f"says {name} twice; keep one of them")
    return {name: value for name, value in pairs}


def _how_to_write(text: str) -> str:
    """What to write instead of a text that is not made of NAME=VALUE parts."""
    bare = re.sub(r"\s", "", text).upper().removeprefix("RRULE:")
    tidy = ";".join(part for part in bare.split(";") if part)
    if _LEGIBLE.fullmatch(tidy):
        return f"must have no RRULE:, no blanks, no empty parts, and capital letters only: {tidy}"
    names = [part.rstrip("=") for part in tidy.split(";")]
    unvalued = next((name for name in names if name in _NAMES), None)
    return f"{unvalued} lacks a value; {_EXAMPLE}" if unvalued else f"is no recurrence rule; {_EXAMPLE}"


def _check_frequency(rule: Mapping[str, str]) -> None:
    if "FREQ" not in rule:
        raise InvalidRule(f"needs a FREQ, one of {_or(_FREQUENCIES)}, such as FREQ=MONTHLY")
    if rule["FREQ"] in _TOO_OFTEN:
        raise InvalidRule(
            f"FREQ={rule['FREQ']} is too often for a rule; use FREQ=HOURLY or FREQ=DAILY, "
            "or a period such as every: PT30M"
        )
    if rule["FREQ"] not in _FREQUENCIES:
        raise _not_allowed("FREQ", rule["FREQ"], _or(_FREQUENCIES))


def _check_value(name: str, value: str) -> None:
    if name == "UNTIL":
        _check_until(value)
    elif name == "WKST" and value not in _WEEKDAYS:
        raise _not_allowed(name, value, _or(_WEEKDAYS))
    elif name == "BYDAY":
        for each in value.split(","):
            if not _WEEKDAY.fullmatch(each):
                raise _not_allowed(name, each, f"{_or(_WEEKDAYS)}, or one of them counted: 1MO, -1FR")
    elif name in _NUMBERS:
        for each in value.split(",") if name.startswith("BY") else [value]:
            if not _is_number_of(name, each):
                raise _not_allowed(name, each, _range(name))


def _check_until(value: str) -> None:
    try:
        moment = datetime.strptime(value, UNTIL)
    except ValueError:
        moment = None
    if moment is None or moment.strftime(UNTIL) != value:
        raise InvalidRule(f"UNTIL={value[:20]} is no moment in UTC; write it like UNTIL=20271231T160000Z")


def _is_number_of(name: str, text: str) -> bool:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", text):
        return False
    if name not in _FROM_THE_END:
        return text.isdigit() and int(text) in _NUMBERS[name]
    return abs(int(text)) in _NUMBERS[name]


def _range(name: str) -> str:
    least, most = _NUMBERS[name][0], _NUMBERS[name][-1]
    if name in _FROM_THE_END:
        return f"a number from {least} to {most}, or from -1 to -{most} to count from the end"
    return f"a number from {least} to {most}"


def _check_end(rule: Mapping[str, str]) -> None:
    if "COUNT" in rule and "UNTIL" in rule:
        raise InvalidRule("has COUNT and UNTIL; keep one of them")
    if "COUNT" not in rule and "UNTIL" not in rule:
        raise InvalidRule("has no end; add COUNT, such as COUNT=12, or UNTIL")


def _check_company(name: str, rule: Mapping[str, str]) -> None:
    """What a part cannot be together with, or without."""
    frequency = rule["FREQ"]
    fitting = _GO_WITH.get(name, _FREQUENCIES)
    if frequency not in fitting:
        raise InvalidRule(
            f"{name} does not go with FREQ={frequency}, only with {_or(fitting)}; change one of them"
        )
    if name == "BYSETPOS" and not any(other.startswith("BY") and other != name for other in rule):
        raise InvalidRule("BYSETPOS picks from what other parts name; add one, such as BYDAY=MO,TU,WE,TH,FR")
    if name == "BYDAY":
        counted = [each for each in rule[name].split(",") if each not in _WEEKDAYS]
        if counted and (frequency not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in rule):
            raise InvalidRule(
                f"BYDAY={counted[0]} counts the weekdays of a month or year, so it goes with FREQ=MONTHLY or "
                f"YEARLY, without BYWEEKNO; write BYDAY={counted[0][-2:]}"
            )


def _not_allowed(name: str, value: str, allowed: str) -> InvalidRule:
    return InvalidRule(f"{name}={value[:20]} is not allowed; use {allowed}")


def _or(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
