"""Invariants 2 and 4: every order ends or waits for a reason, and no credential is anybody else's."""

from collections import Counter, defaultdict
from datetime import timedelta

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import CLOSED, LOST, OPEN_ORDERS, AttemptState
from domain.fulfilment.steps import NextAction
from domain.planning.order_events import OrderEventKind
from domain.verbs.verb import Act
from storage.supply.free_keys import AVAILABLE, RESERVED
from storage.tables import Delivery
from tests.chaos.audit.buying.parts import in_the_book, of_the_pool, replaced_by_hand
from tests.chaos.audit.buying.recipients import rightly_addressed
from tests.chaos.audit.ending.causes import REPEATED, needed_by, sold_twice, unexplained
from tests.chaos.audit.ending.holds import put_off, tried_again
from tests.chaos.audit.scene import OURS, Finding, Scene
from tests.chaos.audit.spelling import plain

GRACE = timedelta(seconds=60)
CAUSES: dict[str, frozenset[str]] = {
    HoldReason.OUT_OF_STOCK: frozenset({"unlisted_refusal"}),
    HoldReason.DUPLICATE_CREDENTIAL: frozenset(REPEATED),
    HoldReason.NEEDS_ATTENTION: frozenset(
        {"partial_quantity", "success_later_reversed", "reversed_before_answer", "unusable_card"}
    ),
    HoldReason.SUPPLIER_BALANCE: frozenset({"wallet_empty"}),
    HoldReason.MARGIN_GUARD: frozenset({"price_change"}),
}
"""Faults that justify a hold. Scarce products justify `out_of_stock`, people of the run `by_operator`."""


def all_settled(scene: Scene) -> Finding:
    """2. Every order is terminal, or its open deliveries wait for people; whatever was lost has a cause.

    Nothing that works by itself may be left when the run has settled: a question that is asked for ever has
    a next moment too.
    """
    wrong = list(scene.witness.unwell)
    known = {order.id: order for order in scene.orders.values()}
    for number, order_id in scene.witness.receipts.items():
        if order_id not in known:
            wrong.append(f"{number} was acknowledged, and is not in the book")
    open_deliveries = held = 0
    for row in scene.deliveries.values():
        if row.state in CLOSED:
            continue
        open_deliveries += 1
        held += row.state == "held"
        wrong += _stuck(scene, row) if row.state != "held" else _unjustified(scene, row)
    for order in scene.orders.values():
        mine = scene.deliveries_of(order.id)
        if order.closed_at is None and all(row.state in CLOSED for row in mine):
            wrong.append(f"{order.channel}/{order.order_no} has nothing left to do and was not settled")
        waits = any(row.state == "held" for row in mine)
        if order.closed_at is not None and order.state in OPEN_ORDERS and not waits:
            wrong.append(f"{order.channel}/{order.order_no} is closed and {order.state}")
        if f"{order.channel}/{order.order_no}" in scene.witness.fresh and order.state != "completed":
            wrong.append(f"{order.channel}/{order.order_no} came after all faults, and is {order.state}")
    for case in scene.cases:
        if case.closed_at is None and scene.deliveries[case.delivery_id].state != "held":
            wrong.append(f"case {case.number} of {known[case.order_id].order_no} is still open: {case.kind}")
    wrong += [*unexplained(scene), *put_off(scene)]
    states = Counter(order.state for order in scene.orders.values())
    counts = {"orders": len(scene.witness.receipts), "open": open_deliveries, "held": held}
    lost = sum(1 for row in scene.deliveries.values() if row.state in LOST)
    counts = {**counts, **dict(sorted(states.items())), "cases": len(scene.cases), "losses": lost}
    counts["tried again"] = tried_again(scene)
    shown = ("orders", "held", "completed", "failed", "losses", "tried again")
    return Finding(counts | {"fresh orders": len(scene.witness.fresh)}, wrong, shown)


