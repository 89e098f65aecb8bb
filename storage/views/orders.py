"""Reading the book: receipts, lists, and everything about one order, for people and programs."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import Select, and_, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.fulfilment.states import CLOSED, OrderState
from domain.messages import OrderReceipt
from domain.money import Money
from domain.notes.note import Note
from domain.notes.words import Language
from domain.planning.standing import OrderStanding
from storage.contracts.bundles import STAMPS, contracts_by
from storage.money.refund_views import RefundSums, refund_view, sums
from storage.orders.acceptance import live_order
from storage.orders.receipts import receipt_of
from storage.public.withheld import why_withheld
from storage.standing.deliveries import standing_of
from storage.standing.due import due_orders
from storage.supply.health import paused_since, silent_among
from storage.tables import Attempt, CaseRow, Delivery, Event, Order, RecipientRow, Refund
from storage.views.deliveries import DeliveryView, delivery_view
from storage.views.held import waiting_of, waits, waits_of
from storage.views.order_lines import OrderLine, line_of
from storage.views.plans import PlanView, read_plan
from storage.views.zones import time_zones


class CaseView(BaseModel):
    """Aftercare of one delivery."""

    number: int
    kind: str
    delivery_id: str
    actor: str
    reason: str
    opened_at: datetime
    deadline: datetime | None
    closed_at: datetime | None
    outcome: Note | None


class EventView(BaseModel):
    """One line of an order's timeline."""

    seq: int
    at: datetime
    type: str
    delivery_id: str | None
    data: dict[str, object]


class OrderToAdopt(BaseModel):
    """An open order, as much of it as a run needs to take it over."""

    order_id: str
    channel: str
    order_no: str
    digest: str
    bundle: str
    version: int
    lang: Language


class BeforePlacing(NamedTuple):
    """What is known of an order before it is placed."""

    placed: bool
    """There is an order under its number already."""
    rejections: int
    """How often orders under its number were rejected."""
    bundle: Bundle | None
    catalogue: Catalogue | None


class OrderView(OrderLine, PlanView):
    """Everything about an order but what is sealed."""

    refund: Money | None
    """Owed in all: still to be paid, or paid."""
    refund_sums: RefundSums
    deliveries: list[DeliveryView]
    cases: list[CaseView]
    events: list[EventView]


async def read_receipt(session: AsyncSession, channel: str, order_no: str) -> tuple[str, OrderReceipt] | None:
    """The digest and the receipt of an accepted order."""
    order = await live_order(session, channel, order_no)
    if order is None:
        return None
    rows = await _deliveries(session, order.id)
    return order.digest, receipt_of(order, rows)


async def order_to_adopt(session: AsyncSession, reference: str) -> OrderToAdopt | None:
    """An open order by its id or by `channel/order_no`."""
    order = await _find(session, reference)
    return _to_adopt(order) if order is not None and order.closed_at is None else None


async def open_orders(
    session: AsyncSession, limit: int, *, due_before: datetime | None = None
) -> list[OrderToAdopt]:
    """Accepted orders that are not settled, the longest waiting first.

    With `due_before`, only those that have something to do by then, or nothing left but to be settled.
    """
    query = select(Order).where(Order.closed_at.is_(None))
    if due_before is not None:
        query = query.where(Order.id.in_(due_orders(due_before)))
    rows = await session.scalars(query.order_by(Order.accepted_at, Order.id).limit(limit))
    return [_to_adopt(row) for row in rows]


async def before_placing(
    session: AsyncSession, channel: str, order_no: str, bundle_id: str, version: int
) -> BeforePlacing:
    """What is known of an order before it is placed, by one question."""
    asked = {"channel": channel, "order_no": order_no, "bundle": bundle_id, "version": version}
    placed, rejections, *stamps = (await session.execute(_BEFORE_PLACING, asked)).one()
    bundle, catalogue = await contracts_by(session, bundle_id, version, stamps)
    return BeforePlacing(placed, rejections, bundle, catalogue)


_NUMBER = and_(Order.channel == bindparam("channel"), Order.order_no == bindparam("order_no"))
_REJECTED = Order.state == OrderState.REJECTED.value
_BEFORE_PLACING = select(
    exists().where(_NUMBER, ~_REJECTED),
    select(func.count()).where(_NUMBER, _REJECTED).scalar_subquery(),
    *STAMPS,
)


