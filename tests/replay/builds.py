"""Two builds of Perkflow beside each other: a commit's code, worker processes, routing between them."""

import asyncio
import io
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import RoutingConfigUpdateState
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client, WorkflowHandle

from tests.support.places import ROOT
from tests.support.servers.processes import ending
from worker import DEPLOYMENT


def code_of(commit: str, folder: Path) -> Path:
    """The files of a commit, in this folder. Skips the test in a checkout whose history does not reach it."""
    try:
        subprocess.run(["git", "cat-file", "-e", f"{commit}^{{tree}}"], cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"the git history here does not reach {commit}, whose code is the previous build")
    archive = ["git", "archive", "--format=zip", commit]
    files = subprocess.run(archive, cwd=ROOT, check=True, capture_output=True).stdout
    zipfile.ZipFile(io.BytesIO(files)).extractall(folder)
    return folder


@asynccontextmanager
async def polling(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> AsyncIterator[str]:
    """A worker process of the code in a folder, from when it polls; its id, as Temporal names it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=folder,
        env={**variables, "PYTHONPATH": str(folder)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with ending(process):
        assert (await process.stdout.readline()).startswith(b"Polling")
        yield str(process.pid)


async def route_to(build: str, temporal: Path, client: Client, variables: Mapping[str, str]) -> None:
    """What the README says to run, until Temporal knows the build, agrees, and has told every queue."""
    command = (temporal, "worker", "deployment", "set-current-version", "--yes")
    version = ("--deployment-name", DEPLOYMENT, "--build-id", build)
    while True:
        process = await asyncio.create_subprocess_exec(
            *command,
            *version,
            env=variables,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        print(said.decode())
        if process.returncode == 0 and await _every_queue_knows(client):
            return
        await asyncio.sleep(0.2)


async def _every_queue_knows(client: Client) -> bool:
    wanted = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    told = await client.workflow_service.describe_worker_deployment(wanted)
    state = told.worker_deployment_info.routing_config_update_state
    return state == RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_COMPLETED


async def processes_of(run: WorkflowHandle[Any, Any]) -> tuple[list[str], list[str]]:
    """The ids of the processes that completed a run's workflow tasks, and that began its activities."""
    tasks, calls = [], []
    for event in (await run.fetch_history()).events:
        if event.HasField("workflow_task_completed_event_attributes"):
            tasks.append(event.workflow_task_completed_event_attributes.identity.partition("@")[0])
        elif event.HasField("activity_task_started_event_attributes"):
            calls.append(event.activity_task_started_event_attributes.identity.partition("@")[0])
    return tasks, calls
