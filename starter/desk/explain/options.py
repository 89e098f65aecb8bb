"""What a person can do about a delivery as it stands, and with which command. Refusals are the book's own.

Each command works when it is pasted into a shell as it stands, and does what is said of it. What would end
where it began (buying for a paused order, or at a supplier that is left alone) is not among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from domain.fulfilment.cases import CaseKind, case_refusal
from domain.fulfilment.holds import FOR_THE_PAYMENT
from domain.fulfilment.states import CLOSED, DeliveryState
from domain.notes.sentences.acting import (
    AskAtOnce,
    BuyFrom,
    DecideRefundAgain,
    GiveAccount,
    GiveUpOnly,
    ResumePaused,
    ResumeSilent,
    RevokeAndPayBack,
    RevokeOnly,
    SayNothingSold,
    SettledElsewhere,
)
from domain.notes.sentences.sentence import Sayable
from domain.notes.words import Language
from domain.verbs.refusals import is_for_a_person
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, DeliveryVerb, Need, Standing
from starter.desk.explain.commands import give_account, let_go_on, of_order, resume_supplier
from starter.desk.explain.naming import label
from starter.desk.explain.standing import doubt, left_alone, standing, target
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

_NOT_SOLD = "--supplier-says not_sold"


@dataclass(frozen=True)
class Option:
    """Something a person can do."""

    what: Sayable
    command: str

    def as_json(self, lang: Language) -> dict[str, str]:
        """It for programs."""
        return {"what": self.what.say(lang), "command": self.command}


def options(order: OrderView, delivery: DeliveryView, now: datetime) -> list[Option]:
    """What can be done about a delivery as it stands, the most helpful first."""
    if order.erased_at:
        return []
    if delivery.state in CLOSED:
        return list(_after_the_end(order, delivery))
    doubted = doubt(delivery, now)
    return [
        *_for_the_order(order, delivery),
        *_at_suppliers(order, delivery),
        *_by_verbs(order, delivery, standing(order, delivery, doubted, now)),
    ]


def _for_the_order(order: OrderView, delivery: DeliveryView) -> Iterator[Option]:
    number = f"{order.channel}/{order.order_no}"
    if order.paused is not None:
        yield Option(ORDER_VERBS[Act.RESUME].title, let_go_on(number, order.paused))
    missing = {each.account for each in order.accounts_missing}
    if delivery.account and delivery.account in missing and delivery.account == delivery.recipient:
        yield Option(GiveAccount(account=delivery.account), give_account(number, delivery.account))


def _at_suppliers(order: OrderView, delivery: DeliveryView) -> Iterator[Option]:
    for connection in left_alone(order, delivery):
        resume = ResumePaused if connection in delivery.paused else ResumeSilent
        yield Option(resume(connection=connection), resume_supplier(connection))


def _by_verbs(order: OrderView, delivery: DeliveryView, at: Standing) -> Iterator[Option]:
    name = label(order, delivery)
    for verb in DELIVERY_VERBS.values():
        says = _NOT_SOLD if Need.SUPPLIER_SAYS in verb.needs and is_for_a_person(at) else ""
        asked = replace(at, supplier_says="not_sold" if says else "")
        if not verb.suits(at) or verb.refusal(asked) is not None:
            continue
        if verb.act is Act.WAIVE and _payment_is_gone(order):
            continue
        if Need.CONNECTION in verb.needs:
            for connection in at.connections:
                command = of_order(verb.name, order, name, connection, says)
                yield Option(BuyFrom(connection=connection), command)
            continue
        arguments = [*(_argument(need, delivery) for need in verb.needs), says]
        yield Option(_title(verb, at, order), of_order(verb.name, order, name, *arguments))


def _argument(need: Need, delivery: DeliveryView) -> str:
    """How a verb is told what it needs; "" for nothing, or for what is only sometimes said."""
    match need:
        case Need.CREDENTIALS:
            return "--credentials -" if delivery.kind in ("key", "link") else ""
        case Need.RECIPIENT:
            return "-"
        case Need.UNUSABLE:
            return "--unusable"
        case _:
            return ""


def _title(verb: DeliveryVerb, at: Standing, order: OrderView) -> Sayable:
    if verb.act is Act.RETRY and at.doubt is not None:
        return SayNothingSold() if is_for_a_person(at) else AskAtOnce()
    if verb.act is Act.REFUND and _payment_is_gone(order):
        return GiveUpOnly() if at.state is not DeliveryState.DELIVERED else RevokeOnly()
    if verb.act is Act.REFUND and at.state is DeliveryState.DELIVERED:
        return RevokeAndPayBack()
    return verb.title


def _payment_is_gone(order: OrderView) -> bool:
    return order.paused is not None and order.paused.reason in FOR_THE_PAYMENT


def _after_the_end(order: OrderView, delivery: DeliveryView) -> Iterator[Option]:
    name = label(order, delivery)
    open_ones = [each.kind for each in order.cases if each.delivery_id == delivery.id and not each.closed_at]
    if CaseKind.REFUND_FAILED in open_ones:
        yield Option(DecideRefundAgain(), of_order("retry", order, name))
        yield Option(SettledElsewhere(), of_order("skip", order, name))
    if open_ones:
        return
    stands = target(order, delivery)
    at = Standing(stands.state, revocable=delivery.revocable, paused=stands.paused)
    for verb in DELIVERY_VERBS.values():
        if verb.opens is not None and verb.suits(at) and case_refusal(verb.opens, stands) is None:
            arguments = [_argument(need, delivery) for need in verb.needs]
            yield Option(_title(verb, at, order), of_order(verb.name, order, name, *arguments))