async def waiting_orders(
    session: AsyncSession, *, state: str | None = None, limit: int = 50
) -> list[OrderLine]:
    """Orders of which something waits for somebody, and what; the newest first."""
    query = select(Order).where(waits()).order_by(Order.accepted_at.desc(), Order.id).limit(limit)
    if state is not None:
        query = query.where(Order.state == state)
    orders = list(await session.scalars(query))
    waiting, zones = await waiting_of(session, orders), await time_zones(session, orders)
    return [OrderLine(**line_of(order, zones.get(order.id)), waits=waiting[order.id]) for order in orders]


async def lines_of(session: AsyncSession, order_ids: Collection[str], limit: int) -> list[OrderLine]:
    """These orders, the longest waiting first."""
    query = select(Order).where(Order.id.in_(order_ids)).order_by(Order.accepted_at, Order.id).limit(limit)
    return await _lines(session, query)


async def orders_to(session: AsyncSession, blind_index: str, *, limit: int = 50) -> list[OrderLine]:
    """The orders that deliver to an account (`Fingerprints.account` of it), or did; the newest first."""
    goes_there = exists().where(RecipientRow.order_id == Order.id, RecipientRow.blind_index == blind_index)
    query = select(Order).where(goes_there).order_by(Order.accepted_at.desc(), Order.id).limit(limit)
    return await _lines(session, query)


async def read_order(session: AsyncSession, reference: str) -> OrderView | None:
    """An order by its id or by `channel/order_no`; a rejected one only while nothing took its number."""
    order = await _find(session, reference)
    if order is None:
        return None
    rows = await _deliveries(session, order.id)
    refunds: dict[str, list[Refund]] = {row.id: [] for row in rows}
    decided = select(Refund).where(Refund.order_id == order.id).order_by(Refund.number)
    for refund in await session.scalars(decided):
        refunds[refund.delivery_id].append(refund)
    cases = list(
        await session.scalars(select(CaseRow).where(CaseRow.order_id == order.id).order_by(CaseRow.number))
    )
    attempts = list(
        await session.scalars(
            select(Attempt).where(Attempt.delivery_id.in_([r.id for r in rows])).order_by(Attempt.number)
        )
    )
    events = await session.scalars(select(Event).where(Event.order_id == order.id).order_by(Event.seq))
    in_all = sums(refund_view(each) for of_one in refunds.values() for each in of_one)
    still_open = [row for row in rows if row.state not in CLOSED]
    connections = {attempt.connection for attempt in attempts}
    connections |= {offer["connection"] for row in still_open for offer in row.offers}
    paused, silent = await paused_since(session, connections), await silent_among(session, connections)
    pivots = [row for row in still_open if row.pivot and not row.tries]
    standing = await standing_of(session, order) if pivots else OrderStanding()
    waiting = {row.id for row in pivots if standing.pivot_waits(row.place)}
    return OrderView(
        **line_of(order, (await time_zones(session, [order])).get(order.id)),
        waits=waits_of(order, rows, cases),
        stuck=(await why_withheld(session, [order.id])).get(order.id),
        **dict(await read_plan(session, order, rows)),
        refund=in_all.owed,
        refund_sums=in_all,
        deliveries=[
            delivery_view(
                order, row, refunds[row.id], attempts, paused, silent, pivot_waits=row.id in waiting
            )
            for row in rows
        ],
        cases=[CaseView.model_validate(case, from_attributes=True) for case in cases],
        events=[
            EventView(seq=e.seq, at=e.at, type=e.type, delivery_id=e.delivery_id, data=e.data) for e in events
        ],
    )


async def _lines(session: AsyncSession, query: Select[Order]) -> list[OrderLine]:
    orders = list(await session.scalars(query))
    zones = await time_zones(session, orders)
    return [OrderLine(**line_of(order, zones.get(order.id))) for order in orders]


async def _find(session: AsyncSession, reference: str) -> Order | None:
    channel, mark, order_no = reference.partition("/")
    if not mark:
        return await session.get(Order, reference)
    live = await live_order(session, channel, order_no)
    if live is not None:
        return live
    newest = select(Order).where(Order.channel == channel, Order.order_no == order_no)
    return await session.scalar(newest.order_by(Order.accepted_at.desc()).limit(1))


async def _deliveries(session: AsyncSession, order_id: str) -> list[Delivery]:
    rows = await session.scalars(
        select(Delivery).where(Delivery.order_id == order_id).order_by(Delivery.position)
    )
    return list(rows)


def _to_adopt(order: Order) -> OrderToAdopt:
    return OrderToAdopt(
        order_id=order.id,
        channel=order.channel,
        order_no=order.order_no,
        digest=order.digest,
        bundle=order.bundle_id,
        version=order.bundle_version,
        lang=Language(order.lang),
    )
