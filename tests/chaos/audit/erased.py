"""Orders whose buyers were erased: nothing of them may be left; what is gone is judged as it was before."""

from collections import defaultdict

from storage.tables import Callback
from tests.chaos.audit.scene import Scene


def left_of_them(scene: Scene) -> list[str]:
    """What of an erased buyer is still in the book, or in Temporal."""
    wrong = []
    runs = {run.id for run in scene.runs}
    attempts = _attempts(scene)
    for order_id in scene.witness.erased:
        order = scene.orders[order_id]
        number = f"{order.channel}/{order.order_no}"
        keys = attempts[order_id]
        found = {
            "a recipient": any(of == order_id for of, _ in scene.recipients),
            "its data key": order_id in scene.data_keys,
            "a reference to him": bool(order.buyer_ref or order.buyer_index or order.sealed_context),
            "an exchange": any(key in scene.exchanges for key in keys.values()),
            "a callback": any(each.key in keys for each in scene.callbacks),
            "a credential": any(
                each.sealed and scene.deliveries[each.delivery_id].order_id == order_id
                for each in scene.credentials
            ),
            "a key of the pool": any(key.sealed and key.purchase_key in keys for key in scene.pool_keys),
            "a history": any(f"/{number}/" in f"{run}/" for run in runs),
        }
        wrong += [f"{number} was erased, and {what} is left" for what, is_left in found.items() if is_left]
        if order.erased_at is None or order.histories_erased_at is None:
            wrong.append(f"{number} was erased, and the book does not say so")
    return wrong


def as_before(scene: Scene, before: Scene) -> None:
    """Put back what erasing removed, so that every other line judges the whole run."""
    attempts = _attempts(scene)
    for order_id in scene.witness.erased:
        keys = attempts[order_id]
        scene.recipients |= {key: value for key, value in before.recipients.items() if key[0] == order_id}
        for attempt_id in keys.values():
            scene.exchanges[attempt_id] = before.exchanges[attempt_id]
        scene.callbacks += [each for each in before.callbacks if _is_of(each, keys)]
    scene.secrets = before.secrets | scene.secrets
    scene.index()


def _is_of(callback: Callback, keys: dict[str, str]) -> bool:
    return callback.key in keys or callback.attempt_id in keys.values()


def _attempts(scene: Scene) -> dict[str, dict[str, str]]:
    """The attempts of each order: their keys, and ids."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for attempt in scene.attempts:
        found[scene.deliveries[attempt.delivery_id].order_id][attempt.key] = attempt.id
    return found
