"""The demonstration's summary for people."""

from itertools import groupby
from zoneinfo import ZoneInfo

from domain.keys import in_a_command
from domain.money import Money
from domain.notes.sentences import labels
from domain.notes.sentences.demo import (
    AllIsWell,
    AnsweredWithoutPrice,
    DemoOrder,
    KeyRevealed,
    LookAt,
    NotAsItMustBe,
    NothingToRefund,
    OpensAgain,
    PlacedTimes,
    RefundedInAll,
    RefundPaid,
    RunOrCommand,
    SoldOverHttp,
    TemporalUi,
)
from domain.notes.sentences.sentence import Sentence
from domain.notes.words import Language, name
from starter.cli.demo.afterwards import Afterwards
from starter.cli.demo.summary import OrderSummary, Summary
from starter.cli.output import clock, print_records, print_text

_DELIVERIES = (
    labels.DELIVERY,
    labels.STATE,
    labels.SUPPLIER,
    labels.GOES_TO,
    labels.AT,
    labels.REFUND,
    labels.IN_LEDGER,
)
_LEDGER = (labels.SUPPLIER, labels.SAYS, labels.SALES, labels.DEBITS, labels.CREDITS)


def print_summary(summary: Summary, lang: Language) -> None:
    """Tell a person what happened and where to look."""
    for order in summary.orders:
        print()
        _print_order(order, lang)
    print()
    _print_over_http(summary.over_http, lang)
    print()
    _print_reckoning(summary, lang)
    print()
    _print_where_to_look(summary, lang)
    print()
    if summary.ok:
        print_text(AllIsWell(seconds=str(summary.seconds)).say(lang))
    else:
        print_text(NotAsItMustBe().say(lang))
        for line in summary.differences:
            print_text(f"  {line}", "  ")


def _print_order(order: OrderSummary, lang: Language) -> None:
    stands: Sentence = DemoOrder(number=order.order, state=order.state.value, price=order.price)
    if len(order.receipts) > 1:
        stands = PlacedTimes(order=stands, times=len(order.receipts))
    print_text(order.title)
    print_text(stands.say(lang))
    rows = [
        (
            delivery.title,
            name("state", delivery.state, lang),
            delivery.supplier,
            ", ".join([*([delivery.recipient] if delivery.recipient else []), *delivery.units]),
            clock(delivery.delivered_at, ZoneInfo(order.time_zone)),
            delivery.refund,
            delivery.sales,
        )
        for delivery in order.deliveries
    ]
    refund = RefundedInAll(refund=order.refund) if order.refund else NothingToRefund()
    columns = labels.columns(lang, _DELIVERIES, right=(labels.REFUND, labels.IN_LEDGER))
    print_records(refund.say(lang), columns, rows)


def _print_over_http(after: Afterwards, lang: Language) -> None:
    print_text(SoldOverHttp(requests=after.requests, orders=after.orders).say(lang))
    if one := after.revealed:
        seen = KeyRevealed(order=one.order, title=one.title, unit=one.unit, said=one.said)
        print_text(f"  {seen.say(lang)}", "    ")
    for order, refunds in groupby(after.paid_back, lambda each: each.order):
        amounts = [each.amount for each in refunds]
        total = Money(amount=sum(each.amount for each in amounts), currency=amounts[0].currency)
        paid = RefundPaid(order=order, amount=total, refunds=len(amounts))
        print_text(f"  {paid.say(lang)}", "    ")


def _print_reckoning(summary: Summary, lang: Language) -> None:
    rows = [
        (
            one.supplier,
            name("side", side, lang),
            totals.sales,
            _yuan(totals.debits_minor),
            _yuan(totals.credits_minor),
        )
        for one in summary.suppliers
        for side, totals in (("ledger", one.ledger), ("book", one.book))
    ]
    columns = labels.columns(lang, _LEDGER, right=(labels.SALES, labels.DEBITS, labels.CREDITS))
    print_text(labels.BOUGHT_HERE.say(lang))
    print_records("", columns, rows)
    assumed = sum(one.assumed_prices for one in summary.suppliers)
    if assumed:
        print_text(AnsweredWithoutPrice(purchases=assumed).say(lang))


def _yuan(minor: int) -> str:
    return str(Money(amount=minor, currency="CNY"))


def _print_where_to_look(summary: Summary, lang: Language) -> None:
    print_text(LookAt().say(lang))
    if summary.temporal_ui:
        print_text(f"  {TemporalUi(address=summary.temporal_ui).say(lang)}", "  ")
    for order in summary.orders:
        command = f"perkflow order show {in_a_command(order.order)}"
        print_text(f"  {RunOrCommand(run=order.workflow_id, command=command).say(lang)}", "    ")
    print_text(OpensAgain(home=str(summary.home)).say(lang))
