"""The line about webhooks sees each thing that could be wrong about them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storage.tables import Delivery, Order, PublicEvent
from tests.chaos.audit.scene import Scene
from tests.chaos.audit.webhooks import all_heard
from tests.chaos.people.shop import KIOSK, Shop
from tests.chaos.people.witness import Heard, Witness
from tests.chaos.test_audits import NOW

PLANNED = {"id": "d1", "state": "planned", "units_delivered": 0, "hold_reason": None, "waived": False}
DELIVERED = PLANNED | {"state": "delivered", "units_delivered": 1}


def _event(number: int, kind: str, state: str, **data: Any) -> PublicEvent:
    order = {"id": "o1", "order_no": "1", "state": state, "closed": state == "completed"}
    body = {
        "id": f"evt_{number}",
        "epoch": 1,
        "sequence": number,
        "data": {"order": order, "deliveries": None, "delivery": None, "refund": None, **data},
    }
    return PublicEvent(id=f"evt_{number}", type=kind, channel=KIOSK, order_id="o1", body=body)


def _heard(row: PublicEvent) -> Heard:
    return Heard({"webhook-id": row.id}, json.dumps(row.body), verified=True, taken=True)


def _scene(home: Path) -> Scene:
    """An order of one delivery, whose three events came, one of them twice."""
    ground: Any = SimpleNamespace(home=home, simulators={}, keys={})
    scene = Scene(ground, Shop(1), Witness(by_hand=["HAND-12345"]), [], NOW)
    scene.orders = {"o1": Order(id="o1", channel=KIOSK, order_no="1", state="completed", closed_at=NOW)}
    scene.deliveries = {"d1": Delivery(order_id="o1", **DELIVERED)}
    scene.public = [
        _event(1, "order.accepted", "acknowledged", deliveries=[PLANNED]),
        _event(2, "delivery.delivered", "in_progress", delivery=DELIVERED),
        _event(3, "order.closed", "completed"),
        PublicEvent(id="evt_9", type="order.closed", channel="mall", order_id="o2", body={}),
    ]
    scene.sequences = {"o1": 3}
    scene.heard = [_heard(row) for row in (*scene.public[:3], scene.public[1])]
    (home / "webhooks.jsonl").write_text("")
    scene.index()
    return scene


def never_came(scene: Scene) -> None:
    scene.heard.pop(2)


def never_taken(scene: Scene) -> None:
    scene.heard[2] = replace(scene.heard[2], taken=False)


def not_signed_by_us(scene: Scene) -> None:
    scene.heard.append(replace(scene.heard[0], verified=False))


def for_somebody_else(scene: Scene) -> None:
    scene.heard.append(Heard({"webhook-id": "evt_9"}, "{}", verified=True, taken=True))


def other_than_it_is(scene: Scene) -> None:
    scene.heard[2] = replace(
        scene.heard[2], body=scene.heard[2].body.replace('"order_no": "1"', '"order_no": "2"')
    )


def numbered_with_a_gap(scene: Scene) -> None:
    scene.public[2].body["sequence"] = 4
    scene.heard[2] = _heard(scene.public[2])


def not_what_the_book_says(scene: Scene) -> None:
    scene.orders["o1"].state = "partial"


def with_a_secret(scene: Scene) -> None:
    (scene.ground.home / "webhooks.jsonl").write_text("HAND-12345")


def an_order_of_which_nothing_is_public(scene: Scene) -> None:
    scene.orders["o3"] = Order(id="o3", channel=KIOSK, order_no="3", state="acknowledged")


def test_what_came_whole_breaks_nothing(tmp_path: Path) -> None:
    finding = all_heard(_scene(tmp_path))
    assert finding.violations == []
    assert finding.counts == {"events": 3, "webhooks": 4, "orders": 1}


@pytest.mark.parametrize(
    ("defect", "told"),
    [
        (never_came, "order.closed evt_3 never arrived"),
        (never_taken, "order.closed evt_3 never arrived"),
        (not_signed_by_us, "evt_1 came with a signature that does not verify"),
        (for_somebody_else, "evt_9 came, and is no event for who got it"),
        (other_than_it_is, "evt_3 says other than it is"),
        (numbered_with_a_gap, "events of o1 came as [1, 2, 4], and there are 3"),
        (
            not_what_the_book_says,
            "the order o1 is ('completed', True) by its events, and ('partial', True) in the book",
        ),
        (with_a_secret, "a webhook holds a secret that begins with HAND"),
        (an_order_of_which_nothing_is_public, "events of o3 came as [], and there are 0"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, defect: Callable[[Scene], None], told: str) -> None:
    scene = _scene(tmp_path)
    defect(scene)
    scene.index()
    assert told in all_heard(scene).violations
