"""The receipt of an order, from the book: the same answer while it runs and long after."""

from collections.abc import Sequence

from domain.fulfilment.states import DeliveryState, OrderState
from domain.messages import OrderReceipt, ReceiptLine
from domain.money import Money, some_money
from storage.tables import Delivery, Order


def receipt_of(order: Order, rows: Sequence[Delivery]) -> OrderReceipt:
    """The receipt of an accepted order and its deliveries in plan order."""
    return OrderReceipt(
        order_id=order.id,
        channel=order.channel,
        order_no=order.order_no,
        bundle=order.bundle_id,
        version=order.bundle_version,
        quantity=order.quantity,
        price=Money(amount=order.price_amount, currency=order.currency),
        discount=some_money(order.discount_amount, order.currency),
        state=OrderState(order.state),
        placed_at=order.placed_at,
        deliveries=[
            ReceiptLine(
                delivery_id=row.id,
                component=row.component,
                release=row.release,
                item=row.item,
                items=row.items,
                title=row.title,
                units=row.units,
                due_at=row.due_at,
                share=Money(amount=row.share_amount, currency=order.currency),
                state=DeliveryState(row.state),
            )
            for row in rows
        ],
    )
