"""The demonstration's summary for people."""

from domain.money import Money
from starter.cli.demo.summary import OrderSummary, Summary
from starter.cli.output import print_table


def print_summary(summary: Summary) -> None:
    """Tell a person what happened and where to look."""
    for order in summary.orders:
        print()
        _print_order(order)
    print()
    _print_reckoning(summary)
    print()
    _print_where_to_look(summary)
    print()
    if summary.ok:
        print(f"All is as it must be, after {summary.seconds} s.")
    else:
        print("Not as it must be:")
        for line in summary.differences:
            print(f"  {line}")


def _print_order(order: OrderSummary) -> None:
    placed = f", placed {len(order.receipts)} times" if len(order.receipts) > 1 else ""
    print(f"{order.title}\n{order.order}: {order.state}, {order.price}{placed}")
    rows = [
        (
            delivery.title,
            delivery.state,
            delivery.supplier,
            ", ".join([*([delivery.recipient] if delivery.recipient else []), *delivery.units]),
            f"{delivery.delivered_at.astimezone():%H:%M:%S}" if delivery.delivered_at else None,
            delivery.refund,
            delivery.sales,
        )
        for delivery in order.deliveries
    ]
    columns = ("delivery", "state", "supplier", "to / what", "at", "refund>", "in ledger>")
    print_table(f"Refund {order.refund}" if order.refund else "Nothing to refund", columns, rows)


def _print_reckoning(summary: Summary) -> None:
    rows = [
        (one.supplier, side, totals.sales, _yuan(totals.debits_minor), _yuan(totals.credits_minor))
        for one in summary.suppliers
        for side, totals in (("ledger", one.ledger), ("book", one.book))
    ]
    print("Everything ever bought on this stack: the suppliers' ledgers, and our book")
    print_table("", ("supplier", "says", "sales>", "debits>", "credits>"), rows)
    assumed = sum(one.assumed_prices for one in summary.suppliers)
    if assumed:
        print(f"{assumed} purchases were answered without a price; the book counts the agreed one.")


def _yuan(minor: int) -> str:
    return str(Money(amount=minor, currency="CNY"))


def _print_where_to_look(summary: Summary) -> None:
    print("Look at")
    if summary.temporal_ui:
        print(f"  {summary.temporal_ui}  (Temporal's UI)")
    for order in summary.orders:
        print(f"  {order.workflow_id}  or  perkflow order show {order.order}")
    print(f"`make up` opens the same data again ({summary.home}).")
