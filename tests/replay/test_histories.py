"""Orders that started under an earlier version go on under this one: their histories replay on its code."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import NondeterminismError

from starter.codec import data_converter
from tests.replay.record import HISTORIES, KEYS
from tests.support.servers.deployment import vault_of
from worker import PURE, WORKFLOWS

EVERY_PART = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PURE))
"""The sandbox also loads what runs are made of, and so notices what those parts must not do."""
RECORDED = sorted(HISTORIES.glob("*.json"))


async def replay(text: str) -> None:
    """Replay one history; raises NondeterminismError where today's code would have done something else."""
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=EVERY_PART,
        data_converter=data_converter(vault_of(KEYS)),
    )
    await replayer.replay_workflow(WorkflowHistory.from_json("order/replayed", text))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path: Path) -> None:
    await replay(path.read_text())


async def test_a_history_that_went_otherwise_does_not() -> None:
    text = next(path for path in RECORDED if path.stem.endswith("delivered")).read_text()
    with pytest.raises(NondeterminismError):
        await replay(text.replace('"submit"', '"purchase"'))
