"""What the demonstration has shown: each order, what reached whom, and whether all of it is as it must be."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from domain.fulfilment.states import DeliveryState, OrderState
from domain.money import Money
from starter.cli.context import Connected
from starter.cli.demo.handed_over import handed_over
from starter.cli.demo.play import Played
from starter.cli.demo.reckoning import SupplierReckoning
from starter.cli.order_views.temporal_ui import run_address, workflow_id
from storage.views.deliveries import DeliveryView


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
    suppliers: list[SupplierReckoning]
    temporal_ui: str | None
    home: str


async def summary_of(
    connected: Connected,
    run: str,
    played: Sequence[Played],
    reckoning: Sequence[SupplierReckoning],
    ui: str | None,
    home: Path,
) -> Summary:
    """Gather what happened and hold it against the scenes."""
    sold = {supplier.connection: Counter(sale.number for sale in supplier.sales) for supplier in reckoning}
    orders = [await _order(connected, one, sold, ui) for one in played]
    differences = [
        *(line for one, order in zip(played, orders, strict=True) for line in _differences(one, order)),
        *(f"{one.supplier}: {line}" for one in reckoning for line in one.differences),
    ]
    return Summary(
        ok=not differences,
        run=run,
        differences=differences,
        orders=orders,
        suppliers=list(reckoning),
        temporal_ui=ui,
        home=str(home),
    )


async def _order(
    connected: Connected, one: Played, sold: Mapping[str, Counter[str]], ui: str | None
) -> OrderSummary:
    order = one.order
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
