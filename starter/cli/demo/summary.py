"""What the demonstration has shown: each order, what reached whom, and whether all of it is as it must be."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from domain.fulfilment.states import DeliveryState, OrderState, RefundState
from domain.money import Money
from starter.cli.context import Connected
from starter.cli.demo.afterwards import SHOWN_BEFORE, Afterwards
from starter.cli.demo.handed_over import handed_over
from starter.cli.demo.play import Played
from starter.cli.demo.reckoning import SupplierReckoning
from starter.cli.order_views.temporal_ui import run_address, workflow_id
from storage.base.database import Database
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView, read_order


class DeliverySummary(BaseModel):
    """One delivery as it ended. `sales` counts its rows in the supplier's ledger; our own stock has none."""

    component: str
    title: str
    state: DeliveryState
    supplier: str | None
    recipient: str | None
    units: list[str]
    due_at: datetime | None
    delivered_at: datetime | None
    share: Money
    refund: Money | None
    keys: list[str]
    sales: int | None


class OrderSummary(BaseModel):
    """One scene as it ended."""

    title: str
    order: str
    order_id: str
    time_zone: str
    state: OrderState
    price: Money
    refund: Money | None
    receipts: list[str]
    workflow_id: str
    temporal_ui: str | None
    deliveries: list[DeliverySummary]


class Summary(BaseModel):
    """The whole demonstration; `ok` when nothing differs from what it must be."""

    ok: bool
    run: str
    seconds: float = 0
    differences: list[str]
    orders: list[OrderSummary]
    over_http: Afterwards
    suppliers: list[SupplierReckoning]
    temporal_ui: str | None
    home: str


@dataclass(frozen=True)
class Ended:
    """All that was seen. `orders`: as the book had them at their end, before anything was paid back."""

    played: Sequence[Played]
    orders: Sequence[OrderView]
    after: Afterwards
    reckoning: Sequence[SupplierReckoning]


async def orders_in_the_book(database: Database, played: Sequence[Played]) -> Sequence[OrderView]:
    """The orders as the book has them: with suppliers, and without what only HTTP says."""
    async with database.snapshot() as session:
        found = [await read_order(session, one.order["order_id"]) for one in played]
    return [order for order in found if order is not None]


async def summary_of(connected: Connected, run: str, ended: Ended, ui: str | None, home: Path) -> Summary:
    """Gather what happened and hold it against the scenes."""
    played, reckoning = ended.played, ended.reckoning
    sold = {supplier.connection: Counter(sale.number for sale in supplier.sales) for supplier in reckoning}
    orders = [
        await _order(connected, one, order, sold, ui) for one, order in zip(played, ended.orders, strict=True)
    ]
    differences = [
        *(line for one, order in zip(played, orders, strict=True) for line in _differences(one, order)),
        *_differences_over_http(played, ended.after),
        *(f"{one.supplier}: {line}" for one in reckoning for line in one.differences),
    ]
    return Summary(
        ok=not differences,
        run=run,
        differences=differences,
        orders=orders,
        over_http=ended.after,
        suppliers=list(reckoning),
        temporal_ui=ui,
        home=str(home),
    )


async def _order(
    connected: Connected, one: Played, order: OrderView, sold: Mapping[str, Counter[str]], ui: str | None
) -> OrderSummary:
    handed = await handed_over(connected, order)
    workflow = workflow_id(order)
    deliveries = [
        DeliverySummary(
            component=delivery.component,
            title=delivery.title,
            state=DeliveryState(delivery.state),
            supplier=delivery.attempts[-1].connection if delivery.attempts else None,
            recipient=handed[delivery.id].recipient,
            units=handed[delivery.id].units,
            due_at=delivery.due_at,
            delivered_at=delivery.delivered_at,
            share=delivery.share,
            refund=delivery.refund,
            keys=[attempt.key for attempt in delivery.attempts],
            sales=_sales(delivery, sold),
        )
        for delivery in order.deliveries
    ]
    return OrderSummary(
        title=one.scene.title,
        order=one.scene.number,
        order_id=order.order_id,
        time_zone=order.time_zone,
        state=OrderState(order.state),
        price=order.price,
        refund=order.refund,
        receipts=one.receipts,
        workflow_id=workflow,
        temporal_ui=run_address(ui, workflow),
        deliveries=deliveries,
    )


def _sales(delivery: DeliveryView, sold: Mapping[str, Counter[str]]) -> int | None:
    in_ledgers = [
        sold[attempt.connection][attempt.key] for attempt in delivery.attempts if attempt.connection in sold
    ]
    return sum(in_ledgers) if in_ledgers else None


def _differences(one: Played, order: OrderSummary) -> Iterator[str]:
    """Where an order did not go as its scene says."""
    if order.state is not one.scene.ends_as:
        yield f"{order.order} is {order.state}, and should be {one.scene.ends_as}"
    if order.refund != one.scene.refund:
        yield f"{order.order} is refunded {order.refund}, and should be {one.scene.refund}"
    if set(order.receipts) != {order.order_id}:
        yield f"{order.order} got {len(set(order.receipts))} orders for one number"
    for delivery in order.deliveries:
        if delivery.sales is not None and delivery.sales > 1:
            yield f"{order.order} {delivery.component} was sold {delivery.sales} times"
        if delivery.delivered_at and delivery.due_at and delivery.delivered_at < delivery.due_at:
            yield f"{order.order} {delivery.component} was delivered before it was due"


def _differences_over_http(played: Sequence[Played], after: Afterwards) -> Iterator[str]:
    """Where the buyer or the shop did not get what they should."""
    if after.revealed is None:
        yield f"{played[0].scene.number} has no key that could be revealed"
    elif not after.revealed.unit or after.revealed.again != SHOWN_BEFORE:
        yield f"{after.revealed.order}: a key that is shown once was answered with {after.revealed.again}"
    for one in played:
        due = one.scene.refund.amount if one.scene.refund else 0
        mine = [each for each in after.paid_back if each.order == one.scene.number]
        paid = sum(each.amount.amount for each in mine if each.state == RefundState.CONFIRMED)
        if paid != due:
            yield f"{one.scene.number} was paid back {paid}, and should be {due}"
