"""`perkflow order show`: a plan of a year is read in a few lines, and programs get all of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.notes.general import Said, saying
from domain.notes.people import ChargedBack
from domain.planning.order_events import OrderEvent
from storage.base import journal
from storage.base.sealing import Vault
from storage.deliveries import holds
from storage.deliveries.gates import look_at_gate
from storage.people import order_events
from storage.people.order.pause import set_paused
from tests.cli.order.books import PLACED, accepted, clock, in_book, rows_of
from tests.cli.running import Perkflow

YEAR = {"id": "video", "benefit": "key", "release": {"every": "P1M", "times": 12}}
GIFT = {
    "id": "gift",
    "benefit": "key",
    "release": {"when": "activated(video)", "by": "P60D", "otherwise": "refund"},
}
SOLD_OUT = Said(text="sold out")
CHARGED_BACK = saying(ChargedBack(), "bank")
PHONE = {"id": "phone", "benefit": "credit", "claim": {"within": "P30D", "otherwise": "refund"}}


def due(month: int) -> str:
    """When the release of that month of 2099 is due, at ten o'clock in Shanghai on its last day, or near."""
    day = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return clock(datetime(2099, month, day, 2, tzinfo=UTC))


def lines_of(text: str) -> list[str]:
    """Every line; cells of a table stand one blank apart."""
    return [" ".join(line.replace("│", " ").split()) for line in text.splitlines()]


@pytest.fixture
def book(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    return database_url


def test_what_an_order_waits_for_is_told_before_its_deliveries(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    order_id = accepted(book, vault, YEAR, GIFT, PHONE)

    async def pause(session: AsyncSession) -> None:
        order, _ = await rows_of(session, order_id, "video")
        set_paused(session, order, HoldReason.PAYMENT, CHARGED_BACK, PLACED)

    in_book(book, pause)
    ran = perkflow("order", "show", "shop/1")
    assert ran.exit_code == 0
    assert lines_of(ran.out)[3:6] == [
        f"Its payment is gone since {clock(PLACED)} (charged back: bank): nothing more of it is released or "
        "owed; `perkflow order release shop/1 --paid --reason WHY` once it is there again",
        f"gift waits for activated(video), until {clock(PLACED + timedelta(days=60))}, then refund",
        "No account shared (phone) yet, for phone; "
        "`perkflow order bind shop/1 shared - --reason WHY` gives it",
    ]
    document = perkflow("order", "show", "shop/1", "--json").document
    assert document["paused"] == {
        "since": "2099-01-31T02:00:00Z",
        "reason": "payment",
        "note": {**CHARGED_BACK.as_json(), "text": "charged back: bank"},
        "until": None,
        "shift": False,
    }
    assert document["gates"] == [
        {
            "component": "gift",
            "waits_for": "activated(video)",
            "not_before": "2099-01-31T02:00:00Z",
            "by": "2099-04-01T02:00:00Z",
            "otherwise": "refund",
            "verdict": None,
            "decided_at": None,
        }
    ]
    assert document["accounts_missing"] == [{"account": "shared", "type": "phone", "components": ["phone"]}]
    assert document["order_events"] == []


def test_reports_are_kept_and_a_gate_that_opened_says_when(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    order_id = accepted(book, vault, YEAR, GIFT)
    fact = OrderEvent.model_validate(
        {"event_id": "e1", "event": "activated", "component": "video", "release": 1}
    )

    async def report(session: AsyncSession) -> None:
        assert await order_events.record(session, order_id, fact, actor="shop", note="app", now=PLACED)
        await look_at_gate(session, order_id, "gift", PLACED)

    in_book(book, report)
    assert lines_of(perkflow("order", "show", "shop/1").out)[3] == (
        f"gift waited for activated(video), until {clock(PLACED)}"
    )
    document = perkflow("order", "show", "shop/1", "--json").document
    told = {"component": "video", "release": 1, "actor": "shop", "note": "app", "at": "2099-01-31T02:00:00Z"}
    assert document["order_events"] == [{"event_id": "e1", "event": "activated", **told}]
    assert document["gates"][0]["verdict"] == "met"


def test_a_small_order_has_a_line_for_each_release(perkflow: Perkflow, book: str, vault: Vault) -> None:
    accepted(book, vault, YEAR)
    out = lines_of(perkflow("order", "show", "shop/1").out)
    told = [line for line in out if line.startswith("video #")]
    assert told[3] == f"video #4 key 0/1 8.25 CNY planned {due(4)} bought when it is due"
    assert len(told) == 12


def test_a_large_order_has_a_line_for_each_run_of_releases(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    weekly = {"id": "coffee", "benefit": "key", "release": {"every": "P1W", "times": 20}}
    order_id = accepted(book, vault, YEAR, weekly)

    async def unfold(session: AsyncSession) -> None:
        order, rows = await rows_of(session, order_id, "video")
        for number, row in enumerate(rows[:3], start=1):
            journal.change(session, order, row, "delivery.submitted", PLACED, state="in_progress")
            at = datetime(2099, number, 28, 3, tzinfo=UTC)
            done: dict[str, Any] = {"state": "delivered", "units_delivered": 1, "delivered_at": at}
            journal.change(session, order, row, "d", at, next_action=None, next_action_at=None, **done)
        await session.flush()
        await holds.hold(session, order_id, rows[4].id, HoldReason.OUT_OF_STOCK, SOLD_OUT, PLACED)

    in_book(book, unfold)
    short = lines_of(perkflow("order", "show", "shop/1").out)
    last = clock(datetime(2099, 3, 28, 3, tzinfo=UTC))
    start = short.index(next(line for line in short if line.startswith("video")))
    assert short[start : start + 2] == [
        f"video #1-#3 key 3/3 9.30 CNY delivered from {due(1)} last {last}",
        f"video #4 key 0/1 3.10 CNY planned {due(4)} bought when it is due",
    ]
    assert [line.split(" key ")[0] for line in short if " key " in line] == [
        "video #1-#3",
        "video #4",
        "video #5",
        "video #6-#12",
        "coffee #1-#20",
    ]
    assert f"video #6-#12 key 0/7 21.63 CNY planned next {due(6)} bought when it is due" in short
    assert any(
        line.startswith("video #5 key 0/1 3.10 CNY held") and "out_of_stock: no" in line for line in short
    )
    assert "Timeline, without the first 16 events" in short
    assert short[-2] == (
        "Shortened; `perkflow order show shop/1 --all` shows every delivery, attempt and event"
    )

    whole = lines_of(perkflow("order", "show", "shop/1", "--all").out)
    assert sum(" key 0/1 " in line or " key 1/1 " in line for line in whole) == 32
    assert ("Timeline" in whole, any("Shortened" in line for line in whole)) == (True, False)
    document = perkflow("order", "show", "shop/1", "--json").document
    assert (len(document["deliveries"]), len(document["events"])) == (32, 41)
