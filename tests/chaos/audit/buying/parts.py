"""What became of what was bought: which pieces of it a buyer has, by the ledgers and by our own stock."""

from collections import Counter

from domain.fulfilment.states import CLOSED, AttemptState
from simulator.shop.ledger import Sale
from storage.supply.free_keys import AVAILABLE, ISSUED, RESERVED
from storage.tables import Attempt, Delivery, PoolKey
from tests.chaos.audit.scene import OURS, Scene
from tests.chaos.audit.spelling import plain

WITH_SECRETS = ("key", "link")
"""Kinds of deliveries of which the buyer gets credentials; the others top up an account."""
BY_HAND, POOL = OURS
NOT_THE_BUYERS = (AttemptState.SURFACED, AttemptState.WRITTEN_OFF)
"""Purchases that were paid for, and of which a delivery counts nothing."""


def is_paid(sale: Sale) -> bool:
    """Whether the supplier has some of our money for it, delivered or not yet."""
    return sale.credited_minor < sale.money_minor


def pieces(sale: Sale, kind: str) -> int:
    """How many pieces of a sale the buyer has, by the ledger."""
    if sale.status not in ("delivered", "refunded"):
        return 0
    if kind in WITH_SECRETS:
        return sum(1 for card in sale.credentials if not card.void)
    return sale.quantity - sale.credited_minor * sale.quantity // sale.money_minor


def bought_in_full(scene: Scene, row: Delivery) -> list[str]:
    """A closed delivery stands for what was bought for it and kept, piece by piece, and for nothing else."""
    if row.state not in CLOSED:
        return []
    wrong, name = [], f"{scene.name(row.id)} ({row.state})"
    bought = [attempt for attempt in scene.attempts_of(row.id) if attempt.state not in NOT_THE_BUYERS]
    paid = [(attempt, sale) for attempt in bought for sale in scene.sales_of(attempt) if is_paid(sale)]
    handed = [attempt for attempt in bought if is_by_hand(attempt)]
    ours = _from_stock(scene, row)
    whole = [(a, sale) for a, sale in paid if a.state != AttemptState.DISPUTED]
    for _, sale in whole:
        if sale.quantity != row.units:
            wrong.append(f"{name}: {sale.quantity} were bought for {row.units}")
    got = sum(pieces(sale, row.kind) for a, sale in whole if not replaced_by_hand(a, sale)) + ours
    got += sum(_of_a_dispute(scene, attempt) for attempt, _ in paid if attempt.state == AttemptState.DISPUTED)
    if handed:
        got += _by_hand(scene, row, handed[0], missing=row.units - got)
    if got != row.units_delivered:
        wrong.append(f"{name}: the book counts {row.units_delivered} of {row.units}, and there are {got}")
    if row.state == "delivered":
        if row.units_delivered != row.units:
            wrong.append(f"{name}: {row.units_delivered} of {row.units} units")
        if len(whole) + bool(ours) != 1 and not handed:
            wrong.append(f"{name}: {len(whole)} kept sales stand for it")
    return wrong


def is_by_hand(attempt: Attempt) -> bool:
    """Whether a person handed over what it stands for."""
    return attempt.connection == BY_HAND or attempt.code == "by_hand"


def replaced_by_hand(attempt: Attempt, sale: Sale) -> bool:
    """Whether what was sold cannot be used, and a person handed over another one for it."""
    return is_by_hand(attempt) and "unusable_card" in sale.faults


def _by_hand(scene: Scene, row: Delivery, attempt: Attempt, *, missing: int) -> int:
    """What a person handed over; a recharge done by hand leaves nothing behind but the word for it."""
    if row.kind not in WITH_SECRETS:
        return missing
    return sum(1 for each in scene.credentials_of(row.id) if each.attempt_id == attempt.id)


def _of_a_dispute(scene: Scene, attempt: Attempt) -> int:
    """Of a sale with a credential that somebody else has, the buyer keeps the others."""
    return sum(1 for each in scene.credentials_of(attempt.delivery_id) if each.attempt_id == attempt.id)


