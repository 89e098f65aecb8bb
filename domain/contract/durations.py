"""Durations as people write them: P3D, PT1H30M. Years and months are none, since they differ in length."""

import re
from datetime import timedelta

from pydantic import TypeAdapter, ValidationInfo

STORED = {"stored": True}
"""The validation context of documents that were published. There, durations are as pydantic writes them, for
which a year is 365 days: 400 days are P1Y35D. Published documents keep their digests, so it stays so."""

_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_WRITTEN = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?"
)
_CALENDAR = re.compile(r"P[0-9WD]*[0-9][YM].*")
_MOST = 10**10
_PYDANTIC: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def read_duration(value: object, info: ValidationInfo) -> timedelta:
    """The duration of a text: weeks, days, hours, minutes and seconds of ISO 8601. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    text = value if isinstance(value, str) else ""
    if info.context == STORED:
        return _PYDANTIC.validate_python(text)
    if found := _WRITTEN.fullmatch(text):
        parts = {unit: int(number or 0) for unit, number in zip(_UNITS, found.groups(), strict=True)}
        return _bounded(**parts)
    if _CALENDAR.fullmatch(text):
        raise ValueError(
            "must not have years or months, which differ in length: write days, such as P30D or P365D; "
            "steps of the calendar are for `every`"
        )
    raise ValueError("must be an ISO 8601 duration, such as P3D or PT30M")


def _bounded(*, weeks: int, days: int, hours: int, minutes: int, seconds: int) -> timedelta:
    """The sum, or longer than any document allows where timedelta could not hold it."""
    total = (((7 * weeks + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    return timedelta(seconds=min(total, _MOST))
