"""What Fulu's answers mean to an order. Every decision about them is in this file.

    product, before create  Rejected: unknown, not for sale, or above the ceiling, which Fulu would not hold
    create, 0               Pending: accepted, never delivered
    create, 3001-3005, 3008 Rejected: another product may serve; Uncertain if the text leaves room for a sale
    create, another code    Uncertain: no error table is published, a duplicate among them; with the refusal
                            that its text names, which is final once Fulu has no such order
    query, 0                by the order's state: success, failed, processing, untreated; else Uncertain
    query, another code     "no such order" in words: UnknownOrder; else Uncertain
    0, and not usable       Uncertain, with what it says of the order; no silence, since it did answer

`order_price` may be for one unit or for all (the vendor does not say): for several units the product's price
tells which, and where it fits neither, the charge is not recorded. A failed order is charged nothing.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from adapters.answers.card_cipher import decrypt
from adapters.answers.fields import cost, read, read_json, read_part, storable
from adapters.answers.moments import is_unreadable, moment
from adapters.answers.refusals import refusal_for
from adapters.answers.units import credential, handed_over, recharged, with_link
from adapters.answers.wording import (
    fit_to_show,
    leaves_it_open,
    may_have_sold,
    named_cause,
    says_no_such_order,
    says_out_of_stock,
    turns_us_away,
)
from adapters.fulu.messages import (
    PLAIN,
    Bought,
    Card,
    Envelope,
    Goods,
    Order,
    china_time,
    is_phone_credit,
)
from adapters.fulu.stock import telling_word
from adapters.http import Unusable
from domain.notes.general import Said
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AnotherOrder,
    CodeSaid,
    OrderFailed,
    QueryRefused,
    UndocumentedStatus,
)
from domain.notes.supply.goods import (
    AboveCeiling,
    CardsForRecharge,
    CardUnreadable,
    DeadlineUnreadable,
    ListedAs,
    OfferLacks,
    OneCharge,
    PriceRefused,
)
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

CHECK_AFTER = timedelta(seconds=2)
"""The vendor asks for a query every 1 to 3 seconds."""

TRY_ANOTHER_PRODUCT = frozenset({3001, 3002, 3003, 3004, 3005, 3008})
"""Stock, price or maintenance, as one public client treats them (confidence C; texts unknown)."""

IN_HAND = frozenset({"processing", "untreated"})


def of_phone_credit(purchase: Purchase) -> Rejected | None:
    """The refusal of phone credit that is not asked for by value, one charge per order."""
    if not is_phone_credit(purchase):
        return None
    if "charge_value" not in purchase.options:
        return Rejected("charge_value_missing", OfferLacks(option="charge_value"), scope="offer")
    if purchase.quantity != 1:
        return Rejected("quantity_unsupported", OneCharge(), scope="offer")
    return None


def of_goods(goods: Goods, purchase: Purchase, currency: str) -> Rejected | None:
    """The refusal that the product's price and state call for. An undocumented word is left to the create."""
    word, state = telling_word(goods)
    if state in ("off_sale", "out_of_stock"):
        return Rejected(state, ListedAs(word=str(word)), scope="offer", out_of_stock=state == "out_of_stock")
    total, ceiling = cost(goods.purchase_price * purchase.quantity, currency), purchase.max_cost
    if total.amount > ceiling.amount:
        message = AboveCeiling(total=str(total), quantity=purchase.quantity, ceiling=str(ceiling))
        return Rejected("over_ceiling", message, scope="offer", over_ceiling=True)
    return None


def of_refused_price(envelope: Envelope, purchase: Purchase) -> Rejected | ActionRequired:
    """A product whose price was refused. Nothing was sent by then, so every text can be believed.

    It is about this product, unless it names our own account, or trouble that passes.
    """
    text = envelope.text
    shown = PriceRefused(text=fit_to_show(text, purchase))
    if what := turns_us_away(text):
        return ActionRequired(what, str(envelope.code), shown)
    return Rejected(
        str(envelope.code),
        shown,
        scope="supplier" if leaves_it_open(text) else "offer",
        out_of_stock=says_out_of_stock(text),
    )


def of_created(
    envelope: Envelope, purchase: Purchase, currency: str, unit_price: Decimal | None
) -> SubmitOutcome:
    """What a create with code 0 says, whether or not it can be used."""
    try:
        order = read(Order, read_json(envelope.result))
        return of_accepted(order, purchase, currency, unit_price)
    except Unusable as error:
        return _not_usable(error, envelope, purchase, currency)


def of_accepted(order: Order, purchase: Purchase, currency: str, unit_price: Decimal | None) -> SubmitOutcome:
    """A create with code 0, whatever state the order object already shows."""
    if is_foreign(order, purchase):
        return Uncertain(AnotherOrder())
    return Pending(CHECK_AFTER, _receipt(order, purchase, currency, unit_price))


def of_refusal(envelope: Envelope, purchase: Purchase) -> Rejected | ActionRequired | Uncertain:
    """A create with another code than 0. A text that leaves room for a sale outweighs the code."""
    code, text = str(envelope.code), fit_to_show(envelope.text, purchase)
    shown = Said(text=text)
    cause, listed = named_cause(envelope.text), envelope.code in TRY_ANOTHER_PRODUCT
    named = refusal_for(cause, code, shown) if cause else None
    if listed and named is None and not may_have_sold(envelope.text):
        named = Rejected(code, shown, scope="offer")
    return named if listed and named else Uncertain(CodeSaid(answer=code, text=text), refusal=named)


