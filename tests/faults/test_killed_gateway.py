"""A gateway that dies between storing and passing on has acknowledged nothing: the repeat does the rest."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from adapters.fulu import meaning
from domain.contract.order import OrderDocument
from starter.stack.ports import accepts, free_port
from storage.views.orders import OrderView
from tests.support.documents import benefit, offer
from tests.support.gateway import callbacks_of, fulu_notice, report, told_of_reports
from tests.support.places import ROOT
from tests.support.servers.processes import ending
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

pytestmark = pytest.mark.slow

DYING = ["-m", "tests.faults.dying_gateway"]
SOUND = ["-m", "starter.cli", "gateway"]


@asynccontextmanager
async def gateway_process(
    module: list[str], variables: Mapping[str, str], port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A gateway that listens; SIGTERM at the end, if it still runs then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *module,
        "--port",
        str(port),
        cwd=ROOT,
        env=variables,
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with ending(process):
        while not accepts(port):
            assert process.returncode is None
            await asyncio.sleep(0.1)
        yield process


@pytest.mark.timeout(180)
async def test_a_report_whose_gateway_died_before_passing_it_on_has_one_effect(
    own_world: OwnWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the report can end the order: by itself it would be asked after a quarter of an hour."""
    monkeypatch.setattr(meaning, "CHECK_AFTER", timedelta(hours=1))
    name, port = "killed-gateway", free_port(0)
    url = f"http://127.0.0.1:{port}/callbacks/fulu"
    async with (
        own_world(name) as world,
        working(world.workers()),
    ):
        document = await placed(world)
        view = await world.until(document, lambda now: is_sold(world, now))
        [attempt] = view.deliveries[0].attempts
        body = fulu_notice(world, attempt.key, attempt.supplier_order or "", "success")

        async with gateway_process(DYING, {**world.variables, "DIE_AT": "passed_on"}, port) as dying:
            with pytest.raises(httpx.RemoteProtocolError):
                await report(world, url, body)
            assert await dying.wait() == -signal.SIGKILL
        [row] = await callbacks_of(world, view)
        still = await world.read(document)
        assert (row.verdict, row.times, still.state) == ("bound", 1, "in_progress")

        async with gateway_process(SOUND, world.variables, port) as sound:
            answer = await report(world, url, body)
            assert (answer.status_code, answer.text) == (200, "success")
            done = await world.finish(document)
        [row] = await callbacks_of(world, view)

    assert (done.state, row.times, len(world.sales(done))) == ("completed", 2, 1)
    assert told_of_reports(done) == ["delivered"]
    assert sound.returncode == 0


async def placed(world: World) -> OrderDocument:
    """An order of one key that Fulu sells."""
    key = benefit("reported-key", "key", offer("fulu", "10000587"))
    bundle = await world.publish([{"id": "video", "benefit": "reported-key"}], [key])
    document = world.order(bundle)
    await world.place(document)
    return document


def is_sold(world: World, view: OrderView) -> bool:
    """Whether the supplier has delivered, and the book knows its number but not yet that it has."""
    numbers = [attempt.supplier_order for attempt in view.deliveries[0].attempts]
    return bool(numbers and numbers[0]) and world.sales(view)[0].status == "delivered"
