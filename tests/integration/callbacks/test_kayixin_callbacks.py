"""Kayixin's own callbacks, sent to each order's `notifyUrl` and repeated on its documented ladder."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from adapters.kayixin import meaning
from adapters.kayixin.config import KayixinConfig
from simulator.faults.plan import FaultPlan, Timing
from simulator.kayixin.account import ACCOUNT
from simulator.serving.server import running_simulators
from storage.views.orders import OrderView
from tests.support.documents import benefit, offer
from tests.support.gateway import arrived, body_of, callbacks_of, report, serving_gateway, told_of_reports
from tests.support.servers.worlds import world_of_its_own
from tests.support.world import World, working

KEY = benefit("kayixin-key", "key", offer("kayixin", "1002"))
AT_ONCE = benefit("kayixin-key-at-once", "key", offer("kayixin", "1001"))
OVERTAKEN = benefit("kayixin-key-unanswered", "key", offer("kayixin", "2007"))
REPEATS = 7
"""As the vendor documents: 15 s, 15 s, 30 s, 3 min, 10 min, 20 min, 30 min; here 10000 times as fast."""


@dataclass
class Flaky:
    """The world's Temporal client, whose first signals find no server."""

    client: Client
    failures: int = 0

    def get_workflow_handle(self, run: str) -> Any:
        if self.failures == 0:
            return self.client.get_workflow_handle(run)
        self.failures -= 1
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    async def signal(self, signal: Any, *, args: Any, rpc_timeout: Any) -> None:
        raise RPCError("tcp connect error", RPCStatusCode.UNAVAILABLE, b"")


@pytest.fixture(scope="module")
async def flaky_world(temporal_binary: Path, postgres_url: str) -> AsyncIterator[tuple[World, Flaky]]:
    """A world in which Kayixin is told where to report to with every order."""
    account = replace(ACCOUNT, ladder_scale=1e-4)
    with running_simulators({"kayixin": account}) as simulators:
        simulators["kayixin"].products["1002"].delay = 1.0  # long after its number was written down
        async with world_of_its_own(temporal_binary, postgres_url, simulators, "kayixin-callbacks") as world:
            flaky = Flaky(world.client)
            async with serving_gateway(world, client=flaky) as address:
                reporting = world.connections["kayixin"].model_copy(
                    update={"callback_url": f"{address}/callbacks/kayixin"}
                )
                world = replace(world, connections={**world.connections, "kayixin": reporting})
                async with working(world.workers()):
                    yield world, flaky


@asynccontextmanager
async def faults(world: World, **rates: float) -> AsyncIterator[None]:
    """These faults at Kayixin while the block runs."""
    world.simulators["kayixin"].use_faults(FaultPlan(7, rates, Timing(late_callback=0.5, reversal=0.5)))
    try:
        yield
    finally:
        world.simulators["kayixin"].use_faults(FaultPlan(0, {}))


async def fulfil(world: World, of: dict[str, Any]) -> OrderView:
    bundle = await world.publish([{"id": "key", "benefit": of["id"]}], [of])
    return await world.fulfil(world.order(bundle))


async def read(world: World, view: OrderView) -> OrderView:
    return await world.read_number(f"shop/{view.order_no}")


Given = tuple[World, Flaky]


async def test_every_order_says_where_to_report_and_the_report_brings_the_question_forward(
    flaky_world: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself it would be asked after a quarter of an hour, the longest wait there is."""
    monkeypatch.setattr(meaning, "CHECK_AFTER", timedelta(hours=1))
    world, _ = flaky_world
    view = await fulfil(world, KEY)
    [row] = await arrived(world, view, 1)
    assert (view.state, row.verdict, row.stated, row.times) == ("completed", "bound", "delivered", 1)


async def test_a_report_is_repeated_as_documented_until_it_could_be_passed_on(flaky_world: Given) -> None:
    world, flaky = flaky_world
    flaky.failures = REPEATS
    view = await fulfil(world, KEY)
    [row] = await arrived(world, view, 1 + REPEATS)
    assert (row.times, flaky.failures, row.verdict) == (1 + REPEATS, 0, "bound")
    done = await read(world, view)
    assert (done.state, len(world.sales(done)), told_of_reports(done)) == ("completed", 1, ["delivered"])


async def test_a_report_that_is_signed_anew_is_still_the_same_report(flaky_world: Given) -> None:
    world, _ = flaky_world
    async with faults(world, duplicate_callback=1.0):
        view = await fulfil(world, KEY)
        [first] = await arrived(world, view, 1)
    connection = world.connections["kayixin"]
    assert isinstance(connection, KayixinConfig)
    answer = await report(world, connection.callback_url, body_of(world, first))
    assert (answer.status_code, answer.text) == (200, "ok")
    [row] = await callbacks_of(world, view)
    assert (row.times, told_of_reports(await read(world, view))) == (1, ["delivered"])


async def test_a_report_of_progress_that_comes_after_the_end_changes_nothing(flaky_world: Given) -> None:
    world, _ = flaky_world
    async with faults(world, reordered_callback=1.0):
        view = await fulfil(world, KEY)
        rows = await arrived(world, view, 2)
    assert [(row.stated, row.verdict) for row in rows] == [("delivered", "bound"), ("pending", "bound")]
    now = await read(world, view)
    assert (now.state, len(world.sales(now)), now.cases) == ("completed", 1, [])


async def test_a_report_that_overtakes_the_answer_is_a_hint_about_a_number_not_known_yet(
    flaky_world: Given,
) -> None:
    world, _ = flaky_world
    view = await fulfil(world, OVERTAKEN)
    [row] = await arrived(world, view, 1)
    assert (row.stated, row.verdict, row.times) == ("delivered", "unconfirmed", 1)
    assert (view.state, len(world.sales(view)), told_of_reports(view)) == ("completed", 1, ["delivered"])


async def test_a_lost_report_costs_nothing_but_time(flaky_world: Given) -> None:
    world, _ = flaky_world
    async with faults(world, lost_callback=1.0):
        view = await fulfil(world, KEY)
    assert (view.state, await callbacks_of(world, view)) == ("completed", [])


async def test_dujiao_next_295_a_signed_report_about_another_order_changes_nothing(
    flaky_world: Given,
) -> None:
    world, _ = flaky_world
    async with faults(world, misbound_callback=1.0):
        view = await fulfil(world, KEY)
        rows = await arrived(world, view, 2)
    verdicts = [(row.stated, row.verdict) for row in rows]
    assert verdicts == [("failed", "other_supplier_order"), ("delivered", "bound")]
    now = await read(world, view)
    assert (now.state, len(world.sales(now)), now.cases) == ("completed", 1, [])
    assert told_of_reports(now) == ["delivered"]


async def test_a_success_that_is_taken_back_is_found_by_its_report(flaky_world: Given) -> None:
    """Nothing else asks about it for a day."""
    world, _ = flaky_world
    async with faults(world, success_later_reversed=1.0):
        view = await fulfil(world, AT_ONCE)
        rows = await arrived(world, view, 2)
    assert [row.stated for row in rows] == ["delivered", "reversed"]
    number = f"shop/{view.order_no}"
    held = await until(world, number, "held")
    assert [(case.kind, case.closed_at) for case in held.cases] == [("reversal", None)]
    assert held.deliveries[0].hold_reason == "needs_attention"


async def until(world: World, number: str, state: str) -> OrderView:
    """The order in that state."""
    for _ in range(100):
        view = await world.read_number(number)
        if view.state == state:
            return view
        await asyncio.sleep(0.1)
    raise AssertionError(view.state)
