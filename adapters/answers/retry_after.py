"""Reading `Retry-After`, by which a server that is too busy (429, 503) says when it wants to be asked again.

RFC 9110, 10.2.3: seconds, or a date, which is held against the server's own `Date`, since clocks differ.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from domain.fulfilment.waits import LONGEST_CHECK

_SECONDS = re.compile(r"[0-9]+")


def asked_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long to wait, at most `LONGEST_CHECK`. None where nothing readable is said."""
    value = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(value):
        wait = timedelta(seconds=int(value[:9]))
    elif (at := _date(value)) is not None:
        wait = at - (_date(headers.get("Date", "")) or now)
    else:
        return None
    return min(max(wait, timedelta()), LONGEST_CHECK)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
