"""What Temporal's UI shows of an order: all of a small one, of a large one what tells most."""

from datetime import UTC, datetime, timedelta

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.pauses import Pause
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState, OrderState
from domain.fulfilment.steps import NextAction
from domain.messages import DeliveryBrief
from domain.notes.general import Said
from domain.notes.words import Language
from workflows.run.details import ALL_ROWS, markdown
from workflows.run.state import RunState

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DELIVERED = Snapshot(state=DeliveryState.DELIVERED, next_action=NextAction.DONE)
HELD = Snapshot(
    state=DeliveryState.HELD,
    next_action=NextAction.HOLD,
    reason=HoldReason.BY_OPERATOR,
    deadline=NOW,
    note=Said(text="lin | why"),
)
CHECK = Snapshot(state=DeliveryState.UNCERTAIN, next_action=NextAction.CHECK, at=NOW)


def planned(days: int, next_action: NextAction = NextAction.SUBMIT) -> Snapshot:
    return Snapshot(state=DeliveryState.PLANNED, next_action=next_action, at=NOW + timedelta(days=days))


def shown(*steps: Snapshot, lang: Language = Language.EN, pause: Pause | None = None) -> list[str]:
    briefs = [
        DeliveryBrief(
            id=f"d{i}",
            component="c",
            release=i,
            title="t",
            units=1,
            pivot=False,
            connections=["s"],
            step=step,
            delivered_at=None,
            taken_up=False,
        )
        for i, step in enumerate(steps)
    ]
    run = RunState(lang=lang, pause=pause)
    run.take("ord_1", briefs, NOW)
    return markdown(OrderState.IN_PROGRESS, run).split("\n")


def test_a_small_order_shows_each_delivery_with_what_comes_next() -> None:
    assert shown(DELIVERED, HELD, planned(1), planned(2, NextAction.AWAIT)) == [
        "**in progress**",
        "",
        "| delivery | supplier | state | reason | next | note |",
        "|---|---|---|---|---|---|",
        "| t (c #0) | s | delivered |  |  |  |",
        "| t (c #1) | s | held | held by an operator | waits for a person until 2026-03-01 09:00:00Z"
        " | lin / why |",
        "| t (c #2) | s | planned |  | buy 2026-03-02 09:00:00Z |  |",
        "| t (c #3) | s | planned |  | waits for its condition, or until 2026-03-03 09:00:00Z |  |",
    ]


def test_an_order_of_a_chinese_desk_shows_them_in_chinese() -> None:
    assert shown(DELIVERED, HELD, CHECK, planned(1), planned(2, NextAction.AWAIT), lang=Language.ZH) == [
        "**处理中**",
        "",
        "| 发放单 | 货源 | 状态 | 原因 | 下一步 | 备注 |",
        "|---|---|---|---|---|---|",
        "| t (c #0) | s | 已发放 |  |  |  |",
        "| t (c #1) | s | 挂起 | 由客服或运营挂起 | 等待人工处理，至 2026-03-01 09:00:00Z | lin / why |",
        "| t (c #2) | s | 未知 |  | 2026-03-01 09:00:00Z 向货源查询 |  |",
        "| t (c #3) | s | 待发放 |  | 2026-03-02 09:00:00Z 购买 |  |",
        "| t (c #4) | s | 待发放 |  | 等待条件，或至 2026-03-03 09:00:00Z |  |",
    ]


def test_a_paused_order_says_until_when_and_what_follows() -> None:
    paused = shown(HELD, planned(1), pause=Pause(since=NOW, until=NOW + timedelta(days=9), shift=True))
    assert paused[:4] == [
        "**in progress**",
        "",
        "paused until 2026-03-10 09:00:00Z; then what is not released moves by the length of the pause",
        "",
    ]
    assert [line.split(" | ")[4] for line in paused[6:]] == [
        "goes on with the order",
        "buy 2026-03-02 09:00:00Z",
    ]
    by_hand = shown(HELD, lang=Language.ZH, pause=Pause(since=NOW))
    assert by_hand[2] == "已暂停，等待人工恢复；届时错过的批次一并发放"


def test_what_is_held_until_an_instant_says_that_it_goes_on_then() -> None:
    held = HELD.model_copy(update={"at": NOW, "deadline": NOW + timedelta(days=3)})
    assert shown(held)[4].split(" | ")[4] == "goes on by itself 2026-03-01 09:00:00Z"


def test_a_large_order_shows_what_is_held_then_under_way_then_the_next_ones_and_counts() -> None:
    lines = shown(*[DELIVERED] * 300, *[planned(400 - i) for i in range(400)], CHECK, *[HELD] * 2, DELIVERED)
    assert lines[2] == "704 deliveries: 400 planned, 2 held, 1 uncertain, 301 delivered"
    assert [line.split(" | ")[0] for line in lines[6:-2]] == [
        "| t (c #701)",
        "| t (c #702)",
        "| t (c #700)",
        *(f"| t (c #{699 - i})" for i in range(10)),
    ]
    assert lines[-2:] == ["", "691 more: `perkflow order show`"]


def test_an_order_all_of_which_is_held_stays_small() -> None:
    assert len(shown(*[HELD] * 2000)) == 6 + 20 + 2
    assert len(shown(*[HELD] * ALL_ROWS)) == 4 + ALL_ROWS
