"""The gateway when something is away or comes at once: nothing is acknowledged before it is worked on."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update
from temporalio.service import RPCError, RPCStatusCode

from storage.base import journal
from storage.base.database import Database
from storage.purchasing.callbacks import Bound, ReceivedCallback, known, store
from storage.supply.contradictions import SOON
from storage.tables import Attempt, Callback
from storage.views.orders import OrderView
from tests.support.documents import benefit, offer
from tests.support.gateway import (
    callbacks_of,
    fulu_notice,
    kayixin_notice,
    report,
    serving_gateway,
    told_of_reports,
)
from tests.support.world import World

KEY = benefit("gateway-key", "key", offer("fulu", "10000587"))


@dataclass
class Away:
    """A Temporal client whose server does not answer."""

    asked: int = 0

    def get_workflow_handle(self, run: str) -> "Away":
        return self

    async def signal(self, signal: Any, *, args: Any, rpc_timeout: Any) -> None:
        self.asked += 1
        raise RPCError("tcp connect error", RPCStatusCode.UNAVAILABLE, b"")


async def delivered(world: World) -> tuple[OrderView, bytes]:
    """An order that Fulu delivered, and the callback about it."""
    bundle = await world.publish([{"id": "video", "benefit": "gateway-key"}], [KEY])
    view = await world.fulfil(world.order(bundle))
    [attempt] = view.deliveries[0].attempts
    return view, fulu_notice(world, attempt.key, attempt.supplier_order or "", "success")


def problem_of(answer: httpx.Response) -> tuple[int, str, str, str | None]:
    return (
        answer.status_code,
        answer.headers["content-type"],
        answer.json()["code"],
        answer.headers.get("retry-after"),
    )


TO_BE_REPEATED = (503, "application/problem+json", "unavailable", "5")


async def test_while_the_database_is_away_a_callback_is_to_be_repeated(world: World) -> None:
    view, body = await delivered(world)
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    async with serving_gateway(world, database=nowhere) as address:
        answer = await report(world, f"{address}/callbacks/fulu", body)
    await nowhere.close()
    assert problem_of(answer) == TO_BE_REPEATED
    assert await callbacks_of(world, view) == []


async def test_while_temporal_is_away_a_callback_is_stored_and_to_be_repeated(world: World) -> None:
    view, body = await delivered(world)
    await set_state(world, view.deliveries[0].attempts[0].key, "pending")
    away = Away()
    async with serving_gateway(world, client=away) as address:
        unheard = await report(world, f"{address}/callbacks/fulu", body)
    [row] = await callbacks_of(world, view)
    assert (problem_of(unheard), away.asked, row.times) == (TO_BE_REPEATED, 1, 1)
    async with serving_gateway(world) as address:
        heard = await report(world, f"{address}/callbacks/fulu", body)
    [row] = await callbacks_of(world, view)
    assert (heard.status_code, heard.text, row.times) == (200, "success", 2)
    assert told_of_reports(await world.read_number(f"shop/{view.order_no}")) == ["delivered"]


async def test_repeats_at_once_are_one_report(world: World) -> None:
    view, body = await delivered(world)
    async with serving_gateway(world) as address:
        sent = [report(world, f"{address}/callbacks/fulu", body) for _ in range(10)]
        answers = await asyncio.gather(*sent)
    [row] = await callbacks_of(world, view)
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "success")] * 10
    assert row.passed_on_at is not None
    assert told_of_reports(await world.read_number(f"shop/{view.order_no}")) == ["delivered"]


async def test_a_number_of_nul_characters_is_kept_like_any_other(world: World) -> None:
    async with serving_gateway(world) as address:
        body = fulu_notice(world, f"\x00{world.token}", "1", "success")
        answer = await report(world, f"{address}/callbacks/fulu", body)
    async with world.database.transaction() as session:
        found = await session.scalars(select(Callback).where(Callback.key == f"\ufffd{world.token}"))
        [row] = list(found)
    assert (answer.status_code, row.verdict, row.stated) == (409, "unknown_number", "delivered")


async def test_a_body_is_kept_as_it_came_and_sealed(world: World) -> None:
    view, body = await delivered(world)
    async with serving_gateway(world) as address:
        await report(world, f"{address}/callbacks/fulu", body)
    [row] = await callbacks_of(world, view)
    assert world.vault.ring.open(row.sealed, f"callback/{row.id}") == body
    assert row.key.encode() not in row.sealed


async def test_no_log_line_shows_what_a_callback_holds(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    view, body = await delivered(world)
    [attempt] = view.deliveries[0].attempts
    await set_state(world, attempt.key, "pending")
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    misbound = fulu_notice(world, attempt.key, "another", "failed")
    foreign = kayixin_notice(attempt.key, "another", 4)
    async with serving_gateway(world, client=Away()) as address:
        answers = [
            await report(world, f"{address}/callbacks/fulu", body),
            await report(world, f"{address}/callbacks/fulu", misbound),
            await report(world, f"{address}/callbacks/fulu", body.replace(b"success", b"failed")),
            await report(world, f"{address}/callbacks/kayixin", foreign),
            await report(world, f"{address}/callbacks/kayixin", foreign, secret="f" * 32),
        ]
    assert [answer.status_code for answer in answers] == [503, 409, 401, 409, 401]
    lines = [record.getMessage() for record in caplog.records if record.name == "starter.gateway"]
    assert lines == [
        "a callback to fulu has to be repeated: RPCError",
        "refused a callback to fulu: the signature does not verify",
        "refused a callback to kayixin: the signature does not verify",
    ]
    secrets = (attempt.key, attempt.supplier_order or "?", world.simulators["fulu"].secret)
    assert not [secret for secret in secrets if secret in caplog.text]
    assert not [secret for secret in secrets for answer in answers if secret in answer.text]


async def test_a_report_that_comes_while_a_delivery_is_written_is_judged_by_what_was_written(
    world: World,
) -> None:
    """It waits for the order's lock, and then says of a delivered purchase that it failed."""
    view, _ = await delivered(world)
    [attempt] = view.deliveries[0].attempts
    await set_state(world, attempt.key, "pending")
    told = ReceivedCallback("fulu", attempt.key, attempt.supplier_order, "failed", b"a body")

    async def judged() -> Bound | None:
        async with world.database.transaction() as session:
            return await store(session, world.vault, told, await known(session, told), datetime.now(UTC))

    async with world.database.transaction() as session:
        await journal.lock_order(session, view.order_id)
        row = await session.scalar(select(Attempt).where(Attempt.key == attempt.key))
        assert row is not None
        row.state = "delivered"
        await session.flush()
        judging = asyncio.create_task(judged())
        await until_somebody_waits_for_a_lock(world)
    bound = await judging
    assert bound is not None
    assert bound.contradicts