def of_unsuccessful_query(envelope: Envelope, purchase: Purchase) -> UnknownOrder | Uncertain:
    """A query with another code than 0."""
    if says_no_such_order(envelope.text):
        return UnknownOrder()
    code, text, what = str(envelope.code), fit_to_show(envelope.text, purchase), turns_us_away(envelope.text)
    away = ActionRequired(what, code, Said(text=text)) if what else None
    return Uncertain(QueryRefused(answer=code, text=text), refusal=away)


def of_found(
    envelope: Envelope, purchase: Purchase, currency: str, secret: str
) -> tuple[QueryOutcome, Order | None]:
    """What a query with code 0 says, whether or not it can be used; and its order, where that can be read."""
    try:
        order = read(Order, read_json(envelope.result))
    except Unusable as error:
        return _not_usable(error, envelope, purchase, currency), None
    return of_order(order, purchase, currency, secret), order


def _not_usable(error: Unusable, envelope: Envelope, purchase: Purchase, currency: str) -> Uncertain:
    try:
        bought = read_part(Bought, read_json(envelope.result))
    except Unusable:
        bought = None
    if bought is None or is_foreign(bought, purchase):
        return Uncertain(error.why)
    return Uncertain(error.why, _receipt(bought, purchase, currency))


def of_order(order: Order, purchase: Purchase, currency: str, secret: str) -> QueryOutcome:
    """An order that was found. A card that is blank, undecipherable or without its link tells nothing."""
    if is_foreign(order, purchase):
        return Uncertain(AnotherOrder())
    receipt = _receipt(order, purchase, currency)
    if order.order_state in IN_HAND:
        return Pending(CHECK_AFTER, receipt)
    if order.order_state == "failed":
        return Rejected("failed", OrderFailed(), "offer", receipt=receipt)
    if order.order_state != "success":
        return Uncertain(UndocumentedStatus(status=fit_to_show(order.order_state, purchase)), receipt)
    if purchase.kind == "recharge":
        if order.cards:
            return Uncertain(CardsForRecharge(cards=len(order.cards)), receipt)
        return Delivered(recharged(purchase.quantity), receipt)
    must_be_link = purchase.kind == "link"
    try:
        units = tuple(credential(_unit(card, secret), must_be_link) for card in order.cards)
    except Unusable as error:
        return Uncertain(error.why, receipt)
    return handed_over(units, purchase.quantity, receipt, _unread(order.cards, purchase))


def lacks_charge(outcome: QueryOutcome, order: Order, purchase: Purchase) -> bool:
    """Whether the charge of what was sold hangs on the product's price, which the order does not tell."""
    return (
        isinstance(outcome, Delivered | PartlyDelivered | Uncertain)
        and order.order_state == "success"
        and not is_foreign(order, purchase)
        and outcome.receipt.charged is None
        and order.order_price is not None
    )


def with_charge(
    outcome: QueryOutcome, order: Order, purchase: Purchase, currency: str, unit_price: Decimal
) -> QueryOutcome:
    """What was sold with what its order cost, read by the price of one unit."""
    if not isinstance(outcome, Delivered | PartlyDelivered | Uncertain):
        return outcome
    return replace(outcome, receipt=_receipt(order, purchase, currency, unit_price))


def is_foreign(order: Bought, purchase: Purchase) -> bool:
    """Whether the answer names another order than ours, by our number or by the one Fulu gave us."""
    ours, theirs = order.customer_order_no, order.order_id
    return (ours is not None and ours != purchase.key) or (
        theirs is not None and purchase.supplier_order is not None and theirs != purchase.supplier_order
    )


def _unread(cards: list[Card], purchase: Purchase) -> Note | None:
    """A note for people of the deadlines that cannot be read, in the supplier's own words."""
    words = sorted({card.card_deadline or "" for card in cards if is_unreadable(card.card_deadline)})
    shown = fit_to_show(", ".join(words), purchase)
    return DeadlineUnreadable(text=shown) if words else None


def _unit(card: Card, secret: str) -> IssuedUnit:
    """A short link or a QR code's address goes to `link`; a QR code's other content to `password`."""
    number, password = _clear(card.number, secret), _clear(card.password, secret)
    expires_at = china_time(card.card_deadline)
    unit = IssuedUnit(number=number, password=password, expires_at=expires_at)
    if card.card_type in (PLAIN, None):
        return unit
    unit = with_link(unit)
    if unit.link is None and password is None:
        return IssuedUnit(password=number, expires_at=expires_at)
    return unit


def _clear(ciphertext: str | None, secret: str) -> str | None:
    try:
        return storable(decrypt(ciphertext, secret)).strip() or None if ciphertext else None
    except ValueError:
        raise Unusable(CardUnreadable()) from None


def _receipt(order: Bought, purchase: Purchase, currency: str, unit_price: Decimal | None = None) -> Receipt:
    failed = isinstance(order, Order) and order.order_state == "failed"
    total = Decimal(0) if failed else _total(order, purchase.quantity, unit_price)
    charged = None if total is None else cost(total, currency)
    return Receipt(order.order_id, charged, moment(order.finish_time) or moment(order.create_time))


def _total(order: Bought, quantity: int, unit_price: Decimal | None) -> Decimal | None:
    """What all units cost. None where `order_price` is missing, or neither the total nor one unit's price."""
    price = order.order_price
    if price is None or quantity == 1:
        return price
    if unit_price is None:
        return None
    if price == unit_price * quantity:
        return price
    return price * quantity if price == unit_price else None
