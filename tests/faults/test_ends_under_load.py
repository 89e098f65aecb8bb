"""Commands that talk to Temporal end as documented, every one of many, on a machine that is busy with them.

Temporal's SDK once aborted two processes of fifteen after their work was done.
"""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.documents import benefit, offer
from tests.support.places import ROOT
from tests.support.servers.processes import ending
from tests.support.world import World

pytestmark = pytest.mark.slow

AT_ONCE, TIMES = 3, 17


@pytest.mark.timeout(900)
async def test_every_one_of_many_commands_under_load_ends_as_documented(world: World, tmp_path: Path) -> None:
    bundle = await world.publish(
        [{"id": "key", "benefit": "process-key"}], [benefit("process-key", "key", offer("kayixin", "1001"))]
    )
    order = await world.fulfil(world.order(bundle))
    number = f"shop/{order.order_no}"
    noted = ["order", "event", number, "confirmed", "--event-id", "one"]
    refused = ["order", "retry", number, "key#9", "--reason", "x"]
    told = f"confirmed of {number} was known already, and nothing changed; its event id is one.\n"
    variables = {**world.variables, "PERKFLOW_HOME": str(tmp_path)}
    await run(noted, variables)
    revision: Counter[tuple[int, str, str]] = Counter()

    async def loop() -> None:
        for turn in range(TIMES):
            revision[await run(refused if turn % 3 else noted, variables)] += 1

    await asyncio.gather(*(loop() for _ in range(AT_ONCE)))
    assert revision == {
        (0, told, ""): 18,
        (1, "", "key has no release 9; there are: key#1 (delivered)\n"): 33,
    }


async def run(args: list[str], variables: dict[str, str]) -> tuple[int, str, str]:
    """Exit code and output of a process of `perkflow`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "starter.cli", *args),
        cwd=ROOT,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with ending(process):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
