"""Starting a run for an order that the book has, to go on from there."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from domain.keys import order_workflow_id
from domain.messages import OrderStart
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
    await client.start_workflow(
        BundleOrder.run,
        OrderStart(digest=order.digest, order_id=order.order_id),
        id=order_workflow_id(order.channel, order.order_no),
        task_queue=ORDERS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=ForPeople(f"{order.channel}/{order.order_no}, adopted from the book"),
        static_details=ForPeople(
            f"Everything about it: `perkflow order show {order.channel}/{order.order_no}`"
        ),
        search_attributes=of_order(order.channel, order.bundle, order.version),
        priority=priorities.of_order(order.channel),
    )
