"""The sweep and the watch are one long run each: it comes back when ended, and is replaced when stuck."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, ScheduleHandle, ScheduleOverlapPolicy, WorkflowHandle

from activities.runs import status as runs
from activities.runs.adopt import Sweeper
from activities.runs.status import look
from activities.upkeep import keep_running
from domain.messages import Swept
from starter.codec import data_converter
from starter.schedule import keep_up
from storage.base.sealing import KeyRing, SealingError, Vault
from storage.restore import restored
from storage.tables import Mark
from storage.upkeep import rounds
from tests.support.gateway import serving_gateway
from tests.support.world import World
from workflows.queues import ORDERS
from workflows.sweep import SWEEP_ID, Sweep
from workflows.upkeep import UPKEEP_EVERY, UPKEEP_SCHEDULE, Upkeep
from workflows.verification import VERIFICATION_ID

NOTHING = Swept(orders=[])


@pytest.fixture(autouse=True)
async def ended(world: World) -> AsyncIterator[None]:
    """No sweep and no watch of one test runs on into the next, nor does a round of it."""
    yield
    for workflow_id in (SWEEP_ID, VERIFICATION_ID):
        if (await look(world.client, workflow_id)).running:
            await first_round(world, workflow_id)
            await world.client.get_workflow_handle(workflow_id).terminate("the test is over")


def now() -> datetime:
    return datetime.now(UTC)


async def kept(world: World, last: Swept = NOTHING, at: datetime | None = None) -> Swept:
    """One upkeep, at this time."""
    return await keep_running(world.client, world.database, last, at or now())


async def first_round(world: World, workflow_id: str) -> str:
    """The run under this id, once it has made a round and waits for the next."""
    run: WorkflowHandle[Any, Any] = world.client.get_workflow_handle(workflow_id)
    async for event in run.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            break
    return (await look(world.client, workflow_id)).run_id


async def finished(world: World) -> dict[str, bool]:
    """Whether each round is late, by the book."""
    async with world.database.snapshot() as session:
        return {each.name: each.late for each in await rounds.last_rounds(session, now())}


async def forget(world: World) -> None:
    """No round was ever made, as far as the book knows."""
    async with world.database.transaction() as session:
        await session.execute(delete(Mark))


async def test_one_run_each_sweeps_and_watches_and_comes_back_when_it_was_terminated(world: World) -> None:
    await forget(world)
    assert (await kept(world)).orders == [SWEEP_ID, VERIFICATION_ID]
    first = {each: await first_round(world, each) for each in (SWEEP_ID, VERIFICATION_ID)}
    assert await finished(world) == {rounds.SWEEP: False, rounds.VERIFICATION: False}
    assert (await kept(world)).orders == []
    assert {each: (await look(world.client, each)).run_id for each in first} == first
    await world.client.get_workflow_handle(SWEEP_ID).terminate("by mistake")
    assert (await kept(world)).orders == [SWEEP_ID]
    assert await first_round(world, SWEEP_ID) != first[SWEEP_ID]


async def test_a_run_started_from_something_under_a_key_that_nobody_has_is_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "TASK_TRIES", 2)
    config = world.client.config()
    ring = KeyRing.parse(f"lost:{base64.b64encode(b'o' * 32).decode()}")
    config["data_converter"] = data_converter(Vault(ring, world.vault.fingerprints))
    run = await Client(**config).start_workflow("Sweep", NOTHING, id=SWEEP_ID, task_queue=ORDERS)
    async for event in run.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            break
    assert SWEEP_ID in (await kept(world)).orders
    assert await first_round(world, SWEEP_ID) != run.result_run_id


async def test_an_upkeep_that_cannot_be_read_stops_no_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(kind: type) -> Swept:
        raise SealingError("no key")

    async def keep_running(activity: object, last: Swept, **more: object) -> Swept:
        return last

    monkeypatch.setattr(workflow, "get_last_completion_result", unreadable)
    monkeypatch.setattr(workflow, "execute_activity_method", keep_running)
    monkeypatch.setattr(workflow, "logger", logging.getLogger(__name__))
    assert await Upkeep().run() == NOTHING


async def test_a_run_that_makes_no_rounds_is_noticed_as_late_and_replaced(world: World) -> None:
    await kept(world)
    first = await first_round(world, SWEEP_ID)
    assert (await kept(world, at=now() + timedelta(minutes=9))).orders == []
    assert (await kept(world, at=now() + timedelta(minutes=11))).orders == [SWEEP_ID]
    assert await first_round(world, SWEEP_ID) != first


async def test_a_sweep_that_was_brought_back_still_notices_a_book_that_was_put_back(world: World) -> None:
    await kept(world)
    await first_round(world, SWEEP_ID)
    remembered = await kept(world)
    async with world.database.transaction() as session:
        assert remembered.at == await restored.last_sweep(session)
        await session.execute(delete(Mark).where(Mark.name == restored.SWEEP))
        assert await restored.forgotten_since(session, remembered.at) == restored.LONG_AGO
        await session.rollback()
    await forget(world)
    assert (await kept(world, remembered)).at == remembered.at


async def test_an_earlier_sweep_that_ends_later_looks_like_no_older_copy_of_the_book(world: World) -> None:
    later = now() + timedelta(days=1)
    async with world.database.transaction() as session:
        await restored.remember_sweep(session, later)
        await restored.remember_sweep(session, later - timedelta(minutes=1))
        assert await restored.forgotten_since(session, later) is None
        await session.rollback()


async def both_done(handle: ScheduleHandle) -> None:
    """Return once a schedule that was asked twice has ended its upkeeps; it skips one that overlaps."""
    while True:
        info = (await handle.describe()).info
        if info.num_actions + info.num_actions_skipped_overlap == 2 and not info.running_actions:
            return
        await asyncio.sleep(0.05)


async def test_a_schedule_keeps_them_up_every_ten_minutes_and_once_when_a_worker_starts(world: World) -> None:
    for _ in range(2):
        await keep_up(world.client)
    handle = world.client.get_schedule_handle(UPKEEP_SCHEDULE)
    try:
        schedule = (await handle.describe()).schedule
        assert [each.every for each in schedule.spec.intervals] == [UPKEEP_EVERY] == [timedelta(minutes=10)]
        assert schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
        await both_done(handle)
        for each in (SWEEP_ID, VERIFICATION_ID):
            await first_round(world, each)
    finally:
        await handle.delete()


async def test_the_gateway_is_ready_only_while_the_rounds_are_made(world: World) -> None:
    await forget(world)
    async with serving_gateway(world) as url, httpx.AsyncClient(trust_env=False) as http:
        never = await http.get(f"{url}/readyz")
        assert never.status_code == 503
        assert never.json()["detail"] == (
            "no sweep was made yet: is a worker running?; no verification was made yet: is a worker running?"
        )
        sweeper = Sweeper(world.client, world.database, now, [])
        await sweeper.one_round(NOTHING)
        await sweeper.due_for_verification()
        ready = await http.get(f"{url}/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        async with world.database.transaction() as session:
            await rounds.finished(session, rounds.SWEEP, long_ago)
        late = await http.get(f"{url}/readyz")
        assert late.json()["detail"] == "no sweep was made since 2026-01-01 00:00 UTC: is a worker running?"


async def test_two_sweeps_at_once_are_harmless(world: World) -> None:
    run = await world.client.start_workflow(Sweep.run, NOTHING, id=SWEEP_ID, task_queue=ORDERS)
    sweeper = Sweeper(world.client, world.database, now, [])
    swept = await sweeper.one_round(NOTHING)
    await first_round(world, SWEEP_ID)
    assert (swept.notified, swept.replaced, run.id) == (0, [], SWEEP_ID)