def _stuck(scene: Scene, row: Delivery) -> list[str]:
    """What is open and not held waits for something held: what it needs, or what a pivot has to follow.

    While a person's pause lasts, no gate of its order is decided by time.
    """
    held = [other for other in scene.deliveries_of(row.order_id) if other.state == "held"]
    needs = {other.component for other in held} & set(needed_by(scene, row))
    follows = bool(held) and row.pivot and not row.tries and row.next_action == NextAction.SUBMIT
    paused = scene.orders[row.order_id].paused_for is not None and _somebody_held(scene, row)
    if (row.next_action == NextAction.AWAIT and (needs or paused)) or follows:
        return []
    asked = max((attempt.checks for attempt in scene.attempts_of(row.id)), default=0)
    return [f"{scene.name(row.id)} is {row.state} to this moment: asked {asked} times ({row.note})"]


def _unjustified(scene: Scene, row: Delivery) -> list[str]:
    if row.hold_deadline is None or row.hold_deadline < scene.now - GRACE:
        return [f"{scene.name(row.id)} is held beyond its deadline"]
    causes = CAUSES.get(row.hold_reason or "", frozenset())
    struck = {fault.kind for fault in scene.faults_of(row.id)}
    by_people = row.hold_reason == HoldReason.BY_OPERATOR and _somebody_held(scene, row)
    scarce = row.hold_reason == HoldReason.OUT_OF_STOCK and row.component == "scarce"
    gone = row.hold_reason == HoldReason.PAYMENT and _charged_back(scene, row)
    twice = row.hold_reason == HoldReason.DUPLICATE_CREDENTIAL and sold_twice(scene, row)
    if not (struck & causes or by_people or scarce or twice or gone):
        return [f"{scene.name(row.id)} is held for {row.hold_reason}, and nothing injected explains it"]
    return []


def _somebody_held(scene: Scene, row: Delivery) -> bool:
    """Whether a person of the run held it, or paused its order."""
    ours = [act for act in scene.acts if act.request_id in scene.witness.asked]
    held = any(act.act == Act.HOLD and act.delivery_id == row.id for act in ours)
    return held or any(act.act == Act.PAUSE and act.order_id == row.order_id for act in ours)


def _charged_back(scene: Scene, row: Delivery) -> bool:
    facts = [fact for fact in scene.facts if fact.order_id == row.order_id]
    return any(fact.event == OrderEventKind.CHARGEBACK for fact in facts)


def one_owner(scene: Scene) -> Finding:
    """4. What was issued has one owner, whole: a credential one delivery, ever; a recharge the account named.

    A credential is what its supplier issued for it, and a key of the pool went where it was taken from stock.
    """
    wrong = []
    owners: dict[str, set[str]] = defaultdict(set)
    attempts = {attempt.id: attempt for attempt in scene.attempts}
    issued = 0
    for credential in scene.credentials:
        if credential.attempt_id is None:
            continue
        issued += 1
        attempt = attempts[credential.attempt_id]
        secret = scene.secrets[credential.id]
        if not credential.shared:
            owners[secret].add(credential.delivery_id)
        if attempt.delivery_id != credential.delivery_id:
            wrong.append(f"{scene.name(credential.delivery_id)} has a key that another delivery bought")
        another = any(replaced_by_hand(attempt, sale) for sale in scene.sales_of(attempt))
        if attempt.connection not in OURS and not another and plain(secret) not in _sold(scene, attempt.key):
            wrong.append(f"{scene.name(credential.delivery_id)} got a key that its supplier did not sell it")
    wrong += [
        f"one key for {' and '.join(scene.name(delivery) for delivery in sorted(them))}"
        for them in owners.values()
        if len(them) > 1
    ]
    for row in scene.deliveries.values():
        wrong += in_the_book(scene, row)
    wrong += [*of_the_pool(scene), *rightly_addressed(scene)]
    counts = {
        "credentials": issued,
        "duplicates held back": sum(a.state == AttemptState.DISPUTED for a in scene.attempts),
        "pool keys out": sum(key.state not in (AVAILABLE, RESERVED) for key in scene.pool_keys),
        "pool keys reserved": sum(bool(key.purchase_key and key.reserved_for) for key in scene.pool_keys),
        "accounts": len(scene.recipients),
    }
    shown = ("credentials", "duplicates held back", "pool keys out", "accounts")
    return Finding(counts, wrong, shown)


def _sold(scene: Scene, key: str) -> set[str]:
    cards = [card for sale in scene.sales.get(key, []) for card in sale.credentials]
    return {plain(text) for card in cards for text in (card.password, card.number)}
