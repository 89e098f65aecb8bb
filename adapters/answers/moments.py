"""Reading suppliers' times in the forms in which they write them. Without an offset it is China's time.

2026-12-31 23:59:59   2026/12/31 23:59   2026.12.31   2026年12月31日 23时59分   2026-12-31T23:59:59.000Z
20261231235959   202612312359   20261231   1798732799 (seconds)   1798732799000 (milliseconds)
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA_TIME = timezone(timedelta(hours=8))
_PLAUSIBLE = range(2000, 10_000)
"""Years. Calendars begin earlier: 0001-01-01, 0000-00-00, 1970-01-01 stand for "not yet"."""
_DATE = r"(?P<year>\d{4})(?:[-/.]|年)(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})日?"
_TIME = (
    r"(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})(?:分?|[:分](?P<second>\d{1,2})秒?)(?:[.,](?P<part>\d{1,9}))?"
    r"\s*(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?"
)
_WRITTEN = re.compile(rf"{_DATE}(?:(?:\s*T\s*|\s+|(?<=日)){_TIME})?", re.ASCII | re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
    r"(?P<offset>Z|[+-]\d{4})?)?",
    re.ASCII,
)
_SECONDS = re.compile(r"\d{10}", re.ASCII)
_MILLISECONDS = re.compile(r"\d{13}", re.ASCII)


def moment(text: str | None) -> datetime | None:
    """When something happened, in UTC; a day alone is its beginning. None for none, or unreadable."""
    return _read(text, time())


def deadline(text: str | None) -> datetime | None:
    """Until when something holds, in UTC: a day without a time counts to its end. None as in `moment`."""
    return _read(text, time(23, 59, 59))


def is_unreadable(text: str | None) -> bool:
    """Whether a text says something of a time that is not understood. A calendar's first day is none."""
    says_none = text is None or re.match(r"\s*(?:$|(?:000[01]|1900|1970)\D|0+$)", text)
    return not says_none and moment(text) is None


def _read(text: str | None, of_a_day: time) -> datetime | None:
    text = (text or "").strip()
    found = _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
            read = datetime.fromtimestamp(int(text[:10]), UTC)
        elif found is not None:
            read = _of_parts(found.groupdict(), of_a_day)
        else:
            return None
        return read.astimezone(UTC) if read.year in _PLAUSIBLE else None
    except (ValueError, OverflowError):
        return None


def _of_parts(parts: dict[str, str | None], of_a_day: time) -> datetime:
    day = date(*(int(parts[name] or 0) for name in ("year", "month", "day")))
    if parts["hour"] is None:
        return datetime.combine(day, of_a_day, CHINA_TIME)
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    fraction = int(f"{parts.get('part') or '0':0<6}"[:6])
    ends_the_day = (hour, minute, second, fraction) == (24, 0, 0, 0)
    at = datetime.combine(day, time(0 if ends_the_day else hour, minute, second, fraction))
    return (at + timedelta(days=ends_the_day)).replace(tzinfo=_offset(parts.get("offset")))


def _offset(text: str | None) -> timezone:
    if not text:
        return CHINA_TIME
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-away if text[0] == "-" else away)
