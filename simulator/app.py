"""One supplier as an ASGI application: its protocol, a sweeper for due orders, an operator's door."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.fulu.api import FuluApi
from simulator.kayixin.api import KayixinApi
from simulator.ledger import Ledger
from simulator.products import change
from simulator.purchase import SupplierConfig
from simulator.shop import Shop, Supplier

SWEEP_SECONDS = 0.05


def build_app(supplier: Supplier, config: SupplierConfig, ledger: Ledger) -> Starlette:
    """The supplier's server; the ledger stays the caller's, to read and to close."""
    return shop_app(Shop(supplier, config, ledger))


def shop_app(shop: Shop) -> Starlette:
    """The server of a shop that the caller keeps hold of."""
    protocol = KayixinApi(shop) if shop.supplier == "kayixin" else FuluApi(shop)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(_sweep(shop))
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper

    return Starlette(routes=[*protocol.routes(), *_admin_routes(shop)], lifespan=lifespan)


async def _sweep(shop: Shop) -> None:
    """Orders come due whether anyone asks or not."""
    while True:
        shop.settle_due()
        await asyncio.sleep(SWEEP_SECONDS)


def _admin_routes(shop: Shop) -> list[Route]:
    async def list_products(request: Request) -> Response:
        return JSONResponse([product.to_json() for product in shop.products.values()])

    async def change_product(request: Request) -> Response:
        product = shop.products.get(request.path_params["code"])
        if product is None:
            return JSONResponse({"error": "no such product"}, status_code=404)
        try:
            change(product, await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(product.to_json())

    async def show_ledger(request: Request) -> Response:
        account = {"balance_minor": shop.balance_minor, "refused_signatures": shop.refused_signatures}
        return JSONResponse({**shop.ledger.to_json(), **account})

    handlers: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("/_admin/products", "GET", list_products),
        ("/_admin/products/{code}", "PUT", change_product),
        ("/_admin/ledger", "GET", show_ledger),
    ]
    return [Route(path, handler, methods=[method]) for path, method, handler in handlers]
