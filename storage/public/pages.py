"""Reading public events by a cursor: all, or those of a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.feed.epoch import shared_since
from storage.feed.reading import feed_row
from storage.tables import PublicEvent

TEST = "webhook.test"
"""An event that nothing has happened for: its endpoint alone gets it."""

_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")


class OtherEpoch(Exception):
    """The database was restored since a cursor was handed out; `cursor` is where to go on.

    Events up to there are what they were; those after it have other ids, also where they say the same.
    """

    def __init__(self, cursor: str) -> None:
        super().__init__(
            f"the database was restored since: go on from {cursor}, and take what comes for newer than what "
            "you have"
        )
        self.cursor = cursor


class Pruned(Exception):
    """Events after a cursor, or of a day, are no longer kept; `cursor` is before the first that is."""

    def __init__(self, cursor: str) -> None:
        super().__init__(
            "events before that are no longer kept: read again where the orders stand that you have open, "
            f"then go on from {cursor}"
        )
        self.cursor = cursor


class BadCursor(ValueError):
    """Not a cursor that was handed out here."""


@dataclass(frozen=True)
class Page:
    """Some public events, and the cursor that the next ones come after."""

    events: Sequence[dict[str, Any]]
    cursor: str
    has_more: bool


async def page(
    session: AsyncSession,
    channel: str | None,
    *,
    after: str | None = None,
    most: int = 100,
    types: Sequence[str] = (),
    day: date | None = None,
) -> Page:
    """The next events of a channel, or of everything. Raises BadCursor, OtherEpoch, Pruned.

    `day`: those that happened on it in UTC. The cursor after the last event leaves all others behind too that
    there are by now, so whoever asks from time to time never lags behind what is kept.
    """
    feed = await feed_row(session)
    epoch, number = _read(after) if after else (feed.epoch, 0)
    if epoch != feed.epoch:
        _, shared = await shared_since(session, epoch)
        raise OtherEpoch(_written(feed.epoch, min(number, shared)))
    pruned_days = (
        feed.pruned_at is not None and day is not None and day <= feed.pruned_at.astimezone(UTC).date()
    )
    if pruned_days or (after and number < feed.pruned_number):
        raise Pruned(_written(feed.epoch, feed.pruned_number))
    of_them = [PublicEvent.number > number, *chosen(channel, types), *_on(day)]
    numbers = select(PublicEvent.number).where(*of_them).order_by(PublicEvent.number).limit(most + 1)
    wanted = select(PublicEvent.number, PublicEvent.body).where(PublicEvent.number.in_(numbers))
    rows = (await session.execute(wanted.order_by(PublicEvent.number))).all()
    shown, has_more = rows[:most], len(rows) > most
    last_number = shown[-1].number if has_more else max(number, await _last(session))
    return Page([row.body for row in shown], _written(feed.epoch, last_number), has_more)


async def _last(session: AsyncSession) -> int:
    """The number of the last event that was made of the feed: one transaction after the other makes them."""
    numbers = select(PublicEvent.number).where(PublicEvent.type != TEST)
    return int(await session.scalar(numbers.order_by(PublicEvent.number.desc()).limit(1)) or 0)


def chosen(channel: str | None, types: Sequence[str] = ()) -> list[ColumnElement[bool]]:
    """What holds of events of a channel, or of everything, that have one of these types or patterns."""
    wanted = [PublicEvent.type != TEST]
    if channel is not None:
        wanted.append(PublicEvent.channel == channel)
    if types:
        named = [each for each in types if not each.endswith("*")]
        families = [
            PublicEvent.type.startswith(each[:-1], autoescape=True) for each in types if each[-1:] == "*"
        ]
        wanted.append(or_(PublicEvent.type.in_(named), *families))
    return wanted


def _on(day: date | None) -> list[ColumnElement[bool]]:
    if day is None:
        return []
    begin, last = (datetime.combine(day, moment, UTC) for moment in (time.min, time.max))
    return [PublicEvent.at >= begin, PublicEvent.at <= last]


def _read(cursor: str) -> tuple[int, int]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadCursor("not a cursor of this feed: leave it out to read from the beginning")
    return int(found[1]), int(found[2])


def _written(epoch: int, number: int) -> str:
    return f"{epoch}.{number}"
