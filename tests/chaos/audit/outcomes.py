"""Invariants 2 and 4: every order ends or waits for a reason, and no credential is anybody else's."""

import json
from collections import Counter, defaultdict
from datetime import timedelta

from domain.states import CLOSED, OPEN_ORDERS, AttemptState, HoldReason
from domain.steps import Then
from storage.sealing import unwrap_data_key
from storage.tables import DataKey, Delivery
from tests.chaos.audit.scene import OURS, Finding, Scene

GRACE = timedelta(seconds=60)
CAUSES: dict[str, frozenset[str]] = {
    HoldReason.OUT_OF_STOCK: frozenset(),
    HoldReason.DUPLICATE_CREDENTIAL: frozenset({"duplicate_credential"}),
    HoldReason.NEEDS_ATTENTION: frozenset({"partial_quantity", "success_later_reversed"}),
    HoldReason.SUPPLIER_BALANCE: frozenset({"wallet_empty"}),
    HoldReason.MARGIN_GUARD: frozenset({"price_change"}),
}
"""Faults that justify a hold. Scarce products justify `out_of_stock`, people `by_operator`."""


def all_settled(scene: Scene) -> Finding:
    """2. Every placed order is terminal, or each open delivery has its next moment, or a justified hold."""
    wrong = []
    known = {order.id: order for order in scene.orders.values()}
    for number, order_id in scene.witness.receipts.items():
        if order_id not in known:
            wrong.append(f"{number} was acknowledged, and is not in the book")
    open_orders = held = 0
    for row in scene.deliveries.values():
        if row.state in CLOSED:
            continue
        open_orders += 1
        held += row.state == "held"
        wrong += _stuck(scene, row) if row.state != "held" else _unjustified(scene, row)
    for order in scene.orders.values():
        mine = [row for row in scene.deliveries.values() if row.order_id == order.id]
        if order.closed_at is None and all(row.state in CLOSED for row in mine):
            wrong.append(f"{order.channel}/{order.order_no} has nothing left to do and was not settled")
        if order.closed_at is not None and order.state in OPEN_ORDERS and not held:
            wrong.append(f"{order.channel}/{order.order_no} is closed and {order.state}")
    for case in scene.cases:
        at = case.next_action_at
        if case.closed_at is None and (at is None or at < scene.now - GRACE):
            wrong.append(f"case {case.number} of {known[case.order_id].order_no} is stuck")
    states = Counter(order.state for order in scene.orders.values())
    counts = {"acknowledged": len(scene.witness.receipts), "open deliveries": open_orders, "held": held}
    return Finding({**counts, **dict(sorted(states.items())), "cases": len(scene.cases)}, wrong)


def _stuck(scene: Scene, row: Delivery) -> list[str]:
    if row.next_action == Then.AWAIT and any(
        other.order_id == row.order_id and other.state == "held" for other in scene.deliveries.values()
    ):
        return []  # what it needs waits for a person, and for a deadline of its own
    if row.next_action_at is None or row.next_action_at < scene.now - GRACE:
        return [f"{scene.name(row.id)} is {row.state} and overdue since {row.next_action_at}"]
    return []


def _unjustified(scene: Scene, row: Delivery) -> list[str]:
    if row.hold_deadline is None or row.hold_deadline < scene.now - GRACE:
        return [f"{scene.name(row.id)} is held beyond its deadline"]
    causes = CAUSES.get(row.hold_reason or "", frozenset())
    keys = {attempt.key for attempt in scene.attempts_of(row.id)}
    struck = {fault.kind for fault in scene.faults if fault.number in keys}
    by_people = row.hold_reason == HoldReason.BY_OPERATOR
    scarce = row.hold_reason == HoldReason.OUT_OF_STOCK and row.component == "scarce"
    if not (struck & causes or by_people or scarce):
        return [f"{scene.name(row.id)} is held for {row.hold_reason}, and nothing injected explains it"]
    return []


async def one_owner(scene: Scene) -> Finding:
    """4. A single-use credential is issued to one delivery, ever, and is what its supplier issued."""
    wrong = []
    rings = {}
    async with scene.ground.database.transaction() as session:
        for order_id in scene.orders:
            row = await session.get(DataKey, order_id)
            if row is not None:
                rings[order_id] = unwrap_data_key(scene.ground.vault.ring, order_id, row.wrapped)
    owners: dict[str, set[str]] = defaultdict(set)
    attempts = {attempt.id: attempt for attempt in scene.attempts}
    issued = 0
    for credential in scene.credentials:
        if credential.attempt_id is None:
            continue
        issued += 1
        attempt = attempts[credential.attempt_id]
        order_id = scene.deliveries[credential.delivery_id].order_id
        plain = json.loads(rings[order_id].open(credential.sealed, f"credential/{credential.id}"))
        secret = plain.get("password") or plain.get("number") or plain.get("link")
        if not credential.shared:
            owners[secret].add(credential.delivery_id)
        if attempt.connection not in OURS and secret not in _sold(scene, attempt.key):
            wrong.append(f"{scene.name(credential.delivery_id)} got a key that its supplier did not sell it")
    wrong += [
        f"one key for {' and '.join(scene.name(delivery) for delivery in sorted(them))}"
        for them in owners.values()
        if len(them) > 1
    ]
    duplicates = sum(1 for attempt in scene.attempts if attempt.state == AttemptState.DISPUTED)
    return Finding({"credentials": issued, "duplicates held back": duplicates}, wrong)


def _sold(scene: Scene, key: str) -> set[str]:
    cards = [card for sale in scene.sales.get(key, []) for card in sale.credentials]
    return {card.password for card in cards} | {card.number for card in cards}
