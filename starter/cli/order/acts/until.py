"""`--until`: a day or an instant, as people write it."""

import re
from datetime import UTC, date, datetime, time

from domain.contract.calendar import utc_of
from starter.cli.errors import Usage
from storage.views.orders import OrderView

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOW = "--until: write a day, such as 2026-12-01, or an instant with its offset: 2026-12-01T09:00:00+08:00"


def read_until(text: str) -> date | datetime | None:
    """A day, or an instant; None where nothing is given. Raises Usage."""
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Usage(_HOW) from None
    if instant.tzinfo is None:
        raise Usage(_HOW)
    return instant


def instant_of(until: date | datetime | None, order: OrderView) -> datetime | None:
    """The instant that is meant for an order: of a day its start, in the zone of the order's bundle."""
    if until is None or isinstance(until, datetime):
        return until and until.astimezone(UTC)
    return utc_of(datetime.combine(until, time()), order.zone)
