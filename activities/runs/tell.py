"""Telling runs something by a signal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode


async def tell(
    client: Client,
    workflow_id: str,
    signal: Callable[..., Any],
    *args: object,
    within: timedelta | None = None,
) -> bool:
    """Signal a run; False when there is none that is open. Raises RPCError when Temporal is away.

    `within`: how long Temporal may take, besides the client's own limit.
    """
    try:
        await client.get_workflow_handle(workflow_id).signal(signal, args=args, rpc_timeout=within)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True
