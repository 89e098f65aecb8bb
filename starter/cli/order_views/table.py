"""Orders as one line each, for people."""

from collections.abc import Sequence

from starter.cli.output import clock, print_table
from storage.views.order_lines import OrderLine


def print_orders(orders: Sequence[OrderLine]) -> None:
    """One line per order, newest first."""
    if not orders:
        print("No orders.")
        return
    rows = [
        (
            f"{order.channel}/{order.order_no}",
            order.state,
            f"{order.bundle} v{order.version} x{order.quantity}",
            order.price,
            clock(order.accepted_at),
            clock(order.closed_at),
        )
        for order in orders
    ]
    print_table("Orders", ("order", "state", "bundle", "price>", "accepted", "closed"), rows)
    _print_waiting(orders)
    for order in orders:
        if order.stuck:
            number = f"{order.channel}/{order.order_no}"
            print(f"\n{number} is stuck: {order.stuck}; `perkflow order adopt {number}` gives it a new run")


def _print_waiting(orders: Sequence[OrderLine]) -> None:
    rows = [
        (
            f"{order.channel}/{order.order_no}",
            each.about,
            each.reason,
            clock(each.since),
            clock(each.deadline),
            each.note,
        )
        for order in orders
        for each in order.waits
    ]
    if rows:
        print()
        print_table("What waits", ("order", "about", "reason", "since", "decided by itself", "note"), rows)