def _from_stock(scene: Scene, row: Delivery) -> int:
    keys = {
        a.key
        for a in scene.attempts_of(row.id)
        if a.connection == POOL and a.state != AttemptState.WRITTEN_OFF
    }
    return sum(1 for key in scene.pool_keys if key.state == ISSUED and key.purchase_key in keys)


def in_the_book(scene: Scene, row: Delivery) -> list[str]:
    """A closed delivery has as many credentials as it counts; attempt by attempt, those that were sold."""
    if row.state not in CLOSED or row.kind not in WITH_SECRETS:
        return []
    wrong, name = [], f"{scene.name(row.id)} ({row.state})"
    live = scene.credentials_of(row.id)
    if len(live) != row.units_delivered:
        wrong.append(f"{name} counts {row.units_delivered} units, and has {len(live)} credentials")
    for attempt in scene.attempts_of(row.id):
        not_theirs = attempt.state in (AttemptState.DISPUTED, *NOT_THE_BUYERS)
        if attempt.connection in OURS or not_theirs or is_by_hand(attempt):
            continue
        cards = [c for sale in scene.sales_of(attempt) for c in sale.credentials if not c.void]
        has = {plain(scene.secrets.get(each.id, "")) for each in live if each.attempt_id == attempt.id}
        if len(has) != len(cards) or not has <= {
            plain(text) for c in cards for text in (c.number, c.password)
        }:
            wrong.append(f"{name}: {len(cards)} cards were sold to it, and it has {len(has)} others or fewer")
    return wrong


def of_the_pool(scene: Scene) -> list[str]:
    """Every key of our own stock is in stock, or went to the one attempt under whose number it left.

    One that was reserved went to the delivery that it was reserved for, and no closed one has any reserved.
    """
    wrong = []
    attempts = {attempt.key: attempt for attempt in scene.attempts if attempt.connection == POOL}
    for key in scene.pool_keys:
        attempt = attempts.get(key.purchase_key or "")
        if key.state == AVAILABLE:
            if key.purchase_key is not None:
                wrong.append(f"key {key.id} is in stock, and went out under {key.purchase_key}")
            continue
        if key.state == RESERVED:
            wrong += _left_reserved(scene, key)
            continue
        if attempt is None:
            wrong.append(f"key {key.id} was issued under {key.purchase_key}, which is no attempt of ours")
            continue
        name = f"{scene.name(attempt.delivery_id)}: key {key.id}"
        has = [c for c in scene.credentials if scene.secrets.get(c.id, "") == scene.secrets.get(key.id)]
        if {each.attempt_id for each in has} != {attempt.id}:
            wrong.append(f"{name} was issued to it, and {len(has)} credentials of the book are that key")
        taken_back = attempt.state in (AttemptState.REVOKED, AttemptState.REJECTED)
        if (key.state == ISSUED) == taken_back:
            wrong.append(f"{name} is {key.state}, and the attempt {attempt.state}")
        if key.reserved_for not in (None, attempt.delivery_id):
            wrong.append(f"{name} was issued to it, and reserved for {scene.name(key.reserved_for)}")
    known = Counter(scene.secrets.get(key.id, "") for key in scene.pool_keys)
    if scene.pool and known != Counter(scene.pool):
        wrong.append(f"{len(scene.pool)} keys were put into the pool, and {sum(known.values())} are in it")
    return wrong


def _left_reserved(scene: Scene, key: PoolKey) -> list[str]:
    """A key is reserved for a delivery of an open order that may still buy it."""
    row = scene.deliveries.get(key.reserved_for or "")
    if row is None:
        return [f"key {key.id} is reserved for {key.reserved_for}, which is no delivery of ours"]
    order = scene.orders[row.order_id]
    if row.state in CLOSED or order.cancelled_at is not None:
        return [f"key {key.id} is reserved for {scene.name(row.id)}, which is {row.state}"]
    return []
