"""Invariant 2: whatever a buyer did not get, something that was done or injected explains it."""

from typing import Any

from domain.contract.bundle import Bundle, Component
from domain.contract.release import Otherwise, Release
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import LOST
from domain.notes.progress import SupplierSilent
from domain.planning.policy import is_doomed, needed, required
from domain.verbs.verb import Act
from simulator.faults.kinds import DOWN
from simulator.shop.ledger import Sale
from storage.tables import Delivery, Order
from tests.chaos.audit.scene import Scene
from tests.chaos.audit.spelling import plain

REPEATED = frozenset({"duplicate_credential", "respelt_credential"})
REFUSALS = frozenset(
    {
        *("wallet_empty", "price_change", "too_many_requests", "partial_quantity", *REPEATED),
        *("success_later_reversed", "reversed_before_answer", "unlisted_refusal", DOWN),
    }
)
"""Faults under a delivery's own key that can cost it: the supplier says no, gives less, or takes it back."""
IMPOSSIBLE = ("reject", "fail", "out_of_stock")
"""Modes of products that nobody can buy."""
OPENS_AFTER = 5
REMEMBERED = 11 * 60.0
"""How long a silence may keep a circuit open, in seconds."""


def unexplained(scene: Scene) -> list[str]:
    """Every lost delivery without a cause of its own, of what it needs, or of its order's policy."""
    wrong = []
    for order in scene.orders.values():
        rows = scene.deliveries_of(order.id)
        lost = [row for row in rows if row.state in LOST]
        explained = {row.id for row in lost if _has_cause(scene, order, row)}
        while len(lost) > len(explained):
            more = {row.id for row in lost if row.id not in explained and _follows(scene, row, explained)}
            if _undone(scene, order, explained):
                more = {row.id for row in lost if row.id not in explained}
            if not more:
                break
            explained |= more
        for row in lost:
            if row.id not in explained:
                faults = sorted({fault.kind for fault in scene.faults_of(row.id)})
                struck = f"; struck: {', '.join(faults)}" if faults else ""
                wrong.append(f"{scene.name(row.id)} is {row.state} without a cause ({row.note}){struck}")
    return wrong


def needed_by(scene: Scene, row: Delivery) -> list[str]:
    """The components that a delivery's component needs."""
    component = _component(scene, row)
    return list(component.needs) if component else []


def _has_cause(scene: Scene, order: Order, row: Delivery) -> bool:
    kinds = {fault.kind for fault in scene.faults_of(row.id)}
    return bool(
        kinds & REFUSALS
        or _by_people(scene, order, row)
        or _cannot_be_bought(scene, row)
        or _left_alone(scene, row)
        or _unclaimed(scene, row)
        or _gate_never_opened(scene, row)
        or sold_twice(scene, row)
    )


def sold_twice(scene: Scene, row: Delivery) -> bool:
    """It was held since its key went to another delivery first, to which its supplier was made to sell it."""
    held_for = {event.data.get("hold_reason") for event in scene.events_of(row)}
    if HoldReason.DUPLICATE_CREDENTIAL not in held_for:
        return False
    mine = {card for a in scene.attempts_of(row.id) for sale in scene.sales_of(a) for card in _cards(sale)}
    repeated = (sale for sales in scene.sales.values() for sale in sales if REPEATED & set(sale.faults))
    return any(mine & _cards(sale) for sale in repeated)


def _cards(sale: Sale) -> set[str]:
    return {plain(card.password) for card in sale.credentials}


def _by_people(scene: Scene, order: Order, row: Delivery) -> bool:
    """A person of the run gave it up or took it back, or cancelled what was left of its order."""
    types = {event.type for event in scene.events_of(row)}
    returned = any(case.delivery_id == row.id and case.kind == CaseKind.RETURNED for case in scene.cases)
    cancelled = order.cancelled_at is not None and any(
        act.act == Act.CANCEL and act.request_id in scene.witness.asked
        for act in scene.acts
        if act.order_id == order.id
    )
    return bool(types & {"human.refund", "human.waive"}) or returned or cancelled


def _cannot_be_bought(scene: Scene, row: Delivery) -> bool:
    """Every product that was pinned for it is one that the shop's suppliers never sell."""
    pinned = [(scene.ground.simulators.get(offer["connection"]), offer["product"]) for offer in row.offers]
    return all(supplier and supplier.products[product].mode in IMPOSSIBLE for supplier, product in pinned)


def _left_alone(scene: Scene, row: Delivery) -> bool:
    """A circuit kept it from being bought, and the faults of that supplier were enough to open it."""
    for event in scene.events_of(row):
        supplier = silent_supplier(event.data.get("note"))
        if supplier:
            at = event.at.timestamp()
            silent = [t for t in scene.silences.get(supplier, ()) if at - REMEMBERED < t <= at]
            if len(silent) >= OPENS_AFTER:
                return True
    return False


def silent_supplier(note: dict[str, Any] | None) -> str | None:
    """The supplier that an open circuit kept something from being bought at, by the note of an event."""
    if not note:
        return None
    if note["code"] == SupplierSilent.code:
        return str(note["supplier"])
    inner = (silent_supplier(part) for part in note.values() if isinstance(part, dict))
    return next((supplier for supplier in inner if supplier), None)


def _unclaimed(scene: Scene, row: Delivery) -> bool:
    """Its account was never given: the order came without, and it was held for that."""
    held = {event.data.get("hold_reason") for event in scene.events_of(row)}
    return HoldReason.ACCOUNT_NOT_BOUND in held and (row.order_id, row.recipient) not in scene.recipients


def _gate_never_opened(scene: Scene, row: Delivery) -> bool:
    """Its condition is refunded at its deadline, and nobody had reported by then what it waits for."""
    component, gate = _component(scene, row), scene.gates.get((row.order_id, row.component))
    rule = component.release if component else None
    if not isinstance(rule, Release) or rule.when is None or rule.otherwise is not Otherwise.REFUND:
        return False
    if gate is None or gate.decided_at is None:
        return False
    told = [fact for fact in scene.facts if fact.order_id == row.order_id and fact.event == "confirmed"]
    return not any(fact.at <= gate.decided_at for fact in told)


def _follows(scene: Scene, row: Delivery, explained: set[str]) -> bool:
    """What it needs was lost, and that has its cause."""
    needs = needed_by(scene, row)
    return any(o.component in needs and o.id in explained for o in scene.deliveries_of(row.order_id))


def _undone(scene: Scene, order: Order, explained: set[str]) -> bool:
    """Whether the order's policy gives all of it up, by those losses alone."""
    bundle, rows = _bundle(scene, order), scene.deliveries_of(order.id)
    if bundle is None:
        return False
    lost = {row.component: False for row in rows}
    for row in rows:
        lost[row.component] |= row.id in explained and not row.waived
    waiting = {row.component for row in rows if row.pivot and not row.tries and row.state != "delivered"}
    must, count = required(bundle.policy, bundle.components), needed(bundle.policy, bundle.components)
    return is_doomed(must, count, lost, waiting)


def _bundle(scene: Scene, order: Order) -> Bundle | None:
    return next((bundle for bundle in scene.shop.bundles if bundle.id == order.bundle_id), None)


def _component(scene: Scene, row: Delivery) -> Component | None:
    bundle = _bundle(scene, scene.orders[row.order_id])
    parts = bundle.components if bundle else []
    return next((part for part in parts if part.id == row.component), None)
