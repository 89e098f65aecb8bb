"""Making public events of what the feed has, and keeping how far each order's are made.

All of it in the transaction that moves the cursor: it is done once, and what is made again after the epoch
began anew replaces what was made before. An order of which none can be made is set aside, and delays nobody.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.bodies import Notification
from domain.webhooks.projection import drafts, event_id
from storage.base.together import as_rows, insert_together
from storage.feed.consuming import Taken
from storage.public import withheld
from storage.public.notices import of_notices
from storage.public.orders import keep
from storage.public.restart import forget
from storage.public.turns import Turn, of_the_book, turns
from storage.tables import PublicEvent

_COLUMNS = ("id", "position", "order_id", "sequence", "channel", "livemode", "type", "at", "made_at", "body")
Row = dict[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """A public event that was just made."""

    number: int
    channel: str | None
    type: str


async def make_public(taken: Taken, now: datetime) -> Sequence[Made]:
    """Make public events of what was taken, and of orders set aside that are tried again now."""
    session = taken.session
    if taken.restarts_after is not None:
        await forget(session, taken.restarts_after)
    again = await withheld.due(session, now)
    aside = await withheld.withheld(session, {event.order_id for event in taken.events})
    fresh = [event for event in taken.events if event.order_id not in aside]
    found = await turns(session, fresh, taken.until, again) if fresh or again else {}
    first = {order_id: turn.known.seq + 1 for order_id, turn in found.items()}
    rows, failed = dict[str, list[Row]](), dict[str, Exception]()
    for order_id, turn in found.items():
        try:
            rows[order_id] = list(_of_order(taken.epoch, turn, now))
        except Exception as error:
            failed[order_id] = error
    outside = [
        row_of(body, position, None, now)
        for body, position in await of_notices(session, taken.epoch, taken.notices)
    ]
    made = await _write(session, found, rows, outside, failed)
    await _tell(session, first, again, failed, now)
    return made


def _of_order(epoch: int, turn: Turn, now: datetime) -> Iterator[Row]:
    """The public events of an order's turn; where it stands moves on with them."""
    known, standing = turn.known, turn.known.standing
    for event in turn.past:
        standing.take(of_the_book(event))
    positions = {event.seq: event.position for event in turn.events}
    events, acceptance = map(of_the_book, turn.events), map(of_the_book, turn.acceptance)
    for draft in drafts(standing, list(events), list(acceptance)):
        known.sequence += 1
        body = Notification(
            id=event_id(epoch, standing.frame.id, draft.seq, draft.type),
            type=draft.type,
            timestamp=draft.at,
            livemode=known.livemode,
            channel=standing.frame.channel,
            epoch=epoch,
            sequence=known.sequence,
            data=draft.data,
        )
        yield row_of(body, positions[draft.seq], standing.frame.id, now)
    if turn.events:
        known.seq = turn.events[-1].seq


async def _write(
    session: AsyncSession,
    found: Mapping[str, Turn],
    rows: Mapping[str, Sequence[Row]],
    outside: Sequence[Row],
    failed: dict[str, Exception],
) -> list[Made]:
    """All of them together; where the database does not take one, each order by itself."""
    try:
        async with session.begin_nested():
            whole = [row for each in rows.values() for row in each]
            return await _insert(session, found, rows.keys(), [*whole, *outside])
    except (DataError, IntegrityError):
        made = await _insert(session, found, (), outside)
        for order_id, each in rows.items():
            try:
                async with session.begin_nested():
                    made += await _insert(session, found, (order_id,), each)
            except (DataError, IntegrityError) as error:
                failed[order_id] = error
        return made


async def _insert(
    session: AsyncSession, found: Mapping[str, Turn], orders: Collection[str], rows: Sequence[Row]
) -> list[Made]:
    await keep(session, [found[order_id].known for order_id in orders])
    if not rows:
        return []
    columns = PublicEvent.__table__.c
    insert = insert_together(PublicEvent.__tablename__, *_COLUMNS)
    inserted = await session.execute(
        insert.returning(columns.number, columns.channel, columns.type),
        as_rows(sorted(rows, key=lambda row: row["position"])),
    )
    return [Made(*row) for row in inserted]


async def _tell(
    session: AsyncSession,
    first: Mapping[str, int],
    again: Collection[str],
    failed: Mapping[str, Exception],
    now: datetime,
) -> None:
    """Set aside orders of which no events could be made, and take up those of which some could again.

    `first`: the number of the next event of each order, as it was before any was made.
    """
    for order_id, error in failed.items():
        seq = first[order_id]
        await withheld.set_aside(session, order_id, seq, type(error).__name__, now)
        if order_id not in again:
            log.error("events of order %s are withheld from its event %d on", order_id, seq, exc_info=error)
    if mended := [order_id for order_id in again if order_id not in failed]:
        await withheld.taken_up(session, mended)
        log.warning("events of orders %s are public again", ", ".join(mended))


def row_of(body: Notification, position: int, order_id: str | None, now: datetime) -> Row:
    """The columns of a public event."""
    return {
        "id": body.id,
        "position": position,
        "order_id": order_id,
        "sequence": body.sequence,
        "channel": body.channel,
        "livemode": body.livemode,
        "type": body.type,
        "at": body.timestamp,
        "made_at": now,
        "body": body.model_dump(mode="json", exclude_none=False),
    }
