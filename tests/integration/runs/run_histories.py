"""What Temporal keeps of an order: the history of each of its runs, and how large every payload in it is."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHandle, WorkflowHistory

from domain.contract.order import OrderDocument
from tests.support.world import World


async def chain_of(world: World, document: OrderDocument) -> list[WorkflowHistory]:
    """The history of each run of an order, as stored, the first one first."""
    workflow_id = world.run_of(document).id
    run_id = (await world.run_of(document).describe()).raw_info.first_run_id
    chain = []
    while run_id:
        run: WorkflowHandle[Any, Any] = world.client.get_workflow_handle(workflow_id, run_id=run_id)
        chain.append(await run.fetch_history())
        last = chain[-1].events[-1]
        run_id = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return chain


def payload_sizes(message: Message) -> Iterator[tuple[int, str]]:
    """The size in bytes of every payload anywhere in a message, with the name of its field."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        parts = [value] if isinstance(value, Message) else _parts(value)
        for part in parts:
            if isinstance(part, Payload):
                yield part.ByteSize(), field.full_name
            elif isinstance(part, Message):
                yield from payload_sizes(part)


def _parts(value: Any) -> list[Any]:
    """The elements of a repeated field, or the values of a map."""
    return list(value.values()) if hasattr(value, "values") else list(value)
