"""Passing a stored callback on: the run of its delivery asks the supplier at once.

A callback decides nothing. Losing one costs nothing but time, since every open attempt is asked about anyway.
"""

from datetime import UTC, datetime

from temporalio.client import Client

from activities.runs.cases import open_reversal
from activities.runs.tell import tell
from domain.keys import case_workflow_id, order_workflow_id
from domain.messages import CallbackNotice
from storage.aftercare.cases import open_case_about
from storage.base.database import Database
from storage.purchasing.callbacks import Bound, passed_on
from workflows.run.verbs import DeliveryVerbs


async def pass_on(client: Client, database: Database, bound: Bound) -> None:
    """Notify the run of this delivery; open a case when the callback says that it does not stand.

    What says the same once more in other bytes is left to the next question, which comes soon by itself.
    Raises RPCError when Temporal is away: the supplier is then to repeat its callback.
    """
    if bound.news:
        await _tell(client, database, bound)
    async with database.transaction() as session:
        await passed_on(session, bound, datetime.now(UTC))


async def _tell(client: Client, database: Database, bound: Bound) -> None:
    if bound.contradicts:
        await open_reversal(client, database, bound.order_id, bound.delivery_id)
        return
    async with database.transaction() as session:
        case = await open_case_about(session, bound.delivery_id)
    run = order_workflow_id(bound.channel, bound.order_no)
    if case is not None:
        run = case_workflow_id(bound.channel, bound.order_no, case.number)
    await tell(client, run, DeliveryVerbs.callback_received, CallbackNotice(delivery_id=bound.delivery_id))