async def set_state(world: World, key: str, state: str) -> None:
    async with world.database.transaction() as session:
        row = await session.scalar(select(Attempt).where(Attempt.key == key))
        assert row is not None
        row.state = state


async def until_somebody_waits_for_a_lock(world: World) -> None:
    """A session of the world's database that waits for another's transaction."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(200):
        async with world.database.transaction() as session:
            if await session.scalar(text(waiting)):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits")


REPLAYS = 300


async def test_an_old_report_that_is_replayed_is_acknowledged_and_no_more(world: World) -> None:
    """Neither a signal (there is nobody to take one), nor a question, nor a row, nor a count."""
    view, _ = await delivered(world)
    [attempt] = view.deliveries[0].attempts
    failed = fulu_notice(world, attempt.key, attempt.supplier_order or "", "failed")
    number = f"shop/{view.order_no}"
    async with serving_gateway(world) as address:
        assert (await report(world, f"{address}/callbacks/fulu", failed)).text == "success"
    asked = await once_closed(world, number)
    [before] = await callbacks_of(world, view)
    await ask_at(world, attempt.key, None)
    async with serving_gateway(world, client=Away()) as address:
        answers = [await report(world, f"{address}/callbacks/fulu", failed) for _ in range(REPLAYS)]
    [after] = await callbacks_of(world, view)
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "success")}
    assert (after.times, after.last_at) == (1, before.last_at)
    now = await world.read_number(number)
    assert (now.events, now.cases) == (asked.events, asked.cases)
    assert await asked_at(world, attempt.key) is None


async def test_what_says_the_same_in_other_bytes_waits_for_one_question(world: World) -> None:
    """Another time in it, and its characters in another order: the vendor's signature takes all of them."""
    view, _ = await delivered(world)
    [attempt] = view.deliveries[0].attempts
    number = f"shop/{view.order_no}"
    told = [
        fulu_notice(world, attempt.key, attempt.supplier_order or "", "failed", charge_finish_time=f"{n}")
        for n in range(5)
    ]
    async with serving_gateway(world) as address:
        assert (await report(world, f"{address}/callbacks/fulu", told[0])).text == "success"
    asked = await once_closed(world, number)
    await ask_at(world, attempt.key, None)
    async with serving_gateway(world, client=Away()) as address:
        answers = [await report(world, f"{address}/callbacks/fulu", body) for body in told[1:]]
    rows = await callbacks_of(world, view)
    assert [answer.text for answer in answers] == ["success"] * 4
    now = await world.read_number(number)
    assert (len(rows), now.cases) == (5, asked.cases)
    assert await asked_at(world, attempt.key) == rows[1].first_at + SOON


async def once_closed(world: World, number: str) -> OrderView:
    """The order once the case that asks about it has closed."""
    for _ in range(200):
        view = await world.read_number(number)
        if view.cases and view.cases[0].closed_at:
            return view
        await asyncio.sleep(0.1)
    raise AssertionError("no case closed")


async def ask_at(world: World, key: str, at: datetime | None) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Attempt).where(Attempt.key == key).values(verify_at=at))


async def asked_at(world: World, key: str) -> datetime | None:
    """When the supplier is asked next whether it stands."""
    async with world.database.transaction() as session:
        return await session.scalar(select(Attempt.verify_at).where(Attempt.key == key))
