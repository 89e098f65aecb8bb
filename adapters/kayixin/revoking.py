"""What the state of a delivered Kayixin order says about taking it back. Decisions only; the adapter asks.

Cards are voided one by one. None is voided while one of them cannot be, since half a revocation is worse than
none: the book would hold a buyer to keep what is dead. A recharge is revoked with `order/refunds`.
"""

from datetime import timedelta

from adapters.answers.fields import cost, credit
from adapters.answers.wording import fit_to_show, leaves_it_open
from adapters.kayixin.meaning import (
    CARD_USED,
    CARD_VOIDED,
    CARD_VOIDING,
    REFUNDED,
    REFUNDING,
    WITHDRAWN,
    is_foreign,
    paid_back_in_full,
)
from adapters.kayixin.messages import Card, Envelope, Order, RefundRequest
from domain.money import Money
from domain.notes.supply.exchanges import AnotherOrder, CodeSaid
from domain.notes.supply.goods import (
    CardNotListed,
    CardNotRevocable,
    CardStatusUnknown,
    CardUsed,
    NoCardIds,
    NothingPaidBack,
    PaidBackOnly,
    RefundLeftStatus,
    RefundUnclear,
    SomeCardsKept,
)
from domain.supply.outcomes import IssuedUnit, NotRevocable, Revoked, RevokeOutcome, RevokePending, Uncertain
from domain.supply.purchase import Purchase

CHECK_AFTER = timedelta(seconds=30)
CANCEL_IN_PROGRESS = 8
_CARD_ALIVE = (0, 1)

CardsToVoid = tuple[str, ...]


def of_cards(
    order: Order, purchase: Purchase, units: tuple[IssuedUnit, ...], currency: str
) -> RevokeOutcome | CardsToVoid:
    """The outcome where there is one already, else the ids of the cards that are still to be voided."""
    if is_foreign(order, purchase):
        return Uncertain(AnotherOrder())
    if order.status == WITHDRAWN or (order.status == REFUNDED and paid_back_in_full(order)):
        return Revoked(_credited(order, currency))
    if not units or any(unit.supplier_card is None for unit in units):
        return NotRevocable(NoCardIds())
    listed = {card.card_id: card for card in order.cards}
    if any(unit.supplier_card not in listed for unit in units):
        return Uncertain(CardNotListed())
    cards = [listed[unit.supplier_card] for unit in units]
    states = [card.status for card in cards]
    if all(state == CARD_VOIDED for state in states):
        return Revoked(_credited(order, currency))
    if any(state not in (*_CARD_ALIVE, CARD_VOIDED, CARD_USED, CARD_VOIDING) for state in states):
        return Uncertain(CardStatusUnknown())
    if any(_is_kept(card) for card in cards):
        return _some_are_kept(states)
    to_void = tuple(str(card.card_id) for card in cards if card.status in _CARD_ALIVE)
    return to_void or RevokePending(CHECK_AFTER)


def _is_kept(card: Card) -> bool:
    """Used, or alive without the supplier's permission to void it."""
    return card.status == CARD_USED or (card.status in _CARD_ALIVE and card.cancel_request != 1)


def _some_are_kept(states: list[int | None]) -> NotRevocable | Uncertain:
    if any(state in (CARD_VOIDED, CARD_VOIDING) for state in states):
        return Uncertain(SomeCardsKept())
    if CARD_USED in states:
        return NotRevocable(CardUsed())
    return NotRevocable(CardNotRevocable())


def of_recharge(order: Order, purchase: Purchase, currency: str) -> RevokeOutcome | None:
    """The outcome where there is one already; None: a refund can be requested.

    Status 5 says nothing by itself: a recharge has no cards, so only what was paid back tells what is undone.
    Paid back in part, the buyer keeps some of it, and a query tells how much.
    """
    if is_foreign(order, purchase):
        return Uncertain(AnotherOrder())
    if order.status == WITHDRAWN or (order.status == REFUNDED and paid_back_in_full(order)):
        return Revoked(_credited(order, currency))
    if order.status == REFUNDED and order.ret_money == 0:
        return Uncertain(NothingPaidBack())
    if order.status == REFUNDED and order.money and order.ret_money:
        back, paid = credit(order.ret_money, currency), cost(order.money, currency)
        return NotRevocable(PaidBackOnly(back=str(back), paid=str(paid)), in_part=True)
    if order.status == REFUNDED:
        return Uncertain(RefundUnclear())
    if order.status in (REFUNDING, CANCEL_IN_PROGRESS):
        return RevokePending(CHECK_AFTER)
    return None


def of_refund_request(answer: RefundRequest) -> RevokeOutcome | None:
    """The order's status right after a refund was requested; some orders need a review first.

    None: it was granted, and the order tells how much of it.
    """
    if answer.status in (WITHDRAWN, REFUNDED):
        return None
    if answer.status in (REFUNDING, CANCEL_IN_PROGRESS):
        return RevokePending(CHECK_AFTER)
    return NotRevocable(RefundLeftStatus(status=str(answer.status)))


def of_refused(envelope: Envelope, purchase: Purchase) -> NotRevocable | Uncertain:
    """A void or a refund request that was answered with another code than success."""
    shown = CodeSaid(answer=str(envelope.code), text=fit_to_show(envelope.text, purchase))
    return Uncertain(shown) if leaves_it_open(envelope.text) else NotRevocable(shown)


def _credited(order: Order, currency: str) -> Money | None:
    paid_back = order.money if order.status == WITHDRAWN else order.ret_money
    return None if paid_back is None else credit(paid_back, currency)
