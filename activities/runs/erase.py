"""Histories of erased buyers: Temporal deletes them, every run of an order and of its cases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.heartbeat import alive
from storage.base.database import Database
from storage.erasing.histories import Histories, finished, histories_of

LOOK_AGAIN = timedelta(seconds=0.2)
WITHIN = timedelta(minutes=1)
"""Temporal deletes by itself once it was told to: a run that closed in the last half minute after that."""


async def erase_histories(
    client: Client, database: Database, order_id: str, within: timedelta = WITHIN
) -> bool:
    """Delete what Temporal has about an order whose buyer was erased from the book.

    False when some of it is still there after `within`: doing it again goes on. Raises RPCError.
    """
    async with database.snapshot() as session:
        histories = await histories_of(session, order_id)
    if histories is None:
        return False
    ends = asyncio.get_running_loop().time() + within.total_seconds()
    told: set[str] = set()
    while runs := [each async for each in _runs(client, histories)]:
        for workflow_id, run_id in runs:
            if run_id not in told:
                await _delete(client, workflow_id, run_id)
                told.add(run_id)
        alive()
        if asyncio.get_running_loop().time() > ends:
            return False
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
    async with database.transaction() as session:
        await finished(session, order_id, datetime.now(UTC))
    return True


async def _delete(client: Client, workflow_id: str, run_id: str) -> None:
    execution = WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
    try:
        await client.workflow_service.delete_workflow_execution(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def _runs(client: Client, histories: Histories) -> AsyncIterator[tuple[str, str]]:
    """Every run that Temporal still has: the id of its workflow, and its own."""
    for workflow_id in histories.workflow_ids:
        async for run_id in _runs_of(client, workflow_id, histories):
            yield workflow_id, run_id


async def _runs_of(client: Client, workflow_id: str, histories: Histories) -> AsyncIterator[str]:
    """The runs under an id: the newest and those that it goes on from, and all that Temporal lists."""
    listed = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")]
    if histories.number_is_free:
        listed = [run for run in listed if run.status is not WorkflowExecutionStatus.RUNNING]
        listed = [run for run in listed if run.start_time < histories.erased_at]
    for run in listed:
        yield run.run_id
    if not histories.number_is_free:
        async for run_id in _chain(client, workflow_id):
            yield run_id


async def _chain(client: Client, workflow_id: str) -> AsyncIterator[str]:
    run_id: str | None = None
    while run_id != "":
        try:
            handle = client.get_workflow_handle(workflow_id, run_id=run_id)
            yield (await handle.describe()).run_id
            first = await anext(handle.fetch_history_events(page_size=1))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return
            raise
        run_id = first.workflow_execution_started_event_attributes.continued_execution_run_id
