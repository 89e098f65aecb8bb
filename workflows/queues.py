"""Names of task queues, shared by those who send work and those who poll for it."""

ORDERS = "orders"


def submit_queue(connection: str) -> str:
    """Where purchases at a supplier connection are made."""
    return f"supplier.{connection}"


def query_queue(connection: str) -> str:
    """Where a supplier connection is asked and revocations are made; never waits behind purchases."""
    return f"supplier.{connection}.query"


def webhook_queue(endpoint: str) -> str:
    """Where events are sent to one endpoint."""
    return f"webhooks.{endpoint}"
