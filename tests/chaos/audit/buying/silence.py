"""Invariant 11: only silence counts against a supplier; an answer that nobody can use is kept and shown."""

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS
from tests.chaos.audit.buying.parts import is_by_hand, is_paid
from tests.chaos.audit.ending.causes import OPENS_AFTER, REMEMBERED, silent_supplier
from tests.chaos.audit.money.balance import UNREADABLE
from tests.chaos.audit.scene import Finding, Scene

UNUSABLE = "unusable_card"


def only_silence(scene: Scene) -> Finding:
    """11. A circuit opens by silences alone; what was paid for and cannot be used waits for a person."""
    opened, wrong = _circuits(scene)
    by_key = {attempt.key: attempt for attempt in scene.attempts}
    unreadable = {fault.number for fault in scene.faults if fault.kind in UNREADABLE}
    unusable = shown = 0
    for key, sales in scene.sales.items():
        attempt = by_key.get(key)
        if attempt is None or not any(UNUSABLE in sale.faults and is_paid(sale) for sale in sales):
            continue
        unusable += 1
        row, name = scene.deliveries[attempt.delivery_id], scene.name(attempt.delivery_id)
        if not scene.exchanges[attempt.id]:
            wrong.append(f"{name}: the answer with its unusable card was not kept")
        untold = attempt.charged_amount is None and key in unreadable
        if attempt.charged_amount != sales[0].money_minor and not untold:
            wrong.append(f"{name}: what its unusable card cost is not known ({attempt.charged_amount})")
        if is_by_hand(attempt):
            continue
        if attempt.state not in UNRESOLVED_ATTEMPTS:
            wrong.append(f"{name}: an unusable card was taken for {attempt.state}")
        elif row.state == "held" and row.hold_reason == HoldReason.NEEDS_ATTENTION:
            shown += 1
        else:
            wrong.append(f"{name}: an unusable card is shown to nobody, asked {attempt.checks} times")
    return Finding({"circuits that were open": opened, "unusable cards": unusable, "shown": shown}, wrong)


def _circuits(scene: Scene) -> tuple[int, list[str]]:
    """Every moment at which a circuit kept something from being bought, and those without silences before."""
    opened, wrong = 0, []
    for events in scene.events.values():
        for event in events:
            supplier = silent_supplier(event.data.get("note"))
            if supplier is None:
                continue
            opened += 1
            at = event.at.timestamp()
            silent = [t for t in scene.silences.get(supplier, ()) if at - REMEMBERED < t <= at]
            if len(silent) < OPENS_AFTER:
                wrong.append(f"{event.order_id}: {supplier} was left alone after {len(silent)} silences")
    return opened, wrong
