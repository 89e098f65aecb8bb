"""Opening cases: the book first, then a run for each."""

from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy

from domain.fulfilment.cases import CASES, CaseKind
from domain.keys import case_workflow_id, in_a_command
from domain.notes.runs import CASE, EVERYTHING
from domain.texts import ForPeople
from storage.aftercare.cases import CaseRefused, CaseToRun, open_case
from storage.base.database import Database
from storage.base.requests import OrderErased
from workflows import priorities
from workflows.case import Case
from workflows.queues import ORDERS
from workflows.search_attributes import CHANNEL


async def open_and_start(
    client: Client,
    database: Database,
    order_id: str,
    delivery_id: str,
    kind: CaseKind,
    *,
    actor: str,
    reason: str,
    request_id: str = "",
) -> CaseToRun:
    """Open a case and start its run. Repeating it is harmless. Raises CaseRefused, LookupError."""
    async with database.transaction() as session:
        case = await open_case(
            session,
            order_id,
            delivery_id,
            kind,
            actor=actor,
            reason=reason,
            now=datetime.now(UTC),
            request_id=request_id,
        )
    if not case.closed:
        await start_case(client, case)
    return case


async def open_reversal(client: Client, database: Database, order_id: str, delivery_id: str) -> None:
    """Find out by a case whether a supplier took a delivery back; one that is not delivered needs none.

    Nor does one of an order whose buyer was erased.
    """
    try:
        await open_and_start(
            client,
            database,
            order_id,
            delivery_id,
            CaseKind.REVERSAL,
            actor="perkflow",
            reason="",
        )
    except (CaseRefused, OrderErased):
        return


async def start_case(client: Client, case: CaseToRun) -> None:
    """Start a run for an open case, unless one is running."""
    number = f"{case.channel}/{case.order_no}"
    await client.start_workflow(
        Case.run,
        case.ref,
        id=case_workflow_id(case.channel, case.order_no, case.number),
        task_queue=ORDERS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=ForPeople(CASE.say(case.lang, kind=case.kind, order=number)),
        static_details=ForPeople(EVERYTHING.say(case.lang, order=in_a_command(number))),
        search_attributes=TypedSearchAttributes([SearchAttributePair(CHANNEL, case.channel)]),
        priority=priorities.of_case(case.channel, asked_for=CASES[case.kind].asked_for),
    )
