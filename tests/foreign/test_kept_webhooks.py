"""Every webhook of a fault run and of a demonstration is accepted by three independent verifiers."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from settings import Settings
from starter.stack.stack import running_stack
from tests.chaos.people.listener import unsent
from tests.foreign.verifying import VERIFIERS
from tests.integration.webhooks.receiving import OK, Receiver, receiving
from tests.support.places import ROOT
from tests.support.servers.processes import ending
from tests.support.servers.stacks import ANY_PORTS, beside, tell

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(1800)]
Verifier = Callable[[Path, Path], list[bool]]


async def printed(*command: str, **variables: str) -> str:
    """What a program of ours prints; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with ending(process):
        out, err = await process.communicate()
    assert process.returncode == 0, f"{out.decode()}\n{err.decode()}"
    return out.decode()


@pytest.fixture(scope="module")
async def of_a_fault_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of every webhook of a small fault run, in which no invariant was broken."""
    home = tmp_path_factory.mktemp("kept")
    await printed("tests.chaos.run", "--orders", "40", "--seed", "7", "--keep", str(home), "--json")
    return home / "webhooks.jsonl"


@pytest.fixture(scope="module")
async def of_a_demo(tmp_path_factory: pytest.TempPathFactory, temporal_binary: Path) -> Path:
    """A file of every webhook of a demonstration, sent to an endpoint of operations."""
    home = tmp_path_factory.mktemp("demo")
    file, came = home / "webhooks.jsonl", list[str]()

    async def keep(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        line = {"secret": receiver.secret, "headers": headers, "body": body.decode(), "at": int(time.time())}
        came.append(json.dumps(line))
        return OK

    settings = Settings(home=home, temporal_binary=temporal_binary, **ANY_PORTS)
    async with running_stack(settings, progress=tell) as stack, receiving(keep) as shop:
        with pytest.MonkeyPatch.context() as patched:
            async with beside(stack, patched) as there:
                shop.secret = (await there.checkout.webhooks.add(None, shop.url)).secret
                await printed("starter.cli", "demo", "--json")
                for _ in range(600):
                    if not await unsent(there.database):
                        break
                    await asyncio.sleep(0.2)
                listed = await there.checkout.webhooks.all(None)
    assert [(each.open, each.failed) for each in listed] == [(0, 0)]
    file.write_text("".join(f"{line}\n" for line in came))
    return file


@pytest.mark.parametrize("verify", VERIFIERS)
async def test_those_of_a_fault_run(of_a_fault_run: Path, tmp_path: Path, verify: Verifier) -> None:
    accepted = await asyncio.to_thread(verify, tmp_path, of_a_fault_run)
    assert len(accepted) == len(of_a_fault_run.read_text().splitlines()) > 50
    assert set(accepted) == {True}


@pytest.mark.parametrize("verify", VERIFIERS)
async def test_those_of_a_demonstration(of_a_demo: Path, tmp_path: Path, verify: Verifier) -> None:
    accepted = await asyncio.to_thread(verify, tmp_path, of_a_demo)
    events = [json.loads(json.loads(line)["body"]) for line in of_a_demo.read_text().splitlines()]
    assert {"order.accepted", "delivery.delivered", "order.closed"} <= {each["type"] for each in events}
    assert accepted == [True] * len(events)
