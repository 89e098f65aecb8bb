"""Orders as tables for people."""

from collections.abc import Iterator
from datetime import tzinfo

from domain.keys import in_a_command
from domain.messages import OrderReceipt
from domain.notes.sentences import labels
from domain.notes.sentences.next_steps import DecidedAt, StillOpen
from domain.notes.sentences.orders import (
    AcceptedAndClosed,
    AcceptedOn,
    BundleSold,
    BuyerErased,
    InTemporal,
    InTemporalAt,
    OrderTitle,
    PlacedAs,
    RefundOf,
    RejectedFor,
    Shortened,
)
from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Language, name
from starter.cli.order_views.deliveries import print_deliveries
from starter.cli.order_views.temporal_ui import run_address, workflow_id
from starter.cli.order_views.timeline import print_events
from starter.cli.output import clock, print_records, print_text
from starter.desk.explain.runs import READABLE
from starter.desk.explain.situation import account_line, gate_line, pause_line, refund_parts
from storage.views.orders import CaseView, OrderView

_RECEIPT = (labels.DELIVERY, labels.WHAT, labels.UNITS, labels.DUE, labels.SHARE, labels.STATE)
_CASES = (labels.NUMBER, labels.ABOUT, labels.DELIVERY, labels.BY, labels.OPENED, labels.OUTCOME)


def print_receipt(receipt: OrderReceipt, lang: Language, zone: tzinfo) -> None:
    """The answer to a placed order: what comes when, in its bundle's zone."""
    number = f"{receipt.channel}/{receipt.order_no}"
    sold = BundleSold(
        bundle=receipt.bundle, version=receipt.version, quantity=receipt.quantity, price=receipt.price
    )
    placed = PlacedAs(number=number, state=receipt.state, order_id=receipt.order_id, sold=sold)
    print_text(placed.say(lang))
    print()
    rows = [
        (
            line.component,
            line.title,
            line.units,
            clock(line.due_at, zone),
            line.share,
            name("state", line.state, lang),
        )
        for line in receipt.deliveries
    ]
    columns = labels.columns(lang, _RECEIPT, right=(labels.UNITS, labels.SHARE))
    print_records(labels.DELIVERIES.say(lang), columns, rows)
    print(f"\nperkflow order show {in_a_command(number)}")


def print_order(order: OrderView, ui: str | None, lang: Language, *, whole: bool = True) -> None:
    """Everything about one order but what is sealed; a large one is shortened unless it is wanted `whole`."""
    number, shorten = f"{order.channel}/{order.order_no}", not whole and len(order.deliveries) > READABLE
    for sentence in _above(order, number):
        print_text(sentence.say(lang, order.zone))
    print()
    print_deliveries(order, lang, shorten=shorten)
    _print_cases(order, lang)
    print_events(order, lang, shorten=shorten)
    if shorten:
        print_text(Shortened(command=f"perkflow order show {in_a_command(number)} --all").say(lang))
    if order.erased_at:
        return
    workflow = workflow_id(order)
    address = run_address(ui, workflow)
    where = InTemporalAt(workflow=workflow, address=address) if address else InTemporal(workflow=workflow)
    print_text(where.say(lang))


def _above(order: OrderView, number: str) -> Iterator[Sentence]:
    yield OrderTitle(number=number, order_id=order.order_id, state=order.state)
    yield BundleSold(bundle=order.bundle, version=order.version, quantity=order.quantity, price=order.price)
    at = order.accepted_at
    yield AcceptedAndClosed(at=at, closed=order.closed_at) if order.closed_at else AcceptedOn(at=at)
    if order.erased_at:
        yield BuyerErased(at=order.erased_at)
    if order.rejection_code:
        yield RejectedFor(refusal=order.rejection_code, why=order.rejection_message)
    if refund := refund_parts(order.refund_sums):
        yield RefundOf(refund=refund)
    if order.paused:
        yield pause_line(order.paused, number, order.refund_sums)
    yield from map(gate_line, order.gates)
    for missing in order.accounts_missing:
        yield account_line(missing, number)


def _print_cases(order: OrderView, lang: Language) -> None:
    if not order.cases:
        return
    about = {delivery.id: f"{delivery.component} #{delivery.number}" for delivery in order.deliveries}
    rows = [
        (
            case.number,
            name("case", case.kind, lang),
            about[case.delivery_id],
            f"{case.actor}: {case.reason}" if case.reason else case.actor,
            clock(case.opened_at, order.zone),
            _outcome(case).say(lang, order.zone),
        )
        for case in order.cases
    ]
    columns = labels.columns(lang, _CASES, right=(labels.NUMBER,))
    print_records(labels.CASES.say(lang), columns, rows)
    print()


def _outcome(case: CaseView) -> Sayable:
    return case.outcome or (DecidedAt(at=case.deadline) if case.deadline else StillOpen())
