"""Suppliers write times, and number their orders, by the clock of China."""

import secrets
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_FORMAT = "%Y-%m-%d %H:%M:%S"


def to_text(moment: float) -> str:
    """Unix seconds as `yyyy-MM-dd HH:mm:ss`."""
    return datetime.fromtimestamp(moment, UTC).astimezone(CHINA).strftime(_FORMAT)


def from_text(text: str) -> float:
    """The Unix seconds of a `yyyy-MM-dd HH:mm:ss`; ValueError if it is written in any other way."""
    moment = datetime.strptime(text, _FORMAT).replace(tzinfo=CHINA).timestamp()
    if to_text(moment) != text:
        raise ValueError(f"not yyyy-MM-dd HH:mm:ss: {text}")
    return moment


def order_number(moment: float) -> str:
    """A supplier's own order number, such as `20251016165825` and nine random digits."""
    return f"{datetime.fromtimestamp(moment, CHINA):%Y%m%d%H%M%S}{secrets.randbelow(10**9):09d}"
