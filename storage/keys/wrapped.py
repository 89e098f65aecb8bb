"""What the key ring seals in the book: how much lies under each key, and wrapping it under the one in front.

Credentials, recipients, contexts and raw exchanges lie under their order's data key, which is all that is
wrapped anew for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.base.sealing import KeyRing, SealingError
from storage.supply.free_keys import stock_lock
from storage.tables import (
    Callback,
    ChannelSecret,
    Credential,
    DataKey,
    ExchangeRow,
    Order,
    PoolKey,
    RecipientRow,
    WebhookSecret,
)

AT_A_TIME = 500
"""Values of one transaction."""


@dataclass(frozen=True)
class Place:
    """A column that the ring seals: the row's id, the value, and what binds it to its row."""

    words: str
    identity: InstrumentedAttribute[str]
    sealed: InstrumentedAttribute[bytes]
    context: Callable[[str], str]

    @property
    def key(self) -> ColumnElement[str]:
        """The id of the key that a value was sealed with."""
        size = func.get_byte(func.coalesce(func.nullif(self.sealed, b""), b"\0"), 0)
        return func.convert_from(func.substring(self.sealed, 2, size), "UTF8")

    @property
    def is_there(self) -> ColumnElement[bool]:
        """Whether there is a value, and not what was left where a buyer was erased."""
        return func.length(self.sealed) > 0


PLACES: Mapping[str, Place] = {
    "data_keys": Place("data keys of orders", DataKey.order_id, DataKey.wrapped, "data-key/{}".format),
    "pool_keys": Place("keys in our own stock", PoolKey.id, PoolKey.sealed, "pool/{}".format),
    "callbacks": Place("callbacks", Callback.id, Callback.sealed, "callback/{}".format),
    "webhook_secrets": Place(
        "secrets of webhooks", WebhookSecret.id, WebhookSecret.sealed, "webhook-secret/{}".format
    ),
    "channel_secrets": Place(
        "secrets of channels", ChannelSecret.id, ChannelSecret.sealed, "channel-secret/{}".format
    ),
}


async def counts(session: AsyncSession) -> dict[str, dict[str, int]]:
    """How many values lie under each key that any lies under, by key and place."""
    found: dict[str, dict[str, int]] = {}
    for name, place in PLACES.items():
        key = place.key
        used = select(key, func.count()).where(place.is_there).group_by(key)
        for key_id, many in await session.execute(used):
            found.setdefault(key_id, {})[name] = int(many)
    return found


async def untouched(session: AsyncSession) -> dict[str, int]:
    """How much a rotation leaves as it is, since other keys are its own."""
    several: Mapping[str, Any] = {
        "credentials": Credential.id,
        "recipients": RecipientRow.order_id,
        "exchanges": ExchangeRow.attempt_id,
        "contexts": Order.sealed_context,
    }
    return {name: int(await session.scalar(select(func.count(of))) or 0) for name, of in several.items()}


@dataclass(frozen=True)
class Batch:
    """What one step of wrapping anew did; `last` is where the next one goes on, None at the end."""

    last: str | None
    wrapped: int
    unopened: int
    """Values that no key of the ring opens; they stay as they are."""


async def rewrap(session: AsyncSession, ring: KeyRing, place: Place, after: str) -> Batch:
    """Seal the next values of a place, in the order of their ids, with the key in front.

    A value that was changed or removed meanwhile is left alone; doing it again changes nothing.
    """
    behind = (
        select(place.identity, place.sealed)
        .where(place.identity > after, place.is_there, place.key != ring.sealing_key)
        .order_by(place.identity)
        .limit(AT_A_TIME)
    )
    rows = (await session.execute(behind)).all()
    if place.sealed is PoolKey.sealed:
        await _beside_buyers(session, [identity for identity, _ in rows])
    wrapped = unopened = 0
    for identity, sealed in rows:
        try:
            plain = ring.open(sealed, place.context(identity))
        except SealingError:
            unopened += 1
            continue
        anew = ring.seal(plain, place.context(identity))
        same = update(place.sealed.class_).where(place.identity == identity, place.sealed == sealed)
        done = await session.execute(same.values({place.sealed: anew}).returning(place.identity))
        wrapped += len(done.all())
    return Batch(rows[-1][0] if len(rows) == AT_A_TIME else None, wrapped, unopened)


async def _beside_buyers(session: AsyncSession, keys: list[str]) -> None:
    """Whoever finds too few keys since these are locked looks again once they are not."""
    products = select(PoolKey.connection, PoolKey.product).where(PoolKey.id.in_(keys)).distinct()
    for connection, product in await session.execute(products.order_by(PoolKey.connection, PoolKey.product)):
        await stock_lock(session, connection, product, shared=True)
