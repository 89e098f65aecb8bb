"""The audit of erased buyers sees whatever of one is left, in a small book that is sound but for that."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from storage.tables import Callback
from tests.chaos.audit.erased import as_before, left_of_them
from tests.chaos.audit.scene import Scene
from tests.chaos.test_audits import NOW, PHONE, sound_scene


def erased_scene() -> Scene:
    """The sound book, after the buyer of its first order was erased."""
    scene = sound_scene()
    scene.witness.erased.append("o1")
    scene.recipients.clear()
    for credential in scene.credentials:
        credential.sealed = b""
    scene.pool_keys[0].sealed = b""
    order = scene.orders["o1"]
    order.buyer_ref = order.buyer_index = ""
    order.erased_at = order.histories_erased_at = NOW
    return scene


def recipient(scene: Scene) -> None:
    scene.recipients["o1", "shared"] = PHONE


def data_key(scene: Scene) -> None:
    scene.data_keys.add("o1")


def reference(scene: Scene) -> None:
    scene.orders["o1"].buyer_index = "0123"


def exchange(scene: Scene) -> None:
    scene.exchanges["a-vip"].append("query")


def callback(scene: Scene) -> None:
    scene.callbacks.append(Callback(id="cb", key="k-vip"))


def credential(scene: Scene) -> None:
    scene.credentials[0].sealed = b"KX-1"


def pool_key(scene: Scene) -> None:
    scene.pool_keys[0].sealed = b"POOL-1"


def history(scene: Scene) -> None:
    run: Any = SimpleNamespace(id="case/shop/1/2")
    scene.runs.append(run)


@pytest.mark.parametrize(
    ("leave", "told"),
    [
        (recipient, "a recipient is left"),
        (data_key, "its data key is left"),
        (reference, "a reference to him is left"),
        (exchange, "an exchange is left"),
        (callback, "a callback is left"),
        (credential, "a credential is left"),
        (pool_key, "a key of the pool is left"),
        (history, "a history is left"),
    ],
)
def test_what_is_left_is_named(leave: Callable[[Scene], None], told: str) -> None:
    scene = erased_scene()
    leave(scene)
    assert left_of_them(scene) == [f"shop/1 was erased, and {told}"]


def test_nothing_is_said_of_one_of_whom_nothing_is_left_nor_of_a_number_that_begins_alike() -> None:
    scene = erased_scene()
    run: Any = SimpleNamespace(id="order/shop/10")
    scene.runs.append(run)
    assert left_of_them(scene) == []


def test_what_is_gone_is_judged_as_it_was_before() -> None:
    scene, before = erased_scene(), sound_scene()
    as_before(scene, before)
    assert scene.recipients == before.recipients
    assert scene.secrets == before.secrets
