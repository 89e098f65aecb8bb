"""What lines see of callbacks, of acts, of holds, of spellings and of chargebacks, in a book else sound."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.notes.general import Said, because
from domain.notes.progress import Restored, SupplierSilent, Woken
from simulator.faults.log import InjectedFault
from simulator.shop.notice_log import Nature, SentNotice
from storage.tables import ActRow, Callback, Event
from tests.chaos.audit.ending.holds import put_off
from tests.chaos.audit.everything import audit
from tests.chaos.audit.money.shares import divided
from tests.chaos.audit.requests.notices import compared
from tests.chaos.audit.scene import Scene
from tests.chaos.test_audits import AN_HOUR_AGO, LINES, NOW, sound_scene


def _event(kind: str, delivery: str | None, at: datetime, **data: Any) -> Event:
    return Event(order_id="o1", seq=1, at=at, type=kind, delivery_id=delivery, data=data)


def _notice(scene: Scene, nature: Nature, status: int | None, *, acknowledged: bool = False) -> None:
    scene.notices["kayixin"] = [SentNotice("k-key", nature, "digest", 0, status, acknowledged)]


def _callback(attempt: str | None, verdict: str, stated: str = "delivered", at: datetime = NOW) -> Callback:
    about = {"connection": "kayixin", "key": "k-key", "digest": "digest", "supplier_order": None}
    return Callback(id="c", attempt_id=attempt, verdict=verdict, stated=stated, times=1, first_at=at, **about)


@pytest.mark.parametrize(
    ("nature", "status", "row", "told"),
    [
        ("forged", 401, None, ""),
        ("forged", 503, None, ""),
        ("forged", None, None, ""),
        ("forged", 200, None, "was answered with 200"),
        ("forged", 401, _callback("a-key", "bound"), "stands in the book"),
        ("misbound", 409, _callback(None, "other_supplier_order"), ""),
        ("misbound", 200, _callback("a-key", "unconfirmed"), ""),
        ("misbound", 200, _callback("a-key", "bound"), "was bound"),
        ("unknown", 200, _callback(None, "unknown_number"), "was answered with 200"),
        ("true", 200, _callback("a-key", "bound"), ""),
        ("true", 200, None, "was acknowledged, and is bound to nothing in the book"),
    ],
)
def test_each_callback_is_compared_with_what_became_of_it(
    nature: Nature, status: int | None, row: Callback | None, told: str
) -> None:
    scene = sound_scene()
    _notice(scene, nature, status, acknowledged=status == 200)
    scene.callbacks = [row] if row else []
    counted, wrong = compared(scene)
    assert wrong == ([f"a {nature} callback of kayixin about k-key {told}"] if told else [])
    assert counted.get(nature, 1) == (0 if status is None else 1)


def _held(at: datetime, deadline: datetime, reason: str = "out_of_stock") -> Event:
    stands = {"state": "held", "hold_reason": reason, "hold_deadline": deadline.isoformat()}
    return _event("delivery.held", "key", at, next_action="hold", **stands)


LATER = AN_HOUR_AGO + timedelta(seconds=4)
WINDOW = timedelta(seconds=8)
RETRIED = _event("delivery.resumed", "key", LATER, state="in_progress")
FIRST, AGAIN = _held(AN_HOUR_AGO, AN_HOUR_AGO + WINDOW), _held(LATER, LATER + WINDOW)
MUCH_LATER = _held(LATER + WINDOW, LATER + 2 * WINDOW)


@pytest.mark.parametrize(
    ("events", "late"),
    [
        ([FIRST, RETRIED, _held(LATER, AN_HOUR_AGO + WINDOW)], None),
        ([FIRST, RETRIED, AGAIN], 4),
        ([FIRST, _event("human.retry", "key", LATER), AGAIN], None),
        ([FIRST, _event("human.release", "key", LATER), RETRIED, MUCH_LATER], None),
        ([FIRST, _event("order.resumed", None, LATER), RETRIED, AGAIN], None),
        ([_held(AN_HOUR_AGO, AN_HOUR_AGO + timedelta(days=1))], 86392),
        ([FIRST, _event("human.retry", "key", AN_HOUR_AGO - timedelta(seconds=5))], None),
        ([_held(AN_HOUR_AGO, AN_HOUR_AGO + timedelta(days=1), "needs_attention"), RETRIED, AGAIN], None),
    ],
)
def test_a_hold_is_not_put_off_by_trying_again(events: list[Event], late: int | None) -> None:
    scene = sound_scene()
    scene.events["o1"] = events
    scene.index()
    told = f"shop/1 key#1 was held for out_of_stock, {late} s longer than it may be"
    assert put_off(scene) == ([told] if late else [])


def test_a_price_is_divided_by_largest_remainder() -> None:
    assert divided(100, [1, 1, 1]) == [34, 33, 33]
    assert divided(10, [6, 3, 1]) == [6, 3, 1]
    assert divided(7777, [2, 1]) == [5185, 2592]


def told_by_nobody(scene: Scene) -> None:
    scene.events["o1"] += [_event("human.retry", "key", NOW, request_id="r-1", actor="lin", reason="so")]


def another_act_than_meant(scene: Scene) -> None:
    scene.witness.meant["o1", "r-1"] = ("hold", "key")
    about = {"order_id": "o1", "request_id": "r-1", "delivery_id": "key", "act": "retry", "actor": "lin"}
    scene.acts.append(ActRow(**about, reason="so", at=NOW))


def answered_as_done(scene: Scene) -> None:
    scene.witness.answered_for_another.append("shop/1: pause was answered as done under the id of hold")


def opened_without_silence(scene: Scene) -> None:
    silent = SupplierSilent(supplier="kayixin", times=5)
    note = Woken(before=because(silent, Said(text="no answer")), why=Restored()).as_json()
    scene.events["o1"].append(_event("delivery.held", "key", NOW, note=note))


def unusable_and_delivered(scene: Scene) -> None:
    scene.sales["k-key"] = [replace(scene.sales["k-key"][0], faults=("unusable_card",))]
    scene.exchanges["a-key"] = ["submit"]


def forgotten_report(scene: Scene) -> None:
    scene.callbacks = [_callback("a-key", "bound", "reversed", AN_HOUR_AGO)]
    scene.sales["k-key"] = [replace(scene.sales["k-key"][0], status="refunded", credited_minor=50)]


def one_key_in_two_spellings(scene: Scene) -> None:
    scene.secrets["c-own"] = " kx-\u200b1"


def a_key_imported_twice(scene: Scene) -> None:
    scene.secrets["c-own"] = scene.secrets["p1"] = "POOL-1"
    scene.pool_keys += [type(scene.pool_keys[0])(id="p2", connection="pool", state="available")]
    scene.secrets["p2"] = "pool-1"


def _charged_back(scene: Scene) -> None:
    scene.events["o2"] = [_event("order.event_received", None, NOW, event="chargeback")]


def still_owed_after_a_chargeback(scene: Scene) -> None:
    _charged_back(scene)


def decided_after_a_chargeback(scene: Scene) -> None:
    _charged_back(scene)
    scene.events["o2"] += [_event("refund.decided", "dear", NOW), _event("order.resumed", None, NOW)]


DEFECTS: list[tuple[int, Callable[[Scene], None]]] = [
    (10, told_by_nobody),
    (10, another_act_than_meant),
    (10, answered_as_done),
    (11, opened_without_silence),
    (11, unusable_and_delivered),
    (12, forgotten_report),
    (14, one_key_in_two_spellings),
    (14, a_key_imported_twice),
    (15, still_owed_after_a_chargeback),
    (15, decided_after_a_chargeback),
]


@pytest.mark.parametrize(("line", "defect"), DEFECTS, ids=[defect.__name__ for _, defect in DEFECTS])
def test_a_defect_is_seen_by_its_line(line: int, defect: Callable[[Scene], None]) -> None:
    scene = sound_scene()
    defect(scene)
    scene.index()
    assert LINES[line](scene).violations


def test_paid_again_after_a_chargeback_all_may_be_owed() -> None:
    scene = sound_scene()
    _charged_back(scene)
    scene.events["o2"] += [_event("order.resumed", None, NOW), _event("refund.decided", "dear", NOW)]
    scene.index()
    assert LINES[15](scene).violations == []


async def test_a_book_that_cannot_be_read_is_a_finding_and_no_crash() -> None:
    scene = sound_scene()
    scene.attempts[0].delivery_id = "of-no-delivery"
    scene.faults.append(InjectedFault("k-key", "create", 1, "timeout", 0))
    scene.index()
    told = {title: finding.violations for title, finding in await audit(scene)}
    [unreadable] = told["a credential, a recharge has one owner"]
    assert unreadable.startswith("this line could not be judged: KeyError")
