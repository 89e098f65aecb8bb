"""How the workflow calls its activities: queues, time limits and retries, in one place.

Limits are of time, not of attempts. Business outcomes come back as results; an exception means that our own
side, or nobody on the supplier's queue, could not do the work in time.
"""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from domain.fulfilment.steps import Step
from domain.messages import (
    Acceptance,
    Acted,
    Cancelling,
    CaseBrief,
    CaseRef,
    CaseResult,
    DeliveryBrief,
    DeliveryRef,
    Gated,
    GateRef,
    HoldRequest,
    OrderActed,
    OrderRef,
    OrderResult,
    Page,
    PageRef,
    PlaceOrder,
    Revocation,
    Watched,
)
from domain.texts import ForPeople
from domain.verbs.acts import HumanAct
from workflows.queues import query_queue, submit_queue
from workflows.signatures import ORDER_LOST, SUPPLIER_UNREACHABLE, OrderActivities, SupplierActivities

BOOK: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=[ORDER_LOST],
    ),
}
SUPPLIER: dict[str, Any] = {
    "schedule_to_start_timeout": timedelta(minutes=5),
    "start_to_close_timeout": timedelta(minutes=2),
    "schedule_to_close_timeout": timedelta(hours=1),
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=[ORDER_LOST],
    ),
}


async def accept(request: PlaceOrder) -> Acceptance:
    """Accept the order in the book, or find it there."""
    return await workflow.execute_local_activity_method(
        OrderActivities.accept, request, summary=ForPeople("accept"), **BOOK
    )


async def recall(ref: OrderRef) -> Acceptance:
    """An accepted order as the book stands now."""
    return await workflow.execute_local_activity_method(
        OrderActivities.recall, ref, summary=ForPeople("recall"), **BOOK
    )


async def page(ref: PageRef) -> Page:
    """More deliveries of an order that has many."""
    return await workflow.execute_local_activity_method(
        OrderActivities.page, ref, summary=ForPeople("recall more"), **BOOK
    )


async def look_at_gate(ref: GateRef) -> Gated:
    """Decide a component's gate in the book, if that can be done by now."""
    return await workflow.execute_local_activity_method(
        OrderActivities.look_at_gate, ref, summary=ForPeople(f"may {ref.component} be released"), **BOOK
    )


async def hold(request: HoldRequest) -> Step:
    """Hold a delivery in the book."""
    return await workflow.execute_local_activity_method(
        OrderActivities.hold, request, summary=ForPeople(f"hold: {request.reason}"), **BOOK
    )


async def remember(ref: DeliveryRef) -> Step:
    """Give the book back what it has lost of a delivery."""
    return await workflow.execute_local_activity_method(
        OrderActivities.remember, ref, summary=ForPeople("remember"), **BOOK
    )


async def resume(ref: DeliveryRef) -> Step:
    """Let a held delivery go on."""
    return await workflow.execute_local_activity_method(
        OrderActivities.resume, ref, summary=ForPeople("resume"), **BOOK
    )


async def give_up(ref: DeliveryRef) -> Step:
    """Close a delivery that will not be delivered."""
    return await workflow.execute_local_activity_method(
        OrderActivities.give_up, ref, summary=ForPeople("give up"), **BOOK
    )


async def act(request: HumanAct) -> Acted:
    """Apply a person's act in the book."""
    return await workflow.execute_local_activity_method(
        OrderActivities.act, request, summary=ForPeople(f"{request.act} by {request.actor}"), **BOOK
    )


async def cancel(request: HumanAct) -> Cancelling:
    """Cancel what is left of an order in the book."""
    return await workflow.execute_local_activity_method(
        OrderActivities.cancel, request, summary=ForPeople(f"cancel by {request.actor}"), **BOOK
    )


async def act_on_order(request: HumanAct) -> OrderActed:
    """Apply a person's act on a whole order in the book."""
    return await workflow.execute_local_activity_method(
        OrderActivities.act_on_order, request, summary=ForPeople(f"{request.act} by {request.actor}"), **BOOK
    )


