"""Opening what is sealed for one order, so that whoever works on many passes over one that does not open."""

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.order import Recipient
from domain.notes.note import Note
from domain.notes.upkeep import AccountNotOpened, DataKeyGone, DataKeyNotOpened, RingLacksKey
from domain.notes.words import Language
from storage.base.sealing import KeyMissing, KeyRing, SealingError, Vault, unwrap_data_key
from storage.tables import DataKey, RecipientRow

OPENED = "opened data keys"


class NotOpened(SealingError):
    """What is sealed for an order does not open; `why` is for people."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.say(Language.EN))
        self.why = why


async def order_ring(session: AsyncSession, vault: Vault, order_id: str) -> KeyRing:
    """The order's own key, opened once in a transaction. Raises NotOpened."""
    opened: dict[str, KeyRing] = session.info.setdefault(OPENED, {})
    if order_id in opened:
        return opened[order_id]
    row = await session.get(DataKey, order_id)
    if row is None:
        raise NotOpened(DataKeyGone())
    try:
        ring = opened[order_id] = unwrap_data_key(vault.ring, order_id, row.wrapped)
        return ring
    except KeyMissing as error:
        raise NotOpened(RingLacksKey(key=error.key_id)) from None
    except SealingError:
        raise NotOpened(DataKeyNotOpened()) from None


async def recipient_of(session: AsyncSession, vault: Vault, order_id: str, name: str) -> Recipient:
    """The account that an order has under a name. Raises NotOpened."""
    ring = await order_ring(session, vault, order_id)
    row = await session.get(RecipientRow, (order_id, name))
    if row is None:
        raise NotOpened(AccountNotOpened(account=name))
    try:
        return Recipient.model_validate_json(ring.open(row.sealed, f"recipient/{order_id}/{name}"))
    except (SealingError, ValidationError):
        raise NotOpened(AccountNotOpened(account=name)) from None
