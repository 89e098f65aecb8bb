"""An order as its buyer sees it: what comes when, what is there, and what he is asked for. Nothing sealed."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.catalogue import AccountType
from domain.notes.note import Note
from storage.handing.revealing import why_not
from storage.standing.accounts import account_name, is_unbound
from storage.tables import Delivery, Order
from storage.views.zones import time_zone


class BuyersDelivery(BaseModel):
    """One thing that he bought."""

    id: str
    title: str
    number: str
    """Which of several it is."""
    kind: str
    units: int
    state: str
    due_at: datetime | None
    delivered_at: datetime | None
    may_reveal: bool
    """This link reveals it, now."""
    why_not: Note | None
    account: str | None
    """The name of the account that it waits for."""
    account_type: AccountType | None


class BuyersOrder(BaseModel):
    """All of it."""

    order_id: str
    channel: str
    order_no: str
    state: str
    time_zone: str
    deliveries: list[BuyersDelivery]


async def buyers_order(session: AsyncSession, order_id: str, only: str | None) -> BuyersOrder:
    """The order behind a link, which reveals `only` this delivery of it; None for all."""
    order = await session.get_one(Order, order_id)
    rows = await session.scalars(
        select(Delivery).where(Delivery.order_id == order_id).order_by(Delivery.due_at, Delivery.position)
    )
    return BuyersOrder(
        order_id=order.id,
        channel=order.channel,
        order_no=order.order_no,
        state=order.state,
        time_zone=await time_zone(session, order.bundle_id, order.bundle_version) or "UTC",
        deliveries=[await _seen(session, order, row, only) for row in rows],
    )


async def _seen(session: AsyncSession, order: Order, row: Delivery, only: str | None) -> BuyersDelivery:
    why = await why_not(session, order, row)
    wanted = await is_unbound(session, row) if only is None else False
    return BuyersDelivery(
        id=row.id,
        title=row.title,
        number=row.number if row.release > 1 or row.items > 1 else "",
        kind=row.kind,
        units=row.units,
        state=row.state,
        due_at=row.due_at,
        delivered_at=row.delivered_at,
        may_reveal=why is None and only in (None, row.id),
        why_not=why,
        account=account_name(row) if wanted else None,
        account_type=AccountType(str((row.claim or {}).get("account"))) if wanted else None,
    )
