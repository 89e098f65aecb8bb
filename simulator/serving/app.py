"""One supplier as an ASGI application: its protocol, a sweeper for what is due, an operator's door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from simulator.callbacks.courier import Courier
from simulator.protocol import Simulator
from simulator.serving.admin import Admin
from simulator.shop.shop import Shop

SWEEP_SECONDS = 0.05


def build_app(simulator: Simulator, shop: Shop) -> Starlette:
    """The supplier's server; the shop and its ledger stay the caller's, to read and to close."""
    courier = Courier(shop, simulator.notices(shop))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(_sweep(shop, courier))
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await courier.aclose()

    return Starlette(
        routes=[*simulator.api(shop).routes(), *Admin(shop, courier).routes()],
        lifespan=lifespan,
        exception_handlers={ClientDisconnect: _nobody_listens},
    )


async def _nobody_listens(request: Request, error: Exception) -> Response:
    """The client left before its request was here whole; the answer goes nowhere."""
    return Response(status_code=400)


async def _sweep(shop: Shop, courier: Courier) -> None:
    """Orders come due whether anyone asks or not, and their owners are told."""
    while True:
        shop.settle_due()
        courier.dispatch()
        await asyncio.sleep(SWEEP_SECONDS)
