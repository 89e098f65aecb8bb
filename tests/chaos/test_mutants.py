"""Every defect is caught by the line of its own invariant, in a small fault run of its own."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.chaos.audit.everything import AUDITS
from tests.chaos.defects.mutants import MUTANTS

pytestmark = pytest.mark.slow

AT_ONCE = 3
Caught = dict[str, "asyncio.Task[dict[int, list[str]]]"]


@pytest.fixture(scope="module")
async def caught(request: pytest.FixtureRequest) -> AsyncIterator[Caught]:
    """A run for each defect that is asked for, some at a time: the violations of each line."""
    ours = [item for item in request.session.items if item.path == request.path]
    names = [item.callspec.params["name"] for item in ours if hasattr(item, "callspec")]
    gate = asyncio.Semaphore(AT_ONCE)
    running = {name: asyncio.create_task(_run(name, gate)) for name in names}
    yield running
    for task in running.values():
        task.cancel()
    await asyncio.gather(*running.values(), return_exceptions=True)


async def _run(name: str, gate: asyncio.Semaphore) -> dict[int, list[str]]:
    async with gate:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.run", "--mutant", name, "--json"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            said, progress = await process.communicate()
        finally:
            if process.returncode is None:
                process.terminate()
        assert process.returncode == 1 and said, progress.decode()
        verdict: dict[str, Any] = json.loads(said)
        return {line["invariant"]: line["violations"] for line in verdict["lines"] if line["violations"]}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", MUTANTS)
async def test_a_defect_is_caught_by_the_line_of_its_own_invariant(name: str, caught: Caught) -> None:
    mutant = MUTANTS[name]
    violations = await caught[name]
    assert mutant.invariant in violations, f"{mutant.what}: {violations}"


def test_each_line_has_a_defect_that_it_catches() -> None:
    assert {mutant.invariant for mutant in MUTANTS.values()} == set(range(1, len(AUDITS) + 1))
