"""What Kayixin's answers mean to an order. Every decision about them is in this file.

    create, 1000            as many cards as bought: Delivered; fewer or none: Pending; more: Uncertain
    create, another code    once a query finds no such order: refused, where the text names a cause that
                            cannot have sold; else Uncertain: see `of_refusal`
    query, 1000             by the order's status: see `of_order`
    query, another code     "no such order" in words: UnknownOrder; else Uncertain
    both, and for the same  our credentials or our clock: refused, since neither was looked at
    1000, and not usable    Uncertain, with what it says of the order; no silence, since it did answer

Amounts: `Receipt.charged` is `money`, `Receipt.credited` is `retMoney`. A create answer carries no price, so
a delivery in it is charged as the order says: see `with_charge`. No answer carries a time.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from adapters.answers.fields import cost, credit, read, read_part
from adapters.answers.refusals import refusal_for
from adapters.answers.units import credential, handed_over, recharged
from adapters.answers.wording import (
    fit_to_show,
    named_cause,
    says_no_such_order,
    says_out_of_stock,
    turns_us_away,
)
from adapters.http import Unusable
from adapters.kayixin.messages import Bought, Card, Created, Envelope, Order
from domain.notes.general import Said
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AllVoided,
    AnotherOrder,
    NotFoundButRefused,
    QueryRefused,
    RechargeRefunded,
    RevokedMeanwhile,
    UndocumentedStatus,
    WithdrawnOrRefunded,
)
from domain.notes.supply.goods import CardsForBought, CardsForRecharge
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    IssuedUnit,
    PartlyDelivered,
    Pending,
    QueryOutcome,
    Receipt,
    Rejected,
    SubmitOutcome,
    Uncertain,
    UnknownOrder,
)
from domain.supply.purchase import Purchase

CHECK_AFTER = timedelta(seconds=3)

IN_HAND = frozenset({0, 1, 2, 7, 8})
"""Unpaid, waiting, in progress, waiting to sync, cancel in progress."""
DONE, REFUNDING, WITHDRAWN, REFUNDED = 3, 9, 4, 5
CARD_VOIDED, CARD_USED, CARD_VOIDING = 2, 3, 4


def of_accepted(data: object, purchase: Purchase, currency: str) -> SubmitOutcome:
    """What a create with code 1000 says, whether or not it can be used."""
    try:
        return of_created(read(Created, data), purchase)
    except Unusable as error:
        return _not_usable(error, data, purchase, currency)


def of_found(data: object, purchase: Purchase, currency: str) -> QueryOutcome:
    """What a query with code 1000 says, whether or not it can be used."""
    try:
        return of_order(read(Order, data), purchase, currency)
    except Unusable as error:
        return _not_usable(error, data, purchase, currency)


def _not_usable(error: Unusable, data: object, purchase: Purchase, currency: str) -> Uncertain:
    bought = read_part(Bought, data)
    if bought is None or is_foreign(bought, purchase):
        return Uncertain(error.why)
    return Uncertain(error.why, _receipt(bought, currency))


def of_created(created: Created, purchase: Purchase) -> SubmitOutcome:
    """An accepted order. Fewer cards than bought may be followed by more: the query is the truth.

    Raises Unusable for a blank card or a missing link.
    """
    receipt = Receipt(supplier_order=created.order_number)
    if purchase.kind == "recharge" and created.cards:
        return Uncertain(CardsForRecharge(cards=len(created.cards)), receipt)
    units = _usable(created.cards, purchase)
    if purchase.kind == "recharge" or len(units) < purchase.quantity:
        return Pending(CHECK_AFTER, receipt)
    if len(units) > purchase.quantity:
        return Uncertain(CardsForBought(cards=len(units), bought=purchase.quantity), receipt)
    return Delivered(units, receipt)


def with_charge(
    delivered: Delivered, order: Order, purchase: Purchase, currency: str
) -> Delivered | Uncertain:
    """A delivery of the create answer with what its order cost; unchanged when that is another order.

    One that was revoked by then is to be asked about: what is left of it, the order tells.
    """
    number = delivered.receipt.supplier_order
    if is_foreign(order, replace(purchase, supplier_order=number)):
        return delivered
    receipt = replace(_receipt(order, currency), supplier_order=number)
    if order.status in (WITHDRAWN, REFUNDED) or _all_voided(order, purchase):
        return Uncertain(RevokedMeanwhile(), receipt)
    return replace(delivered, receipt=receipt)


def of_refusal(envelope: Envelope, purchase: Purchase) -> Rejected | ActionRequired | Uncertain:
    """A refused order that a query did not find: a moment later that proves little by itself.

    A duplicate, and trouble in the middle of a sale, are reported as texts too, so only a cause that cannot
    have sold makes a refusal final.
    """
    code, text = str(envelope.code), fit_to_show(envelope.text, purchase)
    cause = named_cause(envelope.text)
    if cause is None:
        return Uncertain(NotFoundButRefused(answer=code, text=text))
    return refusal_for(cause, code, Said(text=text))


def of_unsuccessful_query(envelope: Envelope, purchase: Purchase) -> UnknownOrder | Uncertain:
    """A query that was answered with another code than success."""
    if says_no_such_order(envelope.text):
        return UnknownOrder()
    text = fit_to_show(envelope.text, purchase)
    why = QueryRefused(answer=str(envelope.code), text=text)
    return Uncertain(why, refusal=turned_away(envelope, Said(text=text)))


def turned_away(envelope: Envelope, shown: Note) -> ActionRequired | None:
    """The refusal of a question that was not looked at, since we are not let in."""
    what = turns_us_away(envelope.text)
    return ActionRequired(what, str(envelope.code), shown) if what else None


def of_order(order: Order, purchase: Purchase, currency: str) -> QueryOutcome:
    """An order that was found: its status decides, and then its cards that are still alive.

    Done with every card voided, it was revoked, whatever was paid back for it.

    Status 9 goes on to 3 or 5 and counts as success for now, unless cards are missing by then. Status 5 says
    nothing by itself: what was paid back tells whether anything was sold. Raises Unusable.
    """
    if is_foreign(order, purchase):
        return Uncertain(AnotherOrder())
    receipt = _receipt(order, currency)
    if order.status in IN_HAND:
        return Pending(CHECK_AFTER, receipt)
    if order.status == WITHDRAWN or (order.status == REFUNDED and paid_back_in_full(order)):
        text = order.result or ""
        stock = says_out_of_stock(text)
        shown = Said(text=fit_to_show(text, purchase)) if text else WithdrawnOrRefunded()
        return Rejected(f"status_{order.status}", shown, scope="offer", out_of_stock=stock, receipt=receipt)
    if order.status not in (DONE, REFUNDING, REFUNDED):
        return Uncertain(UndocumentedStatus(status=str(order.status)), receipt)
    if purchase.kind == "recharge":
        if order.cards:
            return Uncertain(CardsForRecharge(cards=len(order.cards)), receipt)
        if order.status == REFUNDED:
            return _partly_recharged(order, purchase, receipt)
        return Delivered(recharged(purchase.quantity), receipt)
    units = _usable(order.cards, purchase)
    if order.status == REFUNDING and len(units) < purchase.quantity:
        return Pending(CHECK_AFTER, receipt)
    if _all_voided(order, purchase):
        return Rejected("all_voided", AllVoided(), scope="offer", receipt=receipt)
    return handed_over(units, purchase.quantity, receipt)


def _partly_recharged(order: Order, purchase: Purchase, receipt: Receipt) -> QueryOutcome:
    """A recharge leaves no cards to count: what was kept of the price tells how many units were made."""
    if order.money and order.ret_money:
        made = (order.money - order.ret_money) * purchase.quantity / order.money
        if made == int(made) and 0 < made < purchase.quantity:
            return PartlyDelivered(recharged(int(made)), receipt)
    return Uncertain(RechargeRefunded(), receipt)


def is_foreign(order: Bought, purchase: Purchase) -> bool:
    """Whether the answer names another order than ours, by our number or by the one the supplier gave us."""
    ours, theirs = order.outer_number, order.order_number
    return (ours is not None and ours != purchase.key) or (
        theirs is not None and purchase.supplier_order is not None and theirs != purchase.supplier_order
    )


def paid_back_in_full(order: Bought) -> bool:
    """Whether everything was paid back; an order that cost nothing, or whose amounts are missing, is not."""
    return bool(order.money and order.ret_money is not None and order.ret_money >= order.money)


def _all_voided(order: Order, purchase: Purchase) -> bool:
    """Whether all that was bought is listed, and dead for good; the supplier may have kept its money."""
    states = [card.status for card in order.cards]
    return len(states) >= purchase.quantity and all(state == CARD_VOIDED for state in states)


def _usable(cards: list[Card], purchase: Purchase) -> tuple[IssuedUnit, ...]:
    """The cards that were not voided. Raises Unusable for a blank card or a missing link."""
    return tuple(
        credential(
            IssuedUnit(number=card.number, password=card.password, supplier_card=card.card_id),
            must_be_link=purchase.kind == "link",
        )
        for card in cards
        if card.status not in (CARD_VOIDED, CARD_VOIDING)
    )


def _receipt(order: Bought, currency: str) -> Receipt:
    """What it cost and what was paid back: of a withdrawn order everything, whatever its amounts say."""
    if order.money is None:
        return Receipt(supplier_order=order.order_number)
    charged = cost(order.money, currency)
    withdrawn = isinstance(order, Order) and order.status == WITHDRAWN
    all_back = withdrawn or paid_back_in_full(order)
    back = charged if all_back else credit(order.ret_money or Decimal(0), currency)
    credited = back if back.amount else None
    return Receipt(supplier_order=order.order_number, charged=charged, credited=credited)
