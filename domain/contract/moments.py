"""Points in time and steps between them, as a contract writes them.

What they come to: `domain.contract.calendar`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)

from domain.contract.document import LONGEST, Document, Identifier, within_bounds
from domain.contract.durations import read_duration

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")
_CALENDAR = re.compile(r"P(?=[0-9])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?")
_ELAPSED = re.compile(r"PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?")
_EXPECTED = "a time like 2027-01-01T09:00:00+08:00, or 2027-02-14 09:00 in the bundle's zone"


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("there is no such day or time; correct it") from None
        if not 2000 <= moment.year < 2100:
            raise ValueError("must be between the years 2000 and 2099")
        return moment
    raise ValueError(f"must be {_EXPECTED}")


def _deadline(value: object, info: ValidationInfo) -> timedelta | datetime:
    if isinstance(value, timedelta) or (isinstance(value, str) and value.startswith(("P", "-P"))):
        return within_bounds(read_duration(value, info))
    try:
        return _moment(value)
    except ValueError as error:
        raise ValueError(
            str(error).replace("must be a time", "must be a duration like P60D, a time")
        ) from None


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string"})]
"""With an offset, an instant; without, local time in the bundle's zone."""

Deadline = Annotated[
    timedelta | datetime,
    BeforeValidator(_deadline),
    WithJsonSchema({"type": "string", "description": f"A duration from the order, or {_EXPECTED}"}),
]


class YearlyDay(Document):
    """The next time that the day of the year in this attribute of the order comes, at this local time.

    29 February is 28 February in years that have none.
    """

    attribute: Identifier
    time: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local time, such as 09:00")

    @property
    def clock(self) -> time_of_day:
        """The local time of day."""
        return time_of_day.fromisoformat(self.time)


def _is_day(value: Any) -> str:
    return "day" if isinstance(value, dict | YearlyDay) else "moment"


Start = Annotated[Annotated[Moment, Tag("moment")] | Annotated[YearlyDay, Tag("day")], Discriminator(_is_day)]


@dataclass(frozen=True)
class Period:
    """A step of a schedule: calendar months and days, or elapsed time; one of the two.

    `months` and `days` keep the local time of day; `elapsed` is a duration.
    """

    text: str
    months: int = 0
    days: int = 0
    elapsed: timedelta = timedelta(0)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read P#Y#M#W#D or PT#H#M#S. Raises ValueError."""
        if isinstance(value, cls):
            return value
        text = value if isinstance(value, str) else ""
        if found := _CALENDAR.fullmatch(text):
            years, months, weeks, days = (int(number or 0) for number in found.groups())
            period = cls(text, months=12 * years + months, days=7 * weeks + days)
        elif found := _ELAPSED.fullmatch(text):
            hours, minutes, seconds = (int(number or 0) for number in found.groups())
            period = cls(text, elapsed=_seconds(3600 * hours + 60 * minutes + seconds))
        else:
            raise ValueError(
                "must be a period of calendar steps like P1M or P2W, or of elapsed time like PT12H"
            )
        if not period.months and not period.days and not period.elapsed:
            raise ValueError("must be longer than nothing, such as P1M or PT12H")
        if period.months > 120 or period.days > LONGEST.days or period.elapsed > LONGEST:
            raise ValueError("must be at most ten years")
        return period


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=min(count, 10**10))


Every = Annotated[
    Period,
    PlainValidator(Period.parse),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": "A period such as P1M, P2W or PT12H"}),
]
