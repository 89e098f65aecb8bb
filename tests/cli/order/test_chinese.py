"""`perkflow order` in Chinese: the same facts as in English, as support would say them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.waits import LONGEST_DISPUTE
from domain.notes.general import Said, saying
from domain.notes.people import ChargedBack, ResumedBy
from domain.notes.supply.answers import Refused
from domain.planning.order_events import OrderEvent
from storage.base.sealing import Vault
from storage.deliveries import holds
from storage.deliveries.closing import settle
from storage.deliveries.settlement import give_up
from storage.people import order_events
from storage.people.order.pause import set_paused
from tests.cli.order.books import PLACED, accepted, clock, in_book, rows_of
from tests.cli.order.test_explain import GIFT, LATE, LONG_DUE, PHONE, TO_OLD, YEAR, held
from tests.cli.running import Perkflow

AT = clock(PLACED)
WHEN_CONFIRMED = {**GIFT, "release": {"when": "confirmed", "by": "P60D", "otherwise": "release"}}
IN_CHINESE = ("--lang", "zh")


@pytest.fixture
def book(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    return database_url


def lines_of(text: str) -> list[str]:
    """Every line; cells of a table stand one blank apart."""
    return [" ".join(line.replace("│", " ").replace("┃", " ").split()) for line in text.splitlines()]


def test_a_plan_is_explained_in_runs(perkflow: Perkflow, book: str, vault: Vault) -> None:
    accepted(book, vault, YEAR, GIFT)
    ran = perkflow("order", "explain", "shop/1", *IN_CHINESE)
    by, last = clock(PLACED + timedelta(days=60)), clock(datetime(2099, 12, 31, 2, tzinfo=UTC))
    assert (ran.exit_code, ran.out.splitlines()) == (
        0,
        [
            "订单 shop/1：已受理，13 张发放单中 13 张未完结。",
            "",
            f"video#1 至 video#12：key × 12，价格 91.38 CNY，约定自 {AT} 至 {last} 分批发放。尚未采购。"
            f"未到发放时间。下一批将于 {AT} 采购。",
            "可执行的操作（逐批按编号）：",
            "  改向 fulu 采购：perkflow order substitute shop/1 video#1 fulu --reason WHY",
            "  挂起：perkflow order hold shop/1 video#1 --reason WHY",
            "  放弃并退款：perkflow order refund shop/1 video#1 --reason WHY",
            "  免发（不退款）：perkflow order skip shop/1 video#1 --reason WHY",
            "",
            f"gift：key × 1，价格 7.62 CNY，约定于 {AT} 发放。尚未采购。正在等待 activated(video)。"
            f"条件满足后采购；到 {by} 仍未满足则放弃并退款。",
            "可执行的操作：",
            "  改向 fulu 采购：perkflow order substitute shop/1 gift fulu --reason WHY",
            "  挂起：perkflow order hold shop/1 gift --reason WHY",
            "  放弃并退款：perkflow order refund shop/1 gift --reason WHY",
            "  免发（不退款）：perkflow order skip shop/1 gift --reason WHY",
        ],
    )


def test_what_is_held_is_explained_to_people_and_programs(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    order_id = accepted(book, vault, YEAR, PHONE, **TO_OLD)
    held(book, order_id, "phone", HoldReason.OUT_OF_STOCK)
    (told,) = perkflow("order", "explain", "shop/1", "phone", "--json", *IN_CHINESE).document["deliveries"]
    again, end = PLACED + timedelta(minutes=10), PLACED + timedelta(days=3)
    assert told["text"] == (
        f"phone：credit × 1，价格 7.62 CNY，充值账号 shared，约定于 {AT} 发放。"
        f"{AT} 向 kayixin 发起第 1 次提交：已拒绝（1012）。"
        f"自 {AT} 起挂起，所有货源均缺货（out_of_stock），备注：1012：sold out。"
        f"将于 {clock(again)} 自动重试；到 {clock(end)} 放弃并退款。"
    )
    assert told["waits_for"] == {
        "code": "with_note",
        "what": {
            "code": "held_since",
            "since": "2099-01-31T02:00:00Z",
            "why": {"code": "held_for", "reason": "out_of_stock"},
        },
        "note": {"code": "refused", "refusal": "1012", "why": {"code": "said", "text": "sold out"}},
        "text": f"自 {AT} 起挂起，所有货源均缺货（out_of_stock），备注：1012：sold out",
    }
    assert told["next"] == {
        "code": "tried_again_at",
        "at": "2099-01-31T02:10:00Z",
        "end": {"code": "paid_back_at", "at": "2099-02-03T02:00:00Z"},
        "text": f"将于 {clock(again)} 自动重试；到 {clock(end)} 放弃并退款",
    }
    assert told["can"][0] == {"what": "重试", "command": "perkflow order retry shop/1 phone --reason WHY"}


@pytest.mark.parametrize(
    ("tried", "what", "answer"),
    [
        (
            {"state": "uncertain", "submissions": 2, "code": None, "askable": False},
            ["说明货源未售出", "改向 fulu 采购", "人工发放", "放弃并退款", "免发（不退款）"],
            f"{AT} 向 kayixin 发起第 1 次提交（共发送 2 次）：是否已售出尚不确定",
        ),
        (
            {"state": "uncertain", "code": None},
            ["立即查询货源"],
            f"{AT} 向 kayixin 发起第 1 次提交：是否已售出尚不确定",
        ),
    ],
)
def test_what_would_be_accepted_is_offered(
    perkflow: Perkflow, book: str, vault: Vault, tried: dict[str, Any], what: list[str], answer: str
) -> None:
    order_id = accepted(book, vault, {"id": "video", "benefit": "key"}, placed_at=LONG_DUE)
    held(book, order_id, "video", HoldReason.NEEDS_ATTENTION, **tried)
    (told,) = perkflow("--lang", "zh", "order", "explain", "shop/1", "--json").document["deliveries"]
    assert [option["what"] for option in told["can"]] == what
    assert [each["text"] for each in told["happened"]] == [answer]


def test_what_cannot_be_taken_back_waits_for_the_rest(perkflow: Perkflow, book: str, vault: Vault) -> None:
    video = {"id": "video", "benefit": "key", "reversibility": "reversible"}
    tea = {"id": "tea", "benefit": "key"}
    accepted(book, vault, video, tea, policy="all_or_nothing", placed_at=LONG_DUE)
    told = perkflow("order", "explain", "shop/1", "--json", *IN_CHINESE).document["deliveries"]
    rest = "发放后无法撤回，须等其他可能导致整单撤销的发放单先有结果"
    assert [each["waits_for"]["text"] for each in told] == ["已到发放时间", rest]
    assert told[1]["next"]["text"] == "待其所等的发放单完成后采购"


def test_a_pause_and_a_missing_account_say_how_they_end(perkflow: Perkflow, book: str, vault: Vault) -> None:
    order_id = accepted(book, vault, LATE)
    event = OrderEvent.model_validate({"event_id": "e", "event": "redeemed", "component": "phone"})

    async def pause(session: AsyncSession) -> None:
        await order_events.record(session, order_id, event, actor="shop", note="", now=PLACED)
        order, _ = await rows_of(session, order_id, "phone")
        set_paused(session, order, HoldReason.BY_OPERATOR, Said(text="核实买家"), PLACED)

    in_book(book, pause)
    out = perkflow("order", "explain", "shop/1", *IN_CHINESE).out.splitlines()
    assert out[1:4] == [
        f"自 {AT} 起暂停：核实买家（by_operator）；待人工恢复，届时错过的批次一并发放；"
        "执行 `perkflow order release shop/1 --reason WHY` 恢复。",
        "",
        f"phone：credit × 1，价格 99.00 CNY，充值账号 shared，约定于 {AT} 发放。"
        f"{AT} 收到渠道事件：phone 已兑换。尚未采购。未到发放时间。订单已暂停，到 {AT} 将挂起。",
    ]
    assert out[5:7] == [
        "  恢复整个订单：perkflow order release shop/1 --reason WHY",
        "  绑定充值账号 shared：perkflow order bind shop/1 shared - --reason WHY",
    ]


def test_what_was_let_go_on_waits_for_its_condition(perkflow: Perkflow, book: str, vault: Vault) -> None:
    order_id = accepted(book, vault, YEAR, GIFT)

    async def resume(session: AsyncSession) -> None:
        order, (gift,) = await rows_of(session, order_id, "gift")
        await holds.hold(session, order_id, gift.id, HoldReason.BY_OPERATOR, Said(text="核实"), PLACED)
        await holds.go_on(session, order, gift, PLACED, ResumedBy(actor="lin", reason="无误"))

    in_book(book, resume)
    (told,) = perkflow("order", "explain", "shop/1", "gift", "--json", *IN_CHINESE).document["deliveries"]
    waits_for = "正在等待 activated(video)，备注：lin 已恢复：无误"
    assert (told["state"], told["waits_for"]["text"]) == ("in_progress", waits_for)


def test_a_finished_order_explains_all_of_it(perkflow: Perkflow, book: str, vault: Vault) -> None:
    order_id = accepted(book, vault, {"id": "video", "benefit": "key"})

    async def cancel(session: AsyncSession) -> None:
        _, (delivery,) = await rows_of(session, order_id, "video")
        await give_up(session, order_id, delivery.id, Said(text="买家改变主意"), PLACED)
        await settle(session, order_id, PLACED)

    in_book(book, cancel)
    assert perkflow("order", "explain", "shop/1", *IN_CHINESE).out.splitlines() == [
        "订单 shop/1：已取消，1 张发放单中 0 张未完结；退款：99.00 CNY 待退款。",
        "",
        f"video：key × 1，价格 99.00 CNY，约定于 {AT} 发放。当前状态：已取消，备注：买家改变主意。",
    ]


def test_an_order_is_shown_with_its_tables(
    perkflow: Perkflow, book: str, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = accepted(book, vault, WHEN_CONFIRMED, PHONE, **TO_OLD)
    held(book, order_id, "phone", HoldReason.OUT_OF_STOCK)

    async def charge_back(session: AsyncSession) -> None:
        order, _ = await rows_of(session, order_id, "phone")
        set_paused(session, order, HoldReason.PAYMENT, saying(ChargedBack(), "bank"), PLACED)

    in_book(book, charge_back)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    out = lines_of(perkflow("order", "show", "shop/1").out)
    assert out[:5] == [
        f"订单 shop/1（{order_id}）：挂起",
        "b-1 版本 1 × 1，99.00 CNY",
        f"受理于 {AT}",
        f"款项自 {AT} 起被撤回（已拒付：bank）：不再发放，也不再退款；款项恢复后执行 "
        "`perkflow order release shop/1 --paid --reason WHY`",
        f"gift 等待 confirmed，截至 {clock(PLACED + timedelta(days=60))}，届时照常发放",
    ]
    assert "发放单 内容 件数 价格份额 状态 到期 原因 下一步 / 发放时间 退款" in out
    assert "提交 货源 状态 代码 发送次数 扣款 退回 我方单号 货源单号" in out
    assert any(line.startswith("phone #1.1 kayixin/1001 已拒绝 1012 1") for line in out)
    assert any(
        line.endswith("delivery.held phone #1 状态 挂起，挂起原因 所有货源均缺货，备注 1012：sold out")
        for line in out
    )
    assert out[-1] == "Temporal 工作流：order/shop/1"
    listed = lines_of(perkflow("order", "list", "--held").out)
    again, end = clock(PLACED + timedelta(minutes=10)), clock(PLACED + timedelta(days=3))
    dispute = clock(PLACED + LONGEST_DISPUTE)
    why = "所有货源均缺货（out_of_stock），备注：1012：sold out"
    assert [line for line in listed if "━" not in line] == [
        "等待处理",
        "订单 发放单 内容 原因 自 截至",
        f"shop/1 b-1 款项被撤回（payment），备注：已拒付：bank {AT} 到 {dispute} 自动处理",
        f"shop/1 phone#1 credit {why} {AT} 将于 {again} 自动重试；到 {end} 放弃并退款",
    ]
    listed = lines_of(perkflow("order", "list").out)
    assert "订单 状态 组合商品 价格 受理 完结" in listed
    assert f"shop/1 挂起 b-1 v1 x1 99.00 CNY {AT}" in listed
    assert perkflow("order", "list", "--state", "failed").out == "没有订单。\n"
    document = perkflow("order", "show", "shop/1", "--json").document
    note = {**Refused(refusal="1012", why=Said(text="sold out")).as_json(), "text": "1012：sold out"}
    assert note in [each["note"] for each in document["deliveries"]]
    assert note in [each["data"].get("note") for each in document["events"]]
