"""Invariant 16: whoever is notified knows all that there is to know, and nothing that is secret."""

from collections import defaultdict
from typing import Any

from storage.tables import PublicEvent
from tests.chaos.audit.scene import Finding, Scene
from tests.chaos.audit.secrecy import found_in, needles
from tests.chaos.people.shop import KIOSK
from tests.chaos.people.witness import Heard
from tests.integration.webhooks.state import DELIVERY, State, known

TEST = "webhook.test"


def all_heard(scene: Scene) -> Finding:
    """16. Every public event arrives and verifies; an order's are 1 to n, and come to what the book says."""
    meant = {row.id: row for row in scene.public if _is_meant(row)}
    taken: dict[str, Heard] = {}
    wrong = []
    for heard in scene.heard:
        name = heard.headers["webhook-id"]
        if not heard.verified:
            wrong.append(f"{name} came with a signature that does not verify")
        elif name not in meant:
            wrong.append(f"{name} came, and is no event for who got it")
        elif heard.taken:
            taken[name] = heard
    bodies = {name: heard.json for name, heard in taken.items()}
    wrong += [f"{row.type} {name} never arrived" for name, row in meant.items() if name not in taken]
    wrong += [f"{name} says other than it is" for name in taken if bodies[name] != meant[name].body]
    of_orders = [body for body in bodies.values() if body["sequence"] is not None]
    wrong += _numbers(scene, of_orders) + _states(scene, of_orders)
    secrets = found_in([scene.ground.home / "webhooks.jsonl"], needles(scene)) if scene.heard else []
    wrong += [
        f"a webhook holds a secret that begins with {text[:4]}" for text in {text for _, text in secrets}
    ]
    counts = {"events": len(meant), "webhooks": len(scene.heard), "orders": len(_orders(scene))}
    return Finding(counts, sorted(set(wrong)))


def _is_meant(row: PublicEvent) -> bool:
    return row.type != TEST and (row.channel == KIOSK or row.order_id is None)


def _orders(scene: Scene) -> set[str]:
    return {order.id for order in scene.orders.values() if order.channel == KIOSK}


def _numbers(scene: Scene, events: list[dict[str, Any]]) -> list[str]:
    found: dict[str, set[int]] = defaultdict(set)
    for event in events:
        found[event["data"]["order"]["id"]].add(event["sequence"])
    return [
        f"events of {order} came as {sorted(found[order])}, and there are {scene.sequences.get(order, 0)}"
        for order in sorted(_orders(scene))
        if found[order] != set(range(1, scene.sequences.get(order, 0) + 1)) or not found[order]
    ]


def _states(scene: Scene, events: list[dict[str, Any]]) -> list[str]:
    told, book = known(events), _in_the_book(scene)
    return [
        f"the {' '.join(at)} is {told.get(at)} by its events, and {book.get(at)} in the book"
        for at in sorted(told.keys() | book.keys())
        if told.get(at) != book.get(at)
    ]


def _in_the_book(scene: Scene) -> State:
    ours = _orders(scene)
    state: State = {}
    for order_id in ours:
        order = scene.orders[order_id]
        state["order", order_id] = (order.state, order.closed_at is not None)
        for row in scene.deliveries_of(order_id):
            state["delivery", row.id] = tuple(getattr(row, name) for name in DELIVERY)
    for refund in scene.refunds:
        if refund.order_id in ours:
            state["refund", refund.id] = (refund.state, refund.amount)
    return state
