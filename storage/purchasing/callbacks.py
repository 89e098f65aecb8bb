"""Suppliers' callbacks, stored once before they are acknowledged, and bound to what we bought.

A callback is bound when the connection, our number and the supplier's number belong to one attempt. One that
is not is kept for people and changes nothing. One that was passed on before changes nothing either, however
often it is sent again; and what says the same once more in other bytes waits for a question that is due soon.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import GIVEN_UP_ATTEMPTS, NOBODYS, AttemptState
from domain.supply.contradictions import GONE
from storage.base import journal
from storage.base.sealing import Vault
from storage.purchasing import surfaced
from storage.supply import contradictions
from storage.tables import Attempt, Callback, Delivery, Table

BOUND = "bound"
UNCONFIRMED = "unconfirmed"
"""It names a supplier's number, and we do not know ours yet: a query of its attempt will say."""


@dataclass(frozen=True)
class ReceivedCallback:
    """A callback as it came: our number, the supplier's, and what it states."""

    connection: str
    key: str
    supplier_order: str | None
    stated: str
    body: bytes

    @property
    def digest(self) -> str:
        """What distinguishes one callback from another."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Bound:
    """The delivery that a callback is about."""

    order_id: str
    channel: str
    order_no: str
    delivery_id: str
    contradicts: bool
    """It says that something which was delivered does not stand any more."""
    callback_id: str
    news: bool = True
    """Nothing else has said so yet: whoever works on the delivery is to hear of it at once."""
    passed_on: bool = False
    """Nobody has to hear of it: the book says so already, or whoever writes the answer down will see it."""


@dataclass(frozen=True)
class Known:
    """What the book has of a callback before it is stored."""

    passed_on: bool
    """This very one was stored and passed on before: nothing is left to do about it."""
    order_id: str | None
    """The order of the attempt that it names."""


async def known(session: AsyncSession, callback: ReceivedCallback) -> Known:
    """What the book has of a callback."""
    about = {"connection": callback.connection, "digest": callback.digest, "key": callback.key}
    return Known(*(await session.execute(_KNOWN, about)).one())


async def passed_on(session: AsyncSession, bound: Bound, now: datetime) -> None:
    """Write down that the delivery's run was notified."""
    row = update(Callback).where(Callback.id == bound.callback_id)
    await session.execute(row.values(passed_on_at=now))


async def store(
    session: AsyncSession, vault: Vault, callback: ReceivedCallback, before: Known, now: datetime
) -> Bound | None:
    """Store a callback, once however often it is repeated; None when it is not bound to an attempt.

    One about an order whose buyer was erased is not stored. Raises OrderErased.

    It is judged and stored under the order's lock, since an answer may be being written: either the one who
    writes it sees the callback, or the callback is judged by what was written.
    """
    if before.order_id is None:
        await _keep(session, vault, callback, None, _verdict(callback, None), now)
        return None
    order = await journal.lock_order(session, before.order_id)
    attempt, delivery = (await session.execute(_ABOUT, {"key": callback.key})).one()
    verdict = _verdict(callback, attempt)
    ours = verdict in (BOUND, UNCONFIRMED)
    told = now if ours and _is_no_news(attempt, callback, verdict) else None
    row, first = await _keep(session, vault, callback, attempt if ours else None, verdict, now, told)
    if not ours:
        return None
    if first:
        journal.record(
            session,
            order,
            "callback.received",
            now,
            delivery=delivery.id,
            connection=callback.connection,
            attempt=attempt.number,
            stated=callback.stated,
        )
    if told and first:
        return Bound(order.id, order.channel, order.order_no, delivery.id, False, row, passed_on=True)
    news = not await _said_before(session, attempt, callback, row)
    if attempt.state in GIVEN_UP_ATTEMPTS and callback.stated == "delivered":
        if news:
            await surfaced.doubt(session, order, delivery, attempt, now)
        else:
            attempt.verify_at = contradictions.soon(attempt.verify_at, now)
    gone = attempt.state == AttemptState.DELIVERED and callback.stated in GONE
    if gone or (attempt.state in NOBODYS and callback.stated in GONE):
        attempt.verify_at = now if news else contradictions.soon(attempt.verify_at, now)
    return Bound(order.id, order.channel, order.order_no, delivery.id, gone, row, news)


