"""One supplier as an ASGI application: its protocol, a sweeper for what is due, an operator's door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from simulator.fulu.api import FuluApi
from simulator.fulu.callback import FuluNotices
from simulator.kayixin.api import KayixinApi
from simulator.kayixin.callback import KayixinNotices
from simulator.reporting.callbacks import Courier
from simulator.serving.admin import Admin
from simulator.shop.counter import Shop, Supplier
from simulator.shop.ledger import Ledger
from simulator.shop.purchase import SupplierConfig

SWEEP_SECONDS = 0.05


def build_app(supplier: Supplier, config: SupplierConfig, ledger: Ledger) -> Starlette:
    """The supplier's server; the ledger stays the caller's, to read and to close."""
    return shop_app(Shop(supplier, config, ledger))


def shop_app(shop: Shop) -> Starlette:
    """The server of a shop that the caller keeps hold of."""
    is_kayixin = shop.supplier == "kayixin"
    protocol = KayixinApi(shop) if is_kayixin else FuluApi(shop)
    courier = Courier(shop, KayixinNotices(shop) if is_kayixin else FuluNotices(shop))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(_sweep(shop, courier))
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await courier.aclose()

    return Starlette(
        routes=[*protocol.routes(), *Admin(shop, courier).routes()],
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
