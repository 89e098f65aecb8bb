"""The operator's door of a simulated supplier: products, the ledger, faults, callbacks."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.callbacks.courier import Courier
from simulator.faults.plan import plan_from_json
from simulator.shop.products import change
from simulator.shop.shop import Shop

Handler = Callable[[Request], Awaitable[Response]]


class Admin:
    """Handlers under `/_admin`. Works also while the supplier is down."""

    def __init__(self, shop: Shop, courier: Courier) -> None:
        self._shop = shop
        self._courier = courier

    def routes(self) -> list[Route]:
        handlers: list[tuple[str, str, Handler]] = [
            ("/_admin/products", "GET", self._list_products),
            ("/_admin/products/{code}", "PUT", self._change_product),
            ("/_admin/ledger", "GET", self._show_ledger),
            ("/_admin/faults", "GET", self._show_faults),
            ("/_admin/faults", "PUT", self._set_faults),
            ("/_admin/faults", "DELETE", self._stop_faults),
            ("/_admin/down", "PUT", self._go_down),
            ("/_admin/callbacks", "GET", self._show_callbacks),
            ("/_admin/callbacks", "PUT", self._set_callbacks),
        ]
        return [Route(path, _refusing(handler), methods=[method]) for path, method, handler in handlers]

    async def _list_products(self, request: Request) -> Response:
        return JSONResponse([product.to_json() for product in self._shop.products.values()])

    async def _change_product(self, request: Request) -> Response:
        product = self._shop.products.get(request.path_params["code"])
        if product is None:
            return JSONResponse({"error": "no such product"}, status_code=404)
        change(product, await request.json())
        return JSONResponse(product.to_json())

    async def _show_ledger(self, request: Request) -> Response:
        shop = self._shop
        account = {"balance_minor": shop.balance_minor, "refused_signatures": shop.refused_signatures}
        return JSONResponse({**shop.ledger.to_json(), **account})

    async def _show_faults(self, request: Request) -> Response:
        faults = self._shop.faults
        return JSONResponse(
            {
                **faults.plan.to_json(),
                "down": faults.is_down,
                "injected": [asdict(fault) for fault in faults.log.all()],
                "without_sale": [asdict(fault) for fault in faults.log.without_sale()],
            }
        )

    async def _set_faults(self, request: Request) -> Response:
        self._shop.faults.use(plan_from_json(await request.json()))
        return await self._show_faults(request)

    async def _stop_faults(self, request: Request) -> Response:
        self._shop.faults.stop()
        return await self._show_faults(request)

    async def _go_down(self, request: Request) -> Response:
        sent = _object_of(await request.json(), {"seconds"})
        self._shop.faults.down_for(_seconds(sent.get("seconds")))
        return JSONResponse({"down": self._shop.faults.is_down})

    async def _show_callbacks(self, request: Request) -> Response:
        shop, courier = self._shop, self._courier
        return JSONResponse(
            {
                "url": shop.callback_url,
                "ladder_scale": shop.ladder_scale,
                "waiting": courier.waiting,
                "acknowledged": courier.acknowledged,
                "given_up": courier.given_up,
            }
        )

    async def _set_callbacks(self, request: Request) -> Response:
        sent = _object_of(await request.json(), {"url", "ladder_scale"})
        url = sent.get("url", self._shop.callback_url)
        scale = sent.get("ladder_scale", self._shop.ladder_scale)
        if not isinstance(url, str):
            raise ValueError("url: not a text")
        self._shop.ladder_scale = _seconds(scale)
        self._shop.callback_url = url
        return await self._show_callbacks(request)


def _refusing(handler: Handler) -> Handler:
    """What cannot be done is answered with 400 and why, and has changed nothing."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return handle


def _object_of(value: object, names: set[str]) -> dict[str, object]:
    if not isinstance(value, dict) or not set(value) <= names:
        raise ValueError(f"not an object of {sorted(names)}")
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e6:
        raise ValueError("not a number from 0")
    return float(value)
