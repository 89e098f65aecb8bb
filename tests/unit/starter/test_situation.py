"""A person reads, in English or Chinese, why a delivery waits and what happens next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.money import Money
from domain.notes.general import Said, saying
from domain.notes.people import ChargedBack
from domain.notes.sentences.sentence import Sentence
from domain.notes.words import Language
from domain.planning.gates import PlannedGate
from starter.desk.explain.next_step import what_next
from starter.desk.explain.situation import account_line, gate_line, pause_line, refund_parts, why_held
from storage.money.refund_views import RefundSums
from storage.views.deliveries import DeliveryView
from storage.views.plans import GateView, MissingAccount, PauseView

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
DEADLINE = NOW + timedelta(days=3)
SOON, END = "2026-01-31 12:10:00+00:00", "2026-02-03 12:00:00+00:00"


def said(sentence: Sentence | None) -> tuple[str, str] | None:
    """A sentence in English and Chinese."""
    return (sentence.say(Language.EN, UTC), sentence.say(Language.ZH, UTC)) if sentence else None


def _delivery(**changes: Any) -> DeliveryView:
    common: dict[str, Any] = {
        "id": "dlv_1", "component": "video", "release": 1, "title": "Video", "kind": "key", "units": 1,
        "units_delivered": 0, "share": Money(amount=1, currency="CNY"), "due_at": NOW, "state": "planned",
        "hold_reason": None, "hold_deadline": None, "next_action": None, "next_action_at": None, "note": None,
        "delivered_at": None, "refund": None, "refund_state": None, "waived": False,
        "refund_id": None, "held_since": None, "account": None, "recipient": None, "connections": ["alpha"],
        "pivot_waits": False,
        "attempts": [],
    }  # fmt: skip
    return DeliveryView(**{**common, **changes})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"next_action": "submit", "next_action_at": LATER}, (f"bought at {SOON}", f"将于 {SOON} 采购")),
        (
            {"next_action": "submit", "next_action_at": NOW},
            ("bought once the deliveries it waits for are made", "待其所等的发放单完成后采购"),
        ),
        (
            {"next_action": "submit", "next_action_at": NOW, "state": "uncertain"},
            ("bought now", "立即采购"),
        ),
        (
            {"next_action": "check", "next_action_at": LATER, "state": "uncertain"},
            (f"the supplier is asked at {SOON}", f"将于 {SOON} 查询货源"),
        ),
        (
            {"next_action": "check", "next_action_at": LATER, "hold_deadline": DEADLINE, "state": "held"},
            (
                f"the supplier is asked again at {SOON}; a person has until {END}, and nothing is paid back "
                "before",
                f"将于 {SOON} 再次查询货源；人工处理期限为 {END}，此前不会退款",
            ),
        ),
        (
            {"next_action": "hold", "next_action_at": DEADLINE, "hold_deadline": DEADLINE, "state": "held"},
            (f"given up and paid back at {END}", f"到 {END} 放弃并退款"),
        ),
        (
            {"next_action": "hold", "next_action_at": LATER, "hold_deadline": DEADLINE, "state": "held"},
            (
                f"tried again at {SOON}; given up and paid back at {END}",
                f"将于 {SOON} 自动重试；到 {END} 放弃并退款",
            ),
        ),
        (
            {"next_action": "hold", "hold_deadline": DEADLINE, "state": "held", "hold_reason": "payment"},
            (f"given up at {END}", f"到 {END} 放弃"),
        ),
        ({"state": "delivered"}, None),
    ],
)
def test_what_happens_next_is_told(changes: dict[str, Any], told: tuple[str, str] | None) -> None:
    assert said(what_next(_delivery(**changes), NOW)) == told


def _gate(**changes: Any) -> GateView:
    needs: dict[str, Any] = {"needs": ["video"], "condition": {"not": "redeemed(a)"}, "not_before": NOW}
    common: dict[str, Any] = {
        "component": "gift", "waits_for": "", "not_before": NOW, "by": None, "otherwise": None,
        "verdict": None, "decided_at": None, "gate": PlannedGate(component="gift", **needs),
    }  # fmt: skip
    return GateView(**{**common, **changes})


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ({}, ("bought once that holds", "条件满足后采购")),
        (
            {"not_before": LATER},
            (f"bought once that holds, from {SOON} on", f"条件满足后采购，且不早于 {SOON}"),
        ),
        (
            {"by": LATER, "otherwise": "release"},
            (f"bought once that holds, or at {SOON}", f"条件满足后采购，最迟于 {SOON} 照常采购"),
        ),
        (
            {"by": LATER, "otherwise": "refund"},
            (
                f"bought once that holds; given up and paid back at {SOON}",
                f"条件满足后采购；到 {SOON} 仍未满足则放弃并退款",
            ),
        ),
    ],
)
def test_what_waits_for_a_condition_says_until_when(gate: dict[str, Any], told: tuple[str, str]) -> None:
    waiting = _delivery(next_action="await", next_action_at=LATER)
    assert said(what_next(waiting, NOW, _gate(**gate))) == told


def _pause(until: datetime | None = None, *, shift: bool = False, reason: str = "by_operator") -> PauseView:
    return PauseView(since=LATER, reason=reason, note=Said(text="a check"), until=until, shift=shift)


def test_what_comes_due_in_a_paused_order_is_held() -> None:
    planned = _delivery(next_action="submit", next_action_at=LATER, due_at=LATER)
    assert said(what_next(planned, NOW, None, _pause())) == (
        f"held at {SOON}, since the order is paused",
        f"订单已暂停，到 {SOON} 将挂起",
    )
    waiting = _delivery(next_action="await", next_action_at=LATER)
    assert said(what_next(waiting, NOW, _gate(by=LATER, otherwise="refund"), _pause())) == (
        "held once that holds, since the order is paused; its time is not up before the order goes on",
        "订单已暂停，条件满足后将挂起；订单恢复前不计时",
    )


@pytest.mark.parametrize(
    ("pause", "told"),
    [
        (_pause(LATER), (f"goes on with the order at {SOON}", f"将于 {SOON} 随订单恢复")),
        (
            _pause(),
            ("goes on when the order does, and is not given up before", "待订单恢复后继续，此前不会放弃"),
        ),
        (None, (f"goes on by itself at {SOON}", f"将于 {SOON} 自动恢复")),
    ],
)  # fmt: skip
def test_what_a_person_holds_goes_on_with_its_order_or_at_its_instant(
    pause: PauseView | None, told: tuple[str, str]
) -> None:
    held = {"state": "held", "hold_reason": "by_operator", "next_action": "hold"}
    deadline = LATER + timedelta(days=3)
    assert said(
        what_next(_delivery(**held, next_action_at=LATER, hold_deadline=deadline), NOW, None, pause)
    ) == told  # fmt: skip


EN, ZH = "delivered(video) and not redeemed(a)", "delivered(video) 且 非 redeemed(a)"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, (f"gift waits for {EN}", f"gift 等待 {ZH}")),
        (
            {"by": LATER, "otherwise": "release"},
            (
                f"gift waits for {EN}, until {SOON}, then release",
                f"gift 等待 {ZH}，截至 {SOON}，届时照常发放",
            ),
        ),
        (
            {"verdict": "never", "decided_at": LATER},
            (
                f"gift was given up at {SOON}: it waited in vain for {EN}",
                f"gift 已于 {SOON} 放弃：未等到 {ZH}",
            ),
        ),
        (
            {"verdict": "met", "decided_at": LATER},
            (f"gift waited for {EN}, until {SOON}", f"gift 所等的条件已满足：{ZH}（{SOON}）"),
        ),
    ],
)
def test_a_gate_is_told_while_it_waits_and_once_it_is_decided(
    changes: dict[str, Any], told: tuple[str, str]
) -> None:
    assert said(gate_line(_gate(**changes))) == told


def test_why_a_delivery_is_held_is_told() -> None:
    held = _delivery(state="held", hold_reason="out_of_stock")
    assert said(why_held(held)) == (
        "out_of_stock: no supplier has it in stock",
        "所有货源均缺货（out_of_stock）",
    )
    assert why_held(_delivery()) is None


def test_what_is_paid_back_is_told_with_how_far_that_is() -> None:
    parts = RefundSums(to_pay=Money(amount=762, currency="CNY"), paid=Money(amount=9900, currency="CNY"))
    assert said(refund_parts(parts)) == (
        "7.62 CNY to pay, 99.00 CNY paid",
        "7.62 CNY 待退款、99.00 CNY 已退款",
    )
    assert refund_parts(RefundSums()) is None


def test_a_payment_that_is_gone_says_what_ends_that() -> None:
    gone = saying(ChargedBack(), "bank")
    pause = PauseView(since=LATER, reason="payment", note=gone, until=None, shift=False)
    command = "`perkflow order release shop/1 --paid --reason WHY`"
    assert said(pause_line(pause, "shop/1", RefundSums())) == (
        f"Its payment is gone since {SOON} (charged back: bank): nothing more of it is released or owed; "
        f"{command} once it is there again",
        f"款项自 {SOON} 起被撤回（已拒付：bank）：不再发放，也不再退款；款项恢复后执行 {command}",
    )
    paid = RefundSums(paid=Money(amount=762, currency="CNY"))
    told = said(pause_line(pause, "shop/1", paid))
    assert told is not None
    assert "; 7.62 CNY was paid back besides, which the buyer has twice; " in told[0]
    assert "；此外已退款 7.62 CNY，买家重复得到该款；" in told[1]


@pytest.mark.parametrize(
    ("pause", "told"),
    [
        (
            _pause(),
            (
                "once somebody lets it go on, all that it missed comes together",
                "待人工恢复，届时错过的批次一并发放",
            ),
        ),
        (
            _pause(LATER, shift=True),
            (
                f"it goes on by itself at {SOON}, and then what is not released moves by the length of the "
                "pause",
                f"将于 {SOON} 自动恢复，届时未发放的批次按暂停时长顺延",
            ),
        ),
    ],
)  # fmt: skip
def test_a_pause_says_who_wanted_it_until_when_and_what_follows(
    pause: PauseView, told: tuple[str, str]
) -> None:
    command = "`perkflow order release shop/1 --reason WHY`"
    assert said(pause_line(pause, "shop/1", RefundSums())) == (
        f"Paused since {SOON}: by_operator: a check; {told[0]}; {command} lets it go on",
        f"自 {SOON} 起暂停：a check（by_operator）；{told[1]}；执行 {command} 恢复",
    )


def test_an_account_that_is_missing_says_how_it_is_given() -> None:
    missing = MissingAccount(account="shared", type="phone", components=["credit", "data"])
    command = "`perkflow order bind shop/1 shared - --reason WHY`"
    assert said(account_line(missing, "shop/1")) == (
        f"No account shared (phone) yet, for credit, data; {command} gives it",
        f"尚缺充值账号 shared（phone），用于 credit、data；用 {command} 绑定",
    )
