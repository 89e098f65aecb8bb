"""The demonstration's report for people."""

from domain.money import Money
from starter.cli.demo.report import OrderReport, Report
from starter.cli.output import print_table


def print_report(report: Report) -> None:
    """Tell a person what happened and where to look."""
    for order in report.orders:
        print()
        _print_order(order)
    print()
    _print_reckoning(report)
    print()
    _print_where_to_look(report)
    print()
    if report.ok:
        print(f"All is as it must be, after {report.seconds} s.")
    else:
        print("Not as it must be:")
        for line in report.differences:
            print(f"  {line}")


def _print_order(order: OrderReport) -> None:
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


def _print_reckoning(report: Report) -> None:
    rows = [
        (one.supplier, side, totals.sales, _yuan(totals.debits_minor), _yuan(totals.credits_minor))
        for one in report.suppliers
        for side, totals in (("ledger", one.ledger), ("book", one.book))
    ]
    print("Everything ever bought on this stack: the suppliers' ledgers, and our book")
    print_table("", ("supplier", "says", "sales>", "debits>", "credits>"), rows)
    assumed = sum(one.assumed_prices for one in report.suppliers)
    if assumed:
        print(f"{assumed} purchases were answered without a price; the book counts the agreed one.")


def _yuan(minor: int) -> str:
    return str(Money(amount=minor, currency="CNY"))


def _print_where_to_look(report: Report) -> None:
    print("Look at")
    if report.temporal_ui:
        print(f"  {report.temporal_ui}  (Temporal's UI)")
    for order in report.orders:
        print(f"  {order.workflow_id}  or  perkflow order show {order.order}")
    print(f"`make up` opens the same data again ({report.home}).")
