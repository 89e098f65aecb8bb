"""Invariants 7, 8 and 9: one request one effect, published stays published, events tell everything."""

import random
from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from domain.fulfilment.fold import TOLD, fold
from domain.keys import canonical_digest
from domain.notes.note import Note
from domain.planning.plan import with_prices
from domain.verbs.human_act import OURS
from storage.tables import Attempt, Callback, Event
from tests.chaos.audit.requests.notices import compared
from tests.chaos.audit.scene import Finding, Scene
from tests.chaos.people.shop import CATALOGUE
from worker import RUNNER, WORKFLOWS

SAMPLE = 50
MONEY_MOVED = ("refund.confirmed", "refund.failed")


def one_effect(scene: Scene) -> Finding:
    """7. The same request twice has one effect: placing, acting, reporting."""
    wrong = list(scene.witness.wrong)
    accepted = Counter(
        f"{order.channel}/{order.order_no}" for order in scene.orders.values() if order.state != "rejected"
    )
    wrong += [f"{number} was accepted {count} times" for number, count in accepted.items() if count > 1]
    every = [event for events in scene.events.values() for event in events]
    human = [event for event in every if event.type.startswith("human.")]
    told = Counter((event.order_id, event.data["request_id"]) for event in human)
    wrong += [f"{order}: {request}: {count} effects" for (order, request), count in told.items() if count > 1]
    wrong += [f"{e.order_id}/{e.seq}: {e.type} of nobody, or for no reason" for e in human if not _is_told(e)]
    moved = Counter((e.data["refund"], e.type) for e in every if e.type in MONEY_MOVED)
    wrong += [f"{refund}: {kind} {count} times" for (refund, kind), count in moved.items() if count > 1]
    numbers = {order.id: order.order_no for order in scene.orders.values()}
    for act in scene.acts:
        if act.request_id not in scene.witness.asked and not act.request_id.startswith(OURS):
            wrong.append(f"{numbers[act.order_id]}: {act.act} ({act.request_id}) is nobody's act")
    for request, order_id in scene.witness.requests.items():
        ours = [act for act in scene.acts if act.request_id == request]
        if len(ours) != 1:
            wrong.append(f"{scene.orders[order_id].order_no}: {request} left {len(ours)} traces")
    reports = Counter(event.order_id for event in every if event.type == "callback.received")
    bound = Counter(
        scene.deliveries[attempt.delivery_id].order_id
        for callback in scene.callbacks
        for attempt in scene.attempts
        if callback.attempt_id == attempt.id
    )
    by_id = {attempt.id: attempt for attempt in scene.attempts}
    for callback in scene.callbacks:
        attempt = by_id.get(callback.attempt_id or "")
        if callback.verdict == "bound" and attempt is not None and not _binds(callback, attempt):
            wrong.append(f"{scene.name(attempt.delivery_id)}: a report about another order was bound to it")
    sent, ill_received = compared(scene)
    wrong += ill_received
    if reports != bound:
        wrong.append(f"{sum(bound.values())} bound reports have {sum(reports.values())} effects")
    counts = {
        "orders": len(accepted),
        "acts": len(scene.acts),
        "refused acts": scene.witness.refused,
        "callbacks": len(scene.callbacks),
        "repeats": sum(callback.times - 1 for callback in scene.callbacks),
        "not bound": sum(1 for callback in scene.callbacks if callback.attempt_id is None),
        **sent,
    }
    return Finding(counts, wrong, ("acts", "callbacks", "forged", "misbound", "unknown", "replayed"))


def _is_told(event: Event) -> bool:
    """Whether it says who did it and why."""
    return bool(event.data.get("actor") and event.data.get("reason"))


def _binds(callback: Callback, attempt: Attempt) -> bool:
    """Whether a report names this attempt's connection, our number and the supplier's."""
    theirs = callback.supplier_order in (None, attempt.supplier_order)
    return callback.connection == attempt.connection and callback.key == attempt.key and theirs


