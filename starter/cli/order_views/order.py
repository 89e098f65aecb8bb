"""Orders as tables for people."""

from domain.messages import OrderReceipt
from domain.verbs.human_act import with_words
from starter.cli.order_views.deliveries import print_deliveries
from starter.cli.order_views.runs import READABLE
from starter.cli.order_views.temporal_ui import run_address, workflow_id
from starter.cli.order_views.words import account_line, gate_line, pause_line, refund_words
from starter.cli.output import clock, print_table
from storage.views.orders import EventView, OrderView


def print_receipt(receipt: OrderReceipt) -> None:
    """The answer to a placed order: what comes when."""
    number = f"{receipt.channel}/{receipt.order_no}"
    bundle = f"{receipt.bundle} version {receipt.version} x{receipt.quantity}"
    print(f"Order {number} is {receipt.state} as {receipt.order_id}: {bundle} for {receipt.price}\n")
    rows = [
        (line.component, line.title, line.units, clock(line.due_at), line.share, line.state)
        for line in receipt.deliveries
    ]
    print_table("Deliveries", ("component", "what", "units>", "due", "share>", "state"), rows)
    print(f"\nperkflow order show {number}")


def print_order(order: OrderView, ui: str | None, *, whole: bool = True) -> None:
    """Everything about one order but what is sealed; a large one is shortened unless it is wanted `whole`."""
    number, shorten = f"{order.channel}/{order.order_no}", not whole and len(order.deliveries) > READABLE
    print(f"Order {number} ({order.order_id}): {order.state}")
    print(f"{order.bundle} version {order.version} x{order.quantity} for {order.price}")
    print(
        f"Accepted {clock(order.accepted_at)}"
        + (f", closed {clock(order.closed_at)}" if order.closed_at else "")
    )
    if order.rejection_code:
        print(f"Rejected: {order.rejection_code}: {order.rejection_message}")
    if told := refund_words(order.refund_sums):
        print(f"Refund: {told}")
    if order.paused:
        print(pause_line(order.paused, number, order.refund_sums))
    for gate in order.gates:
        print(gate_line(gate))
    for missing in order.accounts_missing:
        print(account_line(missing, number))
    print()
    print_deliveries(order, shorten=shorten)
    _print_cases(order)
    _print_events(order, shorten=shorten)
    if shorten:
        print(f"Shortened; `perkflow order show {number} --all` shows every delivery, attempt and event")
    workflow = workflow_id(order)
    address = run_address(ui, workflow)
    print(f"In Temporal: workflow {workflow}" + (f", {address}" if address else ""))


def _print_cases(order: OrderView) -> None:
    if not order.cases:
        return
    component = _components(order)
    rows = [
        (
            case.number,
            case.kind,
            component[case.delivery_id],
            with_words(case.actor, case.reason),
            clock(case.opened_at),
            case.outcome or (f"decided by itself at {clock(case.deadline)}" if case.deadline else "open"),
        )
        for case in order.cases
    ]
    print_table("Cases", ("#>", "about", "delivery", "by", "opened", "outcome"), rows)
    print()


def _components(order: OrderView) -> dict[str, str]:
    return {delivery.id: f"{delivery.component} #{delivery.release}" for delivery in order.deliveries}


def _print_events(order: OrderView, *, shorten: bool) -> None:
    component = _components(order)
    events = order.events[-READABLE:] if shorten else order.events
    left = len(order.events) - len(events)
    rows = [
        (event.seq, clock(event.at), event.type, component.get(event.delivery_id or ""), _told(event))
        for event in events
    ]
    title = f"Timeline, without the first {left} events" if left else "Timeline"
    print_table(title, ("#>", "at", "what", "delivery", "told"), rows)
    print()


def _told(event: EventView) -> str:
    """What an event says that a person wants to read."""
    shown = ("state", "old", "new", "hold_reason", "note", "code", "amount", "refund")
    told = [f"{name} {event.data[name]}" for name in shown if event.data.get(name) not in (None, "")]
    if event.data.get("actor") and "note" not in event.data:
        told.append(f"by {event.data['actor']}: {event.data['reason']}")
    return ", ".join(told)
