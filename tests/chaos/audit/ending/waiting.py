"""Invariant 13: nobody waits for ever, whatever Temporal says of his run and whatever was sent to it."""

from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import WorkflowExecutionStatus

from domain.fulfilment.states import CLOSED
from tests.chaos.audit.scene import Finding, Scene

GRACE = timedelta(seconds=60)
FAILING = 3
"""A workflow task that was tried so often in vain goes on failing."""


async def nobody_for_ever(scene: Scene) -> Finding:
    """13. No instant is long past, no order has nothing left to do, no run fails by what was sent to it."""
    wrong, now = [], scene.now
    for row in scene.deliveries.values():
        if row.state in CLOSED or row.next_action_at is None or row.next_action_at >= now - GRACE:
            continue
        if row.state != "held" and any(each.state == "held" for each in scene.deliveries_of(row.order_id)):
            continue  # it waits for that, which has a deadline
        late = (now - row.next_action_at).total_seconds()
        wrong.append(f"{scene.name(row.id)} is {row.state}, {late:.0f} s after its next moment")
    for order in scene.orders.values():
        mine = scene.deliveries_of(order.id)
        if order.closed_at is None and order.state != "rejected" and all(r.state in CLOSED for r in mine):
            wrong.append(f"{order.channel}/{order.order_no} has nothing open, and is not settled")
    for order in scene.orders.values():
        if order.closed_at is None and order.paused_until is not None and order.paused_until < now - GRACE:
            wrong.append(f"{order.channel}/{order.order_no} is paused past the end of its pause")
    running = [run for run in scene.runs if run.status is WorkflowExecutionStatus.RUNNING]
    ours = [run for run in running if run.id.startswith(("order/", "case/"))]
    for run in ours:
        described = await scene.ground.client.get_workflow_handle(run.id).describe()
        if described.raw_description.pending_workflow_task.attempt > FAILING:
            wrong.append(f"the workflow task of {run.id} keeps failing")
    for workflow_id, run_id in sorted(set(scene.witness.sent_rubbish)):
        if await _failed(scene, workflow_id, run_id):
            wrong.append(f"{workflow_id} failed a workflow task by what somebody sent")
    return Finding({"sent by outsiders": len(scene.witness.sent_rubbish), "runs open": len(ours)}, wrong)


async def _failed(scene: Scene, workflow_id: str, run_id: str) -> bool:
    """Whether our own code failed a workflow task of this run."""
    handle: Any = scene.ground.client.get_workflow_handle(workflow_id, run_id=run_id)
    by_our_code = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE
    async for event in handle.fetch_history_events():
        failed = event.HasField("workflow_task_failed_event_attributes")
        if failed and event.workflow_task_failed_event_attributes.cause == by_our_code:
            return True
    return False
