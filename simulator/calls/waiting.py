"""Waits that end early: when the server goes down, the client leaves, or the faults are over."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request

from simulator.shop.shop import Shop

_STEP_SECONDS = 0.05


async def pause(shop: Shop, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Wait for a fault's sake. Polls, since a plan may be stopped from any thread."""
    plan, loop = shop.faults.plan, asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0 and not (shop.closing.is_set() or until()):
        if plan.stopped or shop.faults.plan is not plan:
            return
        await asyncio.sleep(min(left, _STEP_SECONDS))


async def hang(shop: Shop, request: Request) -> None:
    """Leave the client without an answer until it gives up."""
    client_leaves = asyncio.ensure_future(request.receive())
    await pause(shop, shop.faults.plan.timing.hang, until=client_leaves.done)
    client_leaves.cancel()
