"""Where an order's run is found in Temporal's UI."""

from urllib.parse import quote

from domain.keys import order_workflow_id
from storage.views.order_lines import OrderLine


def workflow_id(order: OrderLine) -> str:
    """The id under which an order's run is found."""
    return order_workflow_id(order.channel, order.order_no)


def run_address(ui: str | None, workflow: str) -> str | None:
    """The page of a run in the UI of this machine's stack, if it runs."""
    return f"{ui}/namespaces/default/workflows/{quote(workflow, safe='')}" if ui else None
