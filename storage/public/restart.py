"""Going back to where a restored book and the epoch before agree: what is after that is made public anew."""

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.projection import SHIPPABLE
from storage.tables import Event, PublicEvent, PublicOrder, WebhookDelivery


async def forget(session: AsyncSession, after: int) -> None:
    """Drop what was made of events after a position, and let their orders stand where they stood before.

    Numbers of an order go on from the first that is dropped: those before it may have been pruned.
    """
    await _send_back(session, after)
    gone = select(PublicEvent.number).where(PublicEvent.position > after)
    await session.execute(delete(WebhookDelivery).where(WebhookDelivery.event_number.in_(gone)))
    await session.execute(delete(PublicEvent).where(PublicEvent.position > after))


async def _send_back(session: AsyncSession, after: int) -> None:
    first = (
        select(Event.order_id, func.min(Event.seq).label("seq"))
        .where(Event.position > after)
        .group_by(Event.order_id)
        .subquery()
    )
    dropped = (
        select(
            PublicEvent.order_id,
            func.min(PublicEvent.sequence).label("sequence"),
            func.bool_or(PublicEvent.type == SHIPPABLE).label("shippable"),
        )
        .where(PublicEvent.position > after, PublicEvent.order_id.is_not(None))
        .group_by(PublicEvent.order_id)
        .subquery()
    )
    both = (
        select(first.c.order_id, first.c.seq, dropped.c.sequence, dropped.c.shippable)
        .outerjoin(dropped, dropped.c.order_id == first.c.order_id)
        .subquery()
    )
    back = update(PublicOrder).where(PublicOrder.order_id == both.c.order_id, PublicOrder.seq >= both.c.seq)
    values = {
        "seq": both.c.seq - 1,
        "sequence": func.coalesce(both.c.sequence - 1, PublicOrder.sequence),
        "was_shippable": case((both.c.shippable, False), else_=PublicOrder.was_shippable),
        "state": None,
    }
    await session.execute(back.values(values), execution_options={"synchronize_session": False})
