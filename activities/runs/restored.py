"""Notifying every run that the book was restored from an older copy.

Runs that are open tell the book what it has lost. Orders whose run had ended meanwhile get a new one, which
buys nothing: what can be asked is asked, and the rest waits for a person.
"""

import logging
from datetime import datetime

from pydantic import ValidationError
from temporalio.client import Client, WorkflowExecution
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy

from activities.heartbeat import alive
from activities.runs.tell import tell
from domain.fulfilment.states import OrderState
from domain.messages import OrderResult, OrderStart
from domain.notes.runs import AFTER_RESTORE
from domain.texts import ForPeople
from storage.base.sealing import SealingError
from workflows import priorities
from workflows.order import BundleOrder
from workflows.queues import ORDERS
from workflows.search_attributes import BUNDLE, CHANNEL

OPEN = "WorkflowType IN ('BundleOrder', 'Case') AND ExecutionStatus = 'Running'"
ENDED = "WorkflowType = 'BundleOrder' AND ExecutionStatus = 'Completed' AND CloseTime >= '{}'"

log = logging.getLogger(__name__)


async def tell_runs(client: Client, since: datetime) -> int:
    """Tell open runs, and start again those that ended after `since`. Returns how many.

    One whose history does not open is named in the log, and the others have their turn.
    """
    notified = 0
    async for run in client.list_workflows(OPEN):
        alive()
        notified += await tell(client, run.id, BundleOrder.book_restored)
    async for run in client.list_workflows(ENDED.format(since.isoformat())):
        alive()
        try:
            notified += await _start_again(client, run)
        except (SealingError, ValidationError) as error:
            log.error("%s is not started again, since its history does not open: %s", run.id, error)
    return notified


async def _start_again(client: Client, run: WorkflowExecution) -> bool:
    """Give an order that was fulfilled after the copy a run that finds out. False for a rejected one."""
    handle = client.get_workflow_handle(run.id, run_id=run.run_id, result_type=OrderResult)
    if (await handle.result()).state is OrderState.REJECTED:
        return False
    first = await anext(handle.fetch_history_events(page_size=1))
    payloads = first.workflow_execution_started_event_attributes.input.payloads
    [start] = await client.data_converter.decode(payloads, [OrderStart])
    await client.start_workflow(
        BundleOrder.run,
        start.model_copy(update={"restored": True}),
        id=run.id,
        task_queue=ORDERS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=ForPeople(AFTER_RESTORE.say(start.lang, order=run.id)),
        search_attributes=_found_by(run),
        priority=priorities.of_order(run.typed_search_attributes.get(CHANNEL, "")),
    )
    return True


def _found_by(run: WorkflowExecution) -> TypedSearchAttributes:
    """What the run that ended was found by from its start."""
    pairs = run.typed_search_attributes.search_attributes
    return TypedSearchAttributes([pair for pair in pairs if pair.key in (CHANNEL, BUNDLE)])
