"""Starting a run for an order that the book has, to go on from there."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from domain.keys import in_a_command, order_workflow_id
from domain.messages import OrderStart
from domain.notes.runs import ADOPTED, EVERYTHING
from domain.texts import ForPeople
from storage.views.orders import OrderToAdopt
from workflows import priorities
from workflows.order import BundleOrder
from workflows.queues import ORDERS
from workflows.search_attributes import of_order


async def adopt(client: Client, order: OrderToAdopt) -> None:
    """Start a run for an open order, unless one is running.

    The run continues from the book: what was bought is asked about, not bought again.
    """
    number = f"{order.channel}/{order.order_no}"
    await client.start_workflow(
        BundleOrder.run,
        OrderStart(digest=order.digest, order_id=order.order_id, lang=order.lang),
        id=order_workflow_id(order.channel, order.order_no),
        task_queue=ORDERS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=ForPeople(ADOPTED.say(order.lang, order=number)),
        static_details=ForPeople(EVERYTHING.say(order.lang, order=in_a_command(number))),
        search_attributes=of_order(order.channel, order.bundle, order.version),
        priority=priorities.of_order(order.channel),
    )
