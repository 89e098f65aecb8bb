"""Invariant 10: one request id names one act, and a run believes only what the book says of it."""

from domain.verbs.verb import Act
from storage.tables import ActRow, Event
from tests.chaos.audit.scene import Finding, Scene

OF_ORDERS = {
    "order.cancelling": Act.CANCEL,
    "order.paused": Act.PAUSE,
    "order.resumed": Act.RESUME,
}
"""What a person did to a whole order, by the event that tells of it."""


def names_one_act(scene: Scene) -> Finding:
    """10. Asked for another act under an id that was used, nothing is done, and it is refused."""
    wrong = list(scene.witness.answered_for_another)
    rows = {(row.order_id, row.request_id): row for row in scene.acts}
    for row in scene.acts:
        meant = scene.witness.meant.get((row.order_id, row.request_id))
        if meant and meant != (row.act, row.delivery_id):
            wrong.append(f"{row.request_id} was {' of '.join(meant)}, and the book has {row.act}")
    told = 0
    for events in scene.events.values():
        for event in events:
            act = _act_of(event)
            if act is None:
                continue
            told += 1
            known = rows.get((event.order_id, str(event.data.get("request_id"))))
            if known is None or not _is_of(known, act, event):
                wrong.append(
                    f"{event.order_id}/{event.seq} tells of {act}, and no such request is in the book"
                )
    reused = {"used again": scene.witness.reused, "refused": scene.witness.reused - len(wrong)}
    return Finding({"requests": len(scene.acts), "told": told, **reused}, wrong)


def _act_of(event: Event) -> str | None:
    if event.type.startswith("human."):
        return event.type.removeprefix("human.")
    act = OF_ORDERS.get(event.type)
    of_a_person = event.data.get("hold_reason") != "payment" and "request_id" in event.data
    return act.value if act and of_a_person else None


def _is_of(row: ActRow, act: str, event: Event) -> bool:
    return row.act == act and row.delivery_id == (event.delivery_id or row.delivery_id)
