"""Under which keys of the ring Temporal's payloads lie, run by run, as their metadata say.

A history is read to its end: a run goes on under new keys while what it began with lies under an old one.
What Temporal keeps beside histories (the last result of a schedule, a call under way) is of today, and no run
needs it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.heartbeat import alive
from activities.runs.tell import tell
from workflows.run.verbs import DeliveryVerbs
from workflows.sweep import Sweep
from workflows.verification import Verification

KEY_ID = "encryption-key-id"
AT_ONCE = 16
"""Histories that are read at the same time."""
GO_ON = {
    "BundleOrder": DeliveryVerbs.read_the_book,
    "Case": DeliveryVerbs.read_the_book,
    "Sweep": Sweep.begin_anew,
    "Verification": Verification.begin_anew,
}
"""What each kind of run is told to go on as a new one, which has nothing of the old one's history."""


@dataclass(frozen=True)
class RunKeys:
    """A run, and the ids of the keys that its history needs."""

    workflow_id: str
    run_id: str
    kind: str
    keys: frozenset[str]
    closed_at: datetime | None


async def keys_of_runs(client: Client) -> AsyncIterator[RunKeys]:
    """Every run that Temporal has, open or closed. Raises RPCError."""
    page: list[WorkflowExecution] = []
    async for run in client.list_workflows():
        page.append(run)
        if len(page) == AT_ONCE:
            for each in await _keys(client, page):
                yield each
            page = []
    for each in await _keys(client, page):
        yield each


async def retention(client: Client) -> timedelta:
    """How long Temporal keeps a closed run."""
    asked = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(asked)
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def tell_to_go_on(client: Client, run: RunKeys) -> bool:
    """Tell an open run to go on as a new one; False for one that is over or of no kind of ours."""
    signal = GO_ON.get(run.kind)
    return signal is not None and await tell(client, run.workflow_id, signal)


async def _keys(client: Client, runs: list[WorkflowExecution]) -> list[RunKeys]:
    alive()
    found = await asyncio.gather(*(_keys_of(client, run) for run in runs))
    return [each for each in found if each is not None]


async def _keys_of(client: Client, run: WorkflowExecution) -> RunKeys | None:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    keys: set[str] = set()
    try:
        async for event in handle.fetch_history_events():
            keys |= {payload.metadata[KEY_ID].decode() for payload in payloads(event)}
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:  # it was removed meanwhile
            return None
        raise
    is_open = run.status is WorkflowExecutionStatus.RUNNING
    closed_at = None if is_open else run.close_time
    return RunKeys(run.id, run.run_id, run.workflow_type, frozenset(keys), closed_at)


def payloads(message: Message) -> Iterator[Payload]:
    """The sealed payloads in a message of Temporal's, however deep."""
    if isinstance(message, Payload):
        if KEY_ID in message.metadata:
            yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            values = value.values() if field.message_type.fields_by_name["value"].message_type else ()
        else:
            values = value if field.is_repeated else (value,)
        for each in values:
            yield from payloads(each)
