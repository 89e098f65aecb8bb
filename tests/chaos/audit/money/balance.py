"""Invariant 5: not a cent is lost or made."""

from collections import Counter, defaultdict

from domain.fulfilment.states import CLOSED, AttemptState
from domain.notes.aftercare import OwedOutOfGoodwill, PaidOutOfGoodwill, RefundSettledElsewhere
from storage.tables import Delivery
from tests.chaos.audit.money.shares import divided, wrongly_divided
from tests.chaos.audit.scene import OURS, Finding, Scene

UNREADABLE = {"wrong_amount", "price_change"}
"""Faults after which Fulu's amount for several units fits neither one unit nor all: it is told as unknown."""


def balanced(scene: Scene) -> Finding:
    """5. Price = delivered + refunded + retained; what attempts say they cost is what ledgers say."""
    wrong = wrongly_divided(scene)
    refunded: dict[str, int] = defaultdict(int)
    for refund in scene.refunds:
        gone = scene.orders[refund.order_id].paused_for == "payment"
        if refund.state == ("decided" if gone else "withheld"):
            why = "though its payment is gone" if gone else "though its payment is there"
            wrong.append(f"{scene.name(refund.delivery_id)}: a refund is {refund.state}, {why}")
        if refund.state in ("decided", "confirmed"):
            refunded[refund.delivery_id] += refund.amount
    goodwill = {case.delivery_id for case in scene.cases if isinstance(case.outcome, PaidOutOfGoodwill)}
    out_of_pocket = _out_of_goodwill(scene, goodwill, wrong)
    failed = {case.delivery_id for case in scene.cases if isinstance(case.outcome, RefundSettledElsewhere)}
    totals = {"price": 0, "delivered": 0, "refunded": 0, "retained": 0}
    for order in scene.orders.values():
        rows = [row for row in scene.deliveries.values() if row.order_id == order.id]
        if order.closed_at is None:
            early = [row for row in rows if refunded[row.id] > _due_by_now(row, goodwill)]
            wrong += [f"{scene.name(row.id)} is {row.state}, and paid back already" for row in early]
        if order.closed_at is None or order.state == "rejected":
            continue
        price = 0
        for row in rows:
            due = row.share_amount if row.id in goodwill else _due(row)
            got = refunded[row.id]
            moved_or_none = got <= due if order.paused_for == "payment" else got == due
            if not moved_or_none and row.id not in failed and row.state != "held":
                wrong.append(f"{scene.name(row.id)} is {row.state}: {due} is owed, and {got} was decided")
            kept = row.share_amount - due
            totals["retained" if row.waived else "delivered"] += kept
            totals["refunded"] += got
            price += kept + due
        totals["price"] += order.price_amount
        if price != order.price_amount:
            wrong.append(f"{order.order_no}: its parts add up to {price} of {order.price_amount}")
        if sum(refunded[row.id] for row in rows) > order.price_amount:
            wrong.append(f"{order.order_no}: more is paid back than was paid")
    counts = {**totals, "goodwill": out_of_pocket, **_against_ledgers(scene, wrong)}
    return Finding(counts, wrong, ("price", "refunded", "goodwill", "ledgers"))


def _out_of_goodwill(scene: Scene, goodwill: set[str], wrong: list[str]) -> int:
    """What was owed out of goodwill: where a person asked for it, once, and never more than was paid."""
    asked = {case.delivery_id for case in scene.cases if case.request_id in scene.witness.asked}
    refunds = [refund for refund in scene.refunds if isinstance(refund.reason, OwedOutOfGoodwill)]
    for delivery_id, times in Counter(refund.delivery_id for refund in refunds).items():
        if times > 1 or delivery_id not in goodwill & asked:
            wrong.append(
                f"{scene.name(delivery_id)} was paid out of goodwill {times} times, unasked or twice"
            )
    for refund in refunds:
        if refund.amount > scene.deliveries[refund.delivery_id].share_amount:
            wrong.append(
                f"{scene.name(refund.delivery_id)}: more is paid out of goodwill than was paid for it"
            )
    return sum(refund.amount for refund in refunds)


def _due_by_now(row: Delivery, goodwill: set[str]) -> int:
    if row.id in goodwill:
        return row.share_amount
    return _due(row) if row.state in CLOSED else 0


def _due(row: Delivery) -> int:
    """What the buyer is owed, said anew."""
    if row.state == "delivered" or row.waived or row.state == "held":
        return 0
    delivered = min(row.units_delivered, row.units)
    missing = row.units - delivered
    return divided(row.share_amount, [delivered, missing])[1] if delivered else row.share_amount


def _against_ledgers(scene: Scene, wrong: list[str]) -> dict[str, int]:
    """Both sides, key by key; a cost that no answer told readably is counted apart."""
    says: dict[str, int] = {}
    for attempt in scene.attempts:
        if attempt.connection not in OURS:
            says[attempt.key] = (attempt.charged_amount or 0) - (attempt.credited_amount or 0)
    sold = {
        key: sum(sale.money_minor - sale.credited_minor for sale in sales)
        for key, sales in scene.sales.items()
    }
    names = {
        attempt.key: f"{scene.name(attempt.delivery_id)} ({attempt.state})" for attempt in scene.attempts
    }
    untold = {attempt.key for attempt in scene.attempts if attempt.charged_amount is None}
    asked_later = {a.key for a in scene.attempts if a.verify_at is not None and not a.verifications}
    faults = defaultdict(list)
    for fault in scene.faults:
        faults[fault.number].append(fault)
    not_told = 0
    for key in sorted(says.keys() | sold.keys()):
        ours, theirs = says.get(key, 0), sold.get(key, 0)
        if ours != theirs:
            name = names.get(key, key)
            unreadable = UNREADABLE & {fault.kind for fault in faults[key]}
            if key in untold and (unreadable or key in asked_later):
                not_told += theirs
                continue
            wrong.append(f"{name}: the book says {ours}, the ledger {theirs}")
    revoked = sum(1 for attempt in scene.attempts if attempt.state == AttemptState.REVOKED)
    costs = {"ledgers": sum(sold.values()), "book": sum(says.values()), "cost never told": not_told}
    return {**costs, "taken back": revoked}
