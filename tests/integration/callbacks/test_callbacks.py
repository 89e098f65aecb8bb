"""Suppliers' callbacks over real HTTP: a hint that is verified, bound, stored once, and never the truth."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.fulu import meaning
from simulator.faults.plan import FaultPlan, Timing
from storage.tables import Callback
from storage.views.orders import OrderView
from tests.support.documents import benefit, offer
from tests.support.gateway import (
    arrived,
    body_of,
    callbacks_of,
    fulu_notice,
    kayixin_notice,
    report,
    serving_gateway,
    told_of_reports,
)
from tests.support.notes import english
from tests.support.world import World

SLOW = benefit("reported-key", "key", offer("kayixin", "1002"))
FULU = benefit("fulu-key", "key", offer("fulu", "10000587"))


@pytest.fixture(scope="module")
async def gateway(world: World) -> AsyncIterator[str]:
    """The gateway's address; Fulu reports there."""
    async with serving_gateway(world) as address:
        world.simulators["fulu"].report_to(f"{address}/callbacks/fulu")
        yield address
        world.simulators["fulu"].report_to("")


@asynccontextmanager
async def faults(world: World, **rates: float) -> AsyncIterator[None]:
    """These faults at Fulu while the block runs."""
    world.simulators["fulu"].use_faults(FaultPlan(7, rates, Timing(late_callback=0.5)))
    try:
        yield
    finally:
        world.simulators["fulu"].use_faults(FaultPlan(0, {}))


async def fulfil(world: World, of: dict[str, Any]) -> OrderView:
    bundle = await world.publish([{"id": of["id"], "benefit": of["id"]}], [of])
    return await world.fulfil(world.order(bundle))


async def test_a_callback_is_stored_bound_and_acknowledged(world: World, gateway: str) -> None:
    view = await fulfil(world, FULU)
    [row] = await arrived(world, view, 1)
    assert (row.verdict, row.stated, row.connection) == ("bound", "delivered", "fulu")
    told = [event.data for event in view.events if event.type == "callback.received"]
    assert [(data["connection"], data["stated"]) for data in told] == [("fulu", "delivered")]


