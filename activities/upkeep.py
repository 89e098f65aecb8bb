"""Upkeep of the two runs that mind everything else: sweep and verification."""

from datetime import datetime

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from activities.runs.status import Look, look
from domain.messages import Swept
from domain.texts import ForPeople
from storage.base.database import Database
from storage.restore import restored
from storage.upkeep import rounds
from workflows.priorities import OF_UPKEEP
from workflows.queues import ORDERS
from workflows.sweep import SWEEP_ID, Sweep
from workflows.verification import VERIFICATION_ID, Verification


async def keep_running(client: Client, database: Database, last: Swept, now: datetime) -> Swept:
    """Start sweep and verification where they are not running, anew where they do not go on.

    What is returned remembers the last sweep, beside the sweep's own run: that a book was restored
    shows even to a sweep that had to be started again.
    """
    async with database.snapshot() as session:
        known = await restored.last_sweep(session)
        late = {each.name for each in await rounds.last_rounds(session, now) if each.late}
    at = max((each for each in (known, last.at) if each is not None), default=None)
    started = []
    if _is_over(await look(client, SWEEP_ID), late=rounds.SWEEP in late):
        await client.start_workflow(
            Sweep.run,
            Swept(orders=[], at=at),
            id=SWEEP_ID,
            task_queue=ORDERS,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            static_summary=ForPeople("give orders that do not go on a new run, every minute"),
            priority=OF_UPKEEP,
        )
        started.append(SWEEP_ID)
    if _is_over(await look(client, VERIFICATION_ID), late=rounds.VERIFICATION in late):
        await client.start_workflow(
            Verification.run,
            id=VERIFICATION_ID,
            task_queue=ORDERS,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            static_summary=ForPeople("ask whether what was delivered still stands, every minute"),
            priority=OF_UPKEEP,
        )
        started.append(VERIFICATION_ID)
    return Swept(orders=started, at=at)


def _is_over(run: Look, *, late: bool) -> bool:
    return not run.running or run.failing or (late and not run.busy)
