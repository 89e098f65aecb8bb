"""Each line of the audit sees the defect it is there for, in a small book that is sound but for that."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from domain.notes.aftercare import OwedOutOfGoodwill, PaidOutOfGoodwill
from simulator.faults.kinds import ALL_KINDS
from simulator.faults.log import InjectedFault
from simulator.shop.ledger import Credential as Card
from simulator.shop.ledger import Sale
from storage.tables import ActRow, Attempt, CaseRow, Credential, Delivery, Event, Order, PoolKey, Refund
from tests.chaos.audit import spelling
from tests.chaos.audit.buying import purchases, silence
from tests.chaos.audit.ending import outcomes
from tests.chaos.audit.everything import AUDITS
from tests.chaos.audit.money import balance, chargebacks
from tests.chaos.audit.requests import ids, once, reports
from tests.chaos.audit.scene import Finding, Scene
from tests.chaos.people.shop import Shop
from tests.chaos.people.witness import Witness
from tests.chaos.verdict import Verdict, show

NOW = datetime.now(UTC)
AN_HOUR_AGO = NOW - timedelta(hours=1)
PHONE = "13900000001"
OFFERS = [{"connection": "kayixin", "product": "1001"}]
LINES: dict[int, Callable[[Scene], Finding]] = {
    1: purchases.paid_once,
    2: outcomes.all_settled,
    3: purchases.never_replaced,
    4: outcomes.one_owner,
    5: balance.balanced,
    7: once.one_effect,
    10: ids.names_one_act,
    11: silence.only_silence,
    12: reports.not_forgotten,
    14: spelling.one_in_any_spelling,
    15: chargebacks.nothing_owed,
}


def _delivery(name: str, order: str, kind: str, **more: Any) -> Delivery:
    fields: dict[str, Any] = {
        **{"id": name, "order_id": order, "position": 0, "component": name, "release": 1, "kind": kind},
        **{"item": 1, "items": 1},
        **{"units": 1, "units_delivered": 1, "share_amount": 100, "state": "delivered", "waived": False},
        **{"due_at": AN_HOUR_AGO, "offer": 0, "note": "", "offers": OFFERS, "pivot": False, "tries": 1},
    }
    return Delivery(**{**fields, **more})


def _attempt(delivery: str, connection: str = "kayixin", **more: Any) -> Attempt:
    fields: dict[str, Any] = {
        **{"id": f"a-{delivery}", "delivery_id": delivery, "number": 1, "key": f"k-{delivery}"},
        **{"connection": connection, "product": "1001", "offer": 0, "state": "delivered", "submissions": 1},
        **{"checks": 0, "opened_at": AN_HOUR_AGO, "submitted_at": NOW, "in_flight": False, "closed_at": NOW},
        **{"charged_amount": 50, "charged_currency": "CNY"},
    }
    return Attempt(**{**fields, **more})


def _sale(delivery: str, account: str = "", *cards: str, **more: Any) -> Sale:
    at = (AN_HOUR_AGO + timedelta(minutes=1)).timestamp()
    fields: dict[str, Any] = {
        **{"number": f"k-{delivery}", "order_number": f"S-{delivery}", "product_code": "1001"},
        **{"account": account, "quantity": 1, "money_minor": 50, "ends_as": "delivered", "created_at": at},
        **{"due_at": at, "id": 1, "supplier": "kayixin", "status": "delivered", "finished_at": at},
        **{"credited_minor": 0, "faults": ()},
        "credentials": tuple(Card(n, 1, card, card, False) for n, card in enumerate(cards)),
    }
    return Sale(**{**fields, **more})


def _credential(delivery: str) -> Credential:
    return Credential(
        id=f"c-{delivery}", delivery_id=delivery, attempt_id=f"a-{delivery}", unit=1, shared=False
    )


def sound_scene() -> Scene:
    """A key, a recharge and a key of our own that were delivered, and one that could not be paid for."""
    witness = Witness(receipts={"shop/1": "o1", "shop/2": "o2"})
    witness.give("shop/1", PHONE)
    supplier = SimpleNamespace(products={"1001": SimpleNamespace(mode="ok")})
    ground: Any = SimpleNamespace(simulators={"kayixin": supplier, "fulu": supplier})
    scene = Scene(ground, Shop(1), witness, ["POOL-1"], NOW)
    at: dict[str, Any] = {"closed_at": NOW, "placed_at": AN_HOUR_AGO, "bundle_id": "none", "channel": "shop"}
    at["hold_seconds"] = 8
    scene.orders = {
        "o1": Order(id="o1", order_no="1", state="completed", price_amount=300, **at),
        "o2": Order(id="o2", order_no="2", state="failed", price_amount=100, **at),
    }
    rows = [
        _delivery("key", "o1", "key"),
        _delivery("vip", "o1", "recharge", recipient="shared"),
        _delivery("own", "o1", "key"),
        _delivery("dear", "o2", "key", state="failed", units_delivered=0),
    ]
    scene.deliveries = {row.id: row for row in rows}
    scene.attempts = [
        _attempt("key"),
        _attempt("vip"),
        _attempt("own", "pool"),
        _attempt("dear", state="rejected", charged_amount=None),
    ]
    scene.credentials = [_credential("key"), _credential("own")]
    scene.secrets = {"c-key": "KX-1", "c-own": "POOL-1", "p1": "POOL-1"}
    scene.pool_keys = [PoolKey(id="p1", connection="pool", state="issued", purchase_key="k-own")]
    scene.sales = {"k-key": [_sale("key", "", "KX-1")], "k-vip": [_sale("vip", PHONE)]}
    scene.faults = [InjectedFault("k-dear", "create", 1, "wallet_empty", NOW.timestamp())]
    scene.refunds = [Refund(id="r", delivery_id="dear", order_id="o2", number=1, amount=100, state="decided")]
    scene.recipients = {("o1", "shared"): PHONE}
    planned = {"order_id": "o1", "seq": 1, "at": AN_HOUR_AGO, "type": "delivery.planned"}
    scene.events = {"o1": [Event(**planned, delivery_id="vip", data={"recipient": "shared"})]}
    return scene


def _open(scene: Scene, state: str, **more: Any) -> None:
    order = Order(
        id="o3",
        channel="shop",
        order_no="3",
        state="in_progress",
        price_amount=100,
        bundle_id="none",
        hold_seconds=8,
    )
    scene.orders["o3"] = order
    scene.deliveries["open"] = _delivery("open", "o3", "key", state=state, units_delivered=0, **more)


def no_credential(scene: Scene) -> None:
    scene.credentials.pop(0)


def revoked_credential(scene: Scene) -> None:
    scene.credentials[0].revoked_at = NOW


def nothing_was_bought(scene: Scene) -> None:
    del scene.sales["k-vip"]


def bought_too_few(scene: Scene) -> None:
    scene.deliveries["vip"].units = scene.deliveries["vip"].units_delivered = 2


def partly_taken_for_delivered(scene: Scene) -> None:
    scene.deliveries["vip"].units = scene.deliveries["vip"].units_delivered = 2
    sale = scene.sales["k-vip"][0]
    scene.sales["k-vip"] = [replace(sale, quantity=2, status="refunded", credited_minor=25)]


def second_sale_is_pending(scene: Scene) -> None:
    scene.attempts.append(_attempt("key", id="a-2", number=2, key="k-2", state="pending", closed_at=None))
    scene.sales["k-2"] = [replace(_sale("key"), number="k-2", status="pending")]


def one_number_for_two_items(scene: Scene) -> None:
    second = _delivery("vip-2", "o1", "recharge", recipient="shared", component="vip", item=2, items=2)
    scene.deliveries["vip"].items, scene.deliveries["vip-2"] = 2, second
    scene.attempts.append(_attempt("vip-2", key="k-vip"))


def another_phone(scene: Scene) -> None:
    scene.sales["k-vip"] = [_sale("vip", "13999999999")]


def a_phone_that_nobody_gave(scene: Scene) -> None:
    scene.recipients["o1", "shared"] = "13999999999"
    scene.sales["k-vip"] = [_sale("vip", "13999999999")]


def asked_for_ever(scene: Scene) -> None:
    _open(scene, "uncertain", next_action="check", next_action_at=NOW + timedelta(minutes=14))


def lost_without_a_cause(scene: Scene) -> None:
    scene.faults.clear()


def lost_by_a_fault_that_costs_nothing(scene: Scene) -> None:
    scene.faults = [InjectedFault("k-dear", "create", 1, "slow_drip", NOW.timestamp())]


def held_by_nobody(scene: Scene) -> None:
    deadline = NOW + timedelta(days=1)
    _open(scene, "held", hold_reason="by_operator", hold_deadline=deadline, next_action="hold")


def fresh_order_failed(scene: Scene) -> None:
    scene.witness.fresh.append("shop/2")


def circuit_stays_open(scene: Scene) -> None:
    scene.witness.unwell.append("the circuit of fulu is still open")


def pool_key_for_nobody(scene: Scene) -> None:
    scene.pool_keys[0].purchase_key = "of-no-attempt"


def pool_key_for_two(scene: Scene) -> None:
    scene.secrets["c-key"] = "POOL-1"


def pool_key_forgotten(scene: Scene) -> None:
    scene.attempts[2].state = "rejected"


def pool_key_reserved_for_another(scene: Scene) -> None:
    scene.pool_keys[0].reserved_for = "key"


def _reserved(scene: Scene, delivery: str) -> None:
    key = PoolKey(id="p2", connection="pool", state="reserved", reserved_for=delivery)
    scene.pool_keys.append(key)
    scene.pool.append("POOL-2")
    scene.secrets["p2"] = "POOL-2"


def pool_key_left_reserved(scene: Scene) -> None:
    _reserved(scene, "dear")


def pool_key_reserved_for_nobody(scene: Scene) -> None:
    _reserved(scene, "of-no-order")


def pool_key_reserved_after_the_cancel(scene: Scene) -> None:
    _open(scene, "planned")
    scene.orders["o3"].cancelled_at = NOW
    _reserved(scene, "open")


def an_act_of_nobody(scene: Scene) -> None:
    act: dict[str, Any] = {
        "order_id": "o1",
        "request_id": "x",
        "delivery_id": "key",
        "act": "retry",
        "actor": "support",
    }
    scene.acts.append(ActRow(**act, reason="", at=NOW))


def paid_out_of_goodwill_and_nobody_asked(scene: Scene) -> None:
    why = OwedOutOfGoodwill(component="key")
    fields: dict[str, Any] = {"id": "g", "delivery_id": "key", "order_id": "o1", "number": 1}
    scene.refunds.append(Refund(**fields, amount=100, state="decided", reason=why))
    case: dict[str, Any] = {"order_id": "o1", "number": 1, "delivery_id": "key", "kind": "goodwill"}
    scene.cases.append(CaseRow(**case, request_id="g-1", closed_at=NOW, outcome=PaidOutOfGoodwill()))


def paid_out_of_goodwill_twice(scene: Scene) -> None:
    scene.witness.asked.add("g-1")
    for _ in range(2):
        paid_out_of_goodwill_and_nobody_asked(scene)


def bought_again_and_nobody_asked(scene: Scene) -> None:
    scene.attempts[0].state, scene.credentials[0].revoked_at = "written_off", NOW
    second: dict[str, Any] = {"id": "a-again", "number": 2, "key": "k-again", "opened_at": NOW}
    scene.attempts.append(_attempt("key", **second))
    scene.sales["k-again"] = [replace(_sale("key", "", "KX-2"), number="k-again", created_at=NOW.timestamp())]


DEFECTS: list[tuple[int, Callable[[Scene], None]]] = [
    (4, no_credential),
    (4, revoked_credential),
    (1, nothing_was_bought),
    (1, bought_too_few),
    (1, partly_taken_for_delivered),
    (1, second_sale_is_pending),
    (1, one_number_for_two_items),
    (4, another_phone),
    (4, a_phone_that_nobody_gave),
    (2, asked_for_ever),
    (2, lost_without_a_cause),
    (2, lost_by_a_fault_that_costs_nothing),
    (2, held_by_nobody),
    (2, fresh_order_failed),
    (2, circuit_stays_open),
    (4, pool_key_for_nobody),
    (4, pool_key_for_two),
    (4, pool_key_forgotten),
    (4, pool_key_reserved_for_another),
    (4, pool_key_left_reserved),
    (4, pool_key_reserved_for_nobody),
    (4, pool_key_reserved_after_the_cancel),
    (7, an_act_of_nobody),
    (5, paid_out_of_goodwill_and_nobody_asked),
    (5, paid_out_of_goodwill_twice),
    (1, bought_again_and_nobody_asked),
]


def test_a_sound_book_breaks_no_line() -> None:
    scene = sound_scene()
    scene.pool_keys[0].reserved_for = "own"
    scene.index()
    assert {number: line(scene).violations for number, line in LINES.items()} == {
        number: [] for number in LINES
    }


def test_a_key_that_an_open_order_may_still_buy_is_rightly_reserved() -> None:
    scene = sound_scene()
    _open(scene, "planned")
    _reserved(scene, "open")
    scene.index()
    assert LINES[4](scene).violations == []


@pytest.mark.parametrize(("fault", "lines"), [("unusable_card", []), ("misbound_callback", [1, 4])])
def test_another_key_by_hand_stands_for_one_that_cannot_be_used(fault: str, lines: list[int]) -> None:
    scene = sound_scene()
    scene.attempts[0].code, scene.secrets["c-key"] = "by_hand", "HAND-1"
    scene.sales["k-key"] = [replace(scene.sales["k-key"][0], faults=(fault,))]
    scene.witness.by_hand.append("HAND-1")
    scene.index()
    assert [number for number in (1, 4) if LINES[number](scene).violations] == lines


@pytest.mark.parametrize(("paused_for", "violations"), [(None, 1), ("by_operator", 0)])
def test_a_gate_may_wait_while_a_person_has_its_order_paused(paused_for: str | None, violations: int) -> None:
    scene = sound_scene()
    _open(scene, "planned", next_action="await")
    scene.orders["o3"].paused_for = paused_for
    about = {"order_id": "o3", "request_id": "r-1", "delivery_id": "", "act": "pause", "actor": "lin"}
    scene.acts.append(ActRow(**about, reason="so", at=NOW))
    scene.witness.asked.add("r-1")
    scene.index()
    assert len(LINES[2](scene).violations) == violations


@pytest.mark.parametrize(("line", "defect"), DEFECTS, ids=[defect.__name__ for _, defect in DEFECTS])
def test_a_defect_is_seen_by_its_line(line: int, defect: Callable[[Scene], None]) -> None:
    scene = sound_scene()
    defect(scene)
    scene.index()
    assert LINES[line](scene).violations


def test_each_invariant_is_told_on_one_line_however_large_the_counts() -> None:
    scene = sound_scene()
    scene.index()
    lines = []
    for number, (title, _) in enumerate(AUDITS, start=1):
        found = LINES[number](scene) if number in LINES else Finding({"needles": 0, "files": 0, "MiB": 0}, [])
        large = 999_999_999 if number == 5 else 99_999
        lines.append((title, replace(found, counts=dict.fromkeys(found.counts, large))))
    console = Console(width=160, record=True, file=io.StringIO())
    show(Verdict(1, lines, dict.fromkeys(ALL_KINDS, 1), {}, {}, [], 1.0), console)
    text = console.export_text()
    assert "…" not in text
    assert sum(line.startswith("│") for line in text.splitlines()) == len(AUDITS)
