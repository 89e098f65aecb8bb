"""What a case is to take up: the delivery, and what of it stands at a supplier."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.cases import CaseTarget
from domain.fulfilment.states import ISSUED, DeliveryState
from domain.planning.plan import PinnedOffer
from storage.deliveries.by_hand import BY_HAND
from storage.deliveries.revealed import revealed_for_good
from storage.money.refunds import decided_for, payment_is_gone
from storage.tables import Attempt, Delivery, Order


async def target_of(session: AsyncSession, order: Order, delivery: Delivery, *, unusable: bool) -> CaseTarget:
    """A delivery of a locked order, as a case would find it; somebody may say that it is `unusable`."""
    issued = select(Attempt).where(Attempt.delivery_id == delivery.id, Attempt.state.in_(ISSUED))
    stands = await session.scalar(issued.order_by(Attempt.number.desc()).limit(1))
    by_hand = stands is not None and stands.connection == BY_HAND
    never = stands is not None and not by_hand and not _offer(delivery, stands).revocable
    return CaseTarget(
        state=DeliveryState(delivery.state),
        by_hand=by_hand,
        revocable=not never,
        revealed=revealed_for_good(delivery),
        unusable=unusable,
        payment_gone=payment_is_gone(order),
        paid_back=await decided_for(session, delivery.id) >= delivery.share_amount,
        paused=order.paused_for is not None and (order.closed_at is None or payment_is_gone(order)),
    )


def _offer(delivery: Delivery, attempt: Attempt) -> PinnedOffer:
    return PinnedOffer.model_validate(delivery.offers[attempt.offer])