def as_published(scene: Scene) -> Finding:
    """8. A published bundle never changes; nothing is delivered before its instant."""
    wrong = []
    published = {bundle.id: bundle for bundle in scene.shop.bundles}
    for row in scene.bundles:
        bundle = published[row.bundle_id]
        document = with_prices(bundle, CATALOGUE).model_dump(mode="json")
        if row.digest != canonical_digest(bundle.model_dump(mode="json")) or row.document != document:
            wrong.append(f"{row.bundle_id} changed after it was published")
    later = 0
    for attempt in scene.attempts:
        delivery = scene.deliveries[attempt.delivery_id]
        due_at = delivery.due_at
        if due_at is None:
            wrong.append(f"{scene.name(delivery.id)} was bought before its schedule had begun")
            continue
        later += due_at > scene.orders[delivery.order_id].placed_at
        if attempt.opened_at < due_at:
            wrong.append(f"{scene.name(attempt.delivery_id)} was bought before its instant")
        for sale in scene.sales_of(attempt):
            if sale.created_at < due_at.timestamp():
                wrong.append(f"{scene.name(attempt.delivery_id)} was sold before its instant")
    items = sum(1 for row in scene.deliveries.values() if row.items > 1)
    moves, early = _moved(scene)
    counts = {
        "bundles": len(scene.bundles),
        "items": items,
        "bought at a later instant": later,
        "moved": moves,
    }
    return Finding(counts, wrong + early)


def _moved(scene: Scene) -> tuple[int, list[str]]:
    """How often an instant moved that had been told; and whatever moved to an earlier one, or once bought."""
    moves, wrong = 0, []
    for row in scene.deliveries.values():
        mine = [event for event in scene.events_of(row) if event.data.get("due_at")]
        for before, after in pairwise(mine):
            moves += 1
            if datetime.fromisoformat(after.data["due_at"]) <= datetime.fromisoformat(before.data["due_at"]):
                wrong.append(f"{scene.name(row.id)} moved to an earlier instant")
            if any(attempt.opened_at < after.at for attempt in scene.attempts_of(row.id)):
                wrong.append(f"{scene.name(row.id)} was bought, and its instant moved")
    return moves, wrong


async def told(scene: Scene) -> Finding:
    """9. Events folded give the rows, and histories replay on today's code."""
    wrong = []
    for order_id, events in scene.events.items():
        if [event.seq for event in events] != list(range(1, len(events) + 1)):
            wrong.append(f"{scene.orders[order_id].order_no}: event numbers have gaps")
        wrong += [f"{e.order_id}/{e.seq} was changed" for e in events if e.digest != _digest(e)]
    for row in scene.deliveries.values():
        mine = [event.data for event in scene.events[row.order_id] if event.delivery_id == row.id]
        folded = {name: None for name in TOLD} | fold(mine)
        stands = {name: _plain(getattr(row, name)) for name in TOLD}
        if folded != stands:
            differing = sorted(name for name in TOLD if folded[name] != stands[name])
            wrong.append(f"{scene.name(row.id)}: its events do not tell {', '.join(differing)}")
    replayed = await _replayed(scene, random.Random(scene.shop.seed), wrong)
    count = sum(len(events) for events in scene.events.values())
    return Finding({"events": count, "rows": len(scene.deliveries), "histories replayed": replayed}, wrong)


async def _replayed(scene: Scene, chance: random.Random, wrong: list[str]) -> int:
    client = scene.ground.client
    runs = [run for run in scene.runs if run.id.startswith(("order/", "case/"))]
    config = client.config()
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=RUNNER, data_converter=config["data_converter"])
    sample = chance.sample(runs, min(SAMPLE, len(runs)))
    for run in sample:
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        try:
            await replayer.replay_workflow(history)
        except NondeterminismError as error:
            wrong.append(f"{run.id} does not replay: {str(error)[:100]}")
    return len(sample)


def _digest(event: Event) -> str:
    return canonical_digest(
        {
            "order_id": event.order_id,
            "seq": event.seq,
            "at": _plain(event.at),
            "type": event.type,
            "delivery_id": event.delivery_id,
            "data": event.data,
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Note):
        return value.as_json()
    return value.isoformat() if isinstance(value, datetime) else value