_KNOWN = select(
    exists().where(
        Callback.connection == bindparam("connection"),
        Callback.digest == bindparam("digest"),
        Callback.passed_on_at.is_not(None),
    ),
    select(Delivery.order_id)
    .join(Attempt, Attempt.delivery_id == Delivery.id)
    .where(Attempt.key == bindparam("key"))
    .scalar_subquery(),
)
_CALLBACKS = Table.metadata.tables[Callback.__tablename__]
_KEEP = (
    insert(_CALLBACKS)
    .values({each.name: bindparam(each.name) for each in _CALLBACKS.columns})
    .on_conflict_do_nothing(index_elements=["connection", "digest"])
    .returning(_CALLBACKS.c.id)
)
_ABOUT = (
    select(Attempt, Delivery)
    .join(Delivery, Delivery.id == Attempt.delivery_id)
    .where(Attempt.key == bindparam("key"))
)


def _verdict(callback: ReceivedCallback, attempt: Attempt | None) -> str:
    if attempt is None:
        return "unknown_number"
    if attempt.connection != callback.connection:
        return "other_connection"
    known, named = attempt.supplier_order, callback.supplier_order
    if known is None and named is not None:
        return UNCONFIRMED
    return BOUND if named in (None, known) else "other_supplier_order"


def _is_no_news(attempt: Attempt, callback: ReceivedCallback, verdict: str) -> bool:
    """Whether it states a success that is written down, or of which the supplier's own answer is on its way.

    Until the first answer of an attempt is written down, somebody waits for it, or asks once its worker is
    gone; he looks at the callbacks that came meanwhile.
    """
    if callback.stated != "delivered":
        return False
    under_way = attempt.state == AttemptState.OPEN and attempt.in_flight
    return under_way or (attempt.state == AttemptState.DELIVERED and verdict == BOUND)


async def _said_before(session: AsyncSession, attempt: Attempt, callback: ReceivedCallback, row: str) -> bool:
    """Whether another callback that states the same was passed on since the attempt stands where it does."""
    since = attempt.closed_at or attempt.opened_at
    another = exists().where(
        Callback.attempt_id == attempt.id,
        Callback.id != row,
        Callback.stated == callback.stated,
        Callback.first_at >= since,
        Callback.passed_on_at.is_not(None),
    )
    return bool(await session.scalar(select(another)))


async def _keep(
    session: AsyncSession,
    vault: Vault,
    callback: ReceivedCallback,
    attempt: Attempt | None,
    verdict: str,
    now: datetime,
    passed_on_at: datetime | None = None,
) -> tuple[str, bool]:
    """Write the row, or count a repeat of one that was not passed on.

    Its id, and whether this is the first time that it is stored, or bound to an attempt.
    """
    identity = f"cbk_{uuid.uuid4().hex}"
    bound_to = attempt.id if attempt else None
    row_of_it = {
        "id": identity,
        "connection": callback.connection,
        "digest": callback.digest,
        "key": callback.key[:64],
        "supplier_order": callback.supplier_order[:64] if callback.supplier_order else None,
        "stated": callback.stated,
        "attempt_id": bound_to,
        "verdict": verdict,
        "times": 1,
        "first_at": now,
        "last_at": now,
        "passed_on_at": passed_on_at,
        "sealed": vault.ring.seal(callback.body, f"callback/{identity}"),
    }
    if await session.scalar(_KEEP, row_of_it) is not None:
        return identity, True
    same = (Callback.connection == callback.connection, Callback.digest == callback.digest)
    row = (await session.scalars(select(Callback).where(*same))).one()
    first = row.attempt_id is None and bound_to is not None
    if bound_to is not None or row.verdict != verdict:
        row.times, row.last_at, row.verdict, row.attempt_id = row.times + 1, now, verdict, bound_to
    return row.id, first
