"""What of an order's buyer goes out of the book; what the books need stays."""

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import (
    Attempt,
    Callback,
    Credential,
    DataKey,
    Delivery,
    ExchangeRow,
    HoldToken,
    Order,
    PoolKey,
    RecipientRow,
    RevealLink,
    StuckRun,
    UnopenedOrder,
)

ERASED = b""
"""In place of what was sealed. Its fingerprint stays, so that nobody else ever gets the same credential."""


async def remove(session: AsyncSession, order: Order) -> None:
    """Remove who bought a locked order, where it went, and what passed between us and suppliers about it.

    With the data key goes whatever a copy elsewhere has sealed. Kept are amounts, states, times, digests
    that only our keys make, and the numbers under which suppliers have it.
    """
    attempts, keys = _of(order, Attempt.id), _of(order, Attempt.key)
    theirs = or_(Callback.attempt_id.in_(attempts), Callback.key.in_(keys))
    deliveries = select(Delivery.id).where(Delivery.order_id == order.id)
    never_issued = (Credential.delivery_id.in_(deliveries), Credential.attempt_id.is_(None))
    for gone in (
        delete(ExchangeRow).where(ExchangeRow.attempt_id.in_(attempts)),
        delete(Callback).where(theirs),
        delete(Credential).where(*never_issued),
        delete(HoldToken).where(HoldToken.order_id == order.id),
        delete(RevealLink).where(RevealLink.order_id == order.id),
        delete(RecipientRow).where(RecipientRow.order_id == order.id),
        delete(StuckRun).where(StuckRun.order_id == order.id),
        delete(UnopenedOrder).where(UnopenedOrder.order_id == order.id),
        delete(DataKey).where(DataKey.order_id == order.id),
        update(Credential).where(Credential.delivery_id.in_(deliveries)).values(sealed=ERASED),
        update(PoolKey).where(PoolKey.purchase_key.in_(keys)).values(sealed=ERASED),
        update(Attempt).where(Attempt.delivery_id.in_(deliveries)).values(answered=None, verify_at=None),
    ):
        await session.execute(gone, execution_options={"synchronize_session": False})
    order.buyer_ref = order.buyer_index = ""
    order.sealed_context = order.rejection_message = None


def _of(order: Order, column: object) -> Select[tuple[str]]:
    """A column of the order's attempts."""
    wanted: Select[tuple[str]] = select(column)  # type: ignore[call-overload]
    return wanted.join(Delivery, Delivery.id == Attempt.delivery_id).where(Delivery.order_id == order.id)