async def begin_case(ref: CaseRef) -> CaseBrief:
    """A case as the book stands now."""
    return await workflow.execute_local_activity_method(
        OrderActivities.begin_case, ref, summary=ForPeople("begin"), **BOOK
    )


async def reopen(ref: CaseRef) -> Step:
    """Let what a case took back be bought again."""
    return await workflow.execute_local_activity_method(
        OrderActivities.reopen, ref, summary=ForPeople("reissue"), **BOOK
    )


async def close_case(ref: CaseRef) -> CaseResult:
    """Close a case in the book."""
    return await workflow.execute_local_activity_method(
        OrderActivities.close_case, ref, summary=ForPeople("close"), **BOOK
    )


async def settle(ref: OrderRef) -> OrderResult:
    """Close the order in the book."""
    return await workflow.execute_local_activity_method(
        OrderActivities.settle, ref, summary=ForPeople("settle"), **BOOK
    )


async def submit(brief: DeliveryBrief, ref: DeliveryRef) -> Step:
    """Buy from one of the delivery's offers."""
    connection = brief.connections[ref.offer]
    return await workflow.execute_activity_method(
        SupplierActivities.submit,
        ref,
        task_queue=submit_queue(connection),
        summary=ForPeople(f"{brief.component} #{brief.release}: buy from {connection}"),
        **SUPPLIER,
    )


async def check(brief: DeliveryBrief, ref: DeliveryRef) -> Step:
    """Ask the supplier about the delivery's open attempt."""
    connection = brief.connections[ref.offer]
    return await workflow.execute_activity_method(
        SupplierActivities.check,
        ref,
        task_queue=query_queue(connection),
        summary=ForPeople(f"{brief.component} #{brief.release}: ask {connection}"),
        **SUPPLIER,
    )


async def revoke(brief: DeliveryBrief, ref: DeliveryRef) -> Revocation:
    """Take a delivery back at its supplier."""
    connection = brief.connections[ref.offer]
    return await workflow.execute_activity_method(
        SupplierActivities.revoke,
        ref,
        task_queue=query_queue(connection),
        summary=ForPeople(f"{brief.component} #{brief.release}: take back from {connection}"),
        **{**SUPPLIER, "schedule_to_start_timeout": None, "schedule_to_close_timeout": None},
    )


async def recheck(brief: DeliveryBrief, ref: DeliveryRef) -> Step:
    """Ask the supplier whether a delivery still stands."""
    connection = brief.connections[ref.offer]
    return await workflow.execute_activity_method(
        SupplierActivities.recheck,
        ref,
        task_queue=query_queue(connection),
        summary=ForPeople(f"{brief.component} #{brief.release}: ask {connection} whether it stands"),
        **{**SUPPLIER, "schedule_to_start_timeout": None, "schedule_to_close_timeout": None},
    )


async def watch(due: Watched) -> Watched:
    """Ask a supplier about deliveries that are due for it."""
    return await workflow.execute_activity_method(
        SupplierActivities.watch,
        due,
        task_queue=query_queue(due.connection),
        summary=ForPeople(f"ask {due.connection} whether {len(due.deliveries)} deliveries stand"),
        schedule_to_start_timeout=timedelta(minutes=1),
        start_to_close_timeout=timedelta(minutes=10),
        heartbeat_timeout=timedelta(seconds=30),
        retry_policy=RetryPolicy(maximum_attempts=1),
    )


def is_lost(error: ActivityError) -> bool:
    """Whether the book has not got the order, since it was put back to a copy."""
    return isinstance(error.cause, ApplicationError) and error.cause.type == ORDER_LOST


def why_not_done(error: ActivityError) -> str:
    """Why an activity ended without a result, for people. Only texts known to be harmless are shown."""
    cause = error.cause
    if isinstance(cause, TimeoutError):
        return "nobody did the work in time; is a worker polling its queues?"
    if isinstance(cause, ApplicationError) and cause.type == SUPPLIER_UNREACHABLE:
        return cause.message
    return f"an error in Perkflow ({getattr(cause, 'type', None) or type(cause).__name__})"