async def test_a_callback_brings_the_question_forward(
    world: World, gateway: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself it would be asked after a quarter of an hour, the longest wait there is."""
    monkeypatch.setattr(meaning, "CHECK_AFTER", timedelta(hours=1))
    view = await fulfil(world, FULU)
    assert (view.state, len(await arrived(world, view, 1))) == ("completed", 1)


async def test_a_repeated_callback_has_one_effect(world: World, gateway: str) -> None:
    view = await fulfil(world, FULU)
    [first] = await arrived(world, view, 1)
    answer = await report(world, f"{gateway}/callbacks/fulu", body_of(world, first))
    assert (answer.status_code, answer.text) == (200, "success")
    [row] = await callbacks_of(world, view)
    assert (row.times, view.state, len(world.sales(view))) == (1, "completed", 1)
    assert told_of_reports(await world.read_number(f"shop/{view.order_no}")) == ["delivered"]


async def test_a_lost_callback_costs_nothing_but_time(world: World, gateway: str) -> None:
    async with faults(world, lost_callback=1.0):
        view = await fulfil(world, FULU)
    assert (view.state, await callbacks_of(world, view)) == ("completed", [])


async def test_a_forged_callback_is_not_even_stored(world: World, gateway: str) -> None:
    async with faults(world, forged_callback=1.0):
        view = await fulfil(world, FULU)
        rows = await arrived(world, view, 1)
    assert [(row.stated, row.times) for row in rows] == [("delivered", 1)]
    assert view.state == "completed"


async def test_dujiao_next_295_a_signed_callback_about_another_order_changes_nothing(
    world: World, gateway: str
) -> None:
    async with faults(world, misbound_callback=1.0):
        view = await fulfil(world, FULU)
        rows = await arrived(world, view, 2)
    verdicts = sorted((row.verdict, row.stated) for row in rows)
    assert verdicts == [("bound", "delivered"), ("other_supplier_order", "failed")]
    assert (view.state, len(world.sales(view)), view.cases) == ("completed", 1, [])


async def test_dujiao_next_340_a_signed_success_delivers_nothing_that_a_query_does_not_confirm(
    world: World, gateway: str
) -> None:
    products = world.simulators["kayixin"].products
    bundle = await world.publish([{"id": "late", "benefit": "reported-key"}], [SLOW])
    products["1002"].delay = 3.0
    try:
        document = world.order(bundle)
        await world.place(document)
        pending = await world.until(
            document,
            lambda view: (
                view.deliveries[0].state == "in_progress"
                and bool(view.deliveries[0].attempts[0].supplier_order)
            ),
        )
        [attempt] = pending.deliveries[0].attempts
        body = kayixin_notice(attempt.key, attempt.supplier_order or "", 3)
        answer = await report(world, f"{gateway}/callbacks/kayixin", body)
        assert (answer.status_code, answer.text) == (200, "ok")
        still = await world.read(document)
        assert (still.deliveries[0].state, still.deliveries[0].units_delivered) == ("in_progress", 0)
        done = await world.finish(document)
    finally:
        products["1002"].delay = 0.5
    assert (done.state, len(world.sales(done))) == ("completed", 1)


async def test_a_callback_to_another_connection_is_kept_and_refused(world: World, gateway: str) -> None:
    view = await fulfil(world, FULU)
    [attempt] = view.deliveries[0].attempts
    answer = await report(world, f"{gateway}/callbacks/kayixin", kayixin_notice(attempt.key, "1", 4))
    rows = await callbacks_of(world, view)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_bound")
    assert "other_connection" in [row.verdict for row in rows]
    assert (await world.read_number(f"shop/{view.order_no}")).state == "completed"


async def test_a_callback_about_nothing_of_ours_is_kept_and_refused(world: World, gateway: str) -> None:
    answer = await report(world, f"{gateway}/callbacks/kayixin", kayixin_notice("nothing", "1", 3))
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "body", "secret", "expected"),
    [
        ("kayixin", kayixin_notice("a", "1", 3), "f" * 32, (401, "report_refused")),
        ("kayixin", b"no json", None, (401, "report_refused")),
        ("nobody", kayixin_notice("a", "1", 3), None, (404, "unknown_connection")),
        ("pool", kayixin_notice("a", "1", 3), None, (401, "report_refused")),
        ("kayixin", b"x" * (1024 * 1024 + 1), None, (413, "too_large")),
    ],
    ids=["wrong secret", "no json", "no such connection", "a pool", "too large"],
)
async def test_what_is_no_report_is_neither_stored_nor_acknowledged(
    world: World, gateway: str, path: str, body: bytes, secret: str | None, expected: tuple[int, str]
) -> None:
    async with world.database.transaction() as session:
        before = await session.scalar(select(func.count()).select_from(Callback))
    answer = await report(world, f"{gateway}/callbacks/{path}", body, secret)
    async with world.database.transaction() as session:
        after = await session.scalar(select(func.count()).select_from(Callback))
    assert (answer.status_code, answer.json()["code"], after) == (*expected, before)


async def test_a_callback_that_takes_a_delivery_back_opens_a_case(world: World, gateway: str) -> None:
    view = await fulfil(world, benefit("sync-reported", "key", offer("kayixin", "1001")))
    [sale] = world.sales(view)
    world.simulators["kayixin"].ledger.pay_back(sale, sale.credentials, sale.money_minor)
    answer = await report(
        world, f"{gateway}/callbacks/kayixin", kayixin_notice(sale.number, sale.order_number, 5)
    )
    assert (answer.status_code, answer.text) == (200, "ok")
    number = f"shop/{view.order_no}"
    for _ in range(100):
        now = await world.read_number(number)
        if now.state == "held":
            break
        await asyncio.sleep(0.1)
    assert [(case.kind, case.number) for case in now.cases] == [("reversal", 1)]
    assert now.deliveries[0].hold_reason == "needs_attention"


async def test_a_signed_failure_takes_nothing_back_that_a_query_does_not_confirm(
    world: World, gateway: str
) -> None:
    """Fulu says in a callback that it failed and in its answer that it did not: a case asks, and closes."""
    view = await fulfil(world, FULU)
    [attempt] = view.deliveries[0].attempts
    body = fulu_notice(world, attempt.key, attempt.supplier_order or "", "failed")
    answer = await report(world, f"{gateway}/callbacks/fulu", body)
    assert (answer.status_code, answer.text) == (200, "success")
    for _ in range(100):
        now = await world.read_number(f"shop/{view.order_no}")
        if now.cases and now.cases[0].closed_at:
            break
        await asyncio.sleep(0.1)
    assert [(case.kind, english(case.outcome)) for case in now.cases] == [("reversal", "delivered")]
    assert (now.state, now.deliveries[0].state, now.deliveries[0].units_delivered) == (
        "completed",
        "delivered",
        1,
    )
