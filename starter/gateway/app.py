"""All that the gateway serves: suppliers' callbacks, its own health, and the HTTP API of channels.

Callbacks pass nothing of what the API has: they come by the thousand, and what they need is next door.
"""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.supplier import Supplier
from starter.gateway.api import routes_of
from starter.gateway.buyer.routes import buyers_app
from starter.gateway.callbacks import callback_route
from starter.gateway.guard import Guarded
from starter.gateway.health import health_routes
from starter.gateway.metrics.requests import Measured
from starter.gateway.problems.answers import Refused, answer
from starter.gateway.service import Service

_NEXT_DOOR = ("/callbacks/", "/healthz", "/readyz")
_BUYERS = "/r/"


class Gateway:
    """The application."""

    def __init__(self, next_door: ASGIApp, buyers: ASGIApp, api: ASGIApp) -> None:
        self._next_door = next_door
        self._buyers = buyers
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["path"].startswith(_NEXT_DOOR):
            await self._next_door(scope, receive, send)
        elif scope["path"].startswith(_BUYERS):
            await self._buyers(scope, receive, send)
        else:
            await self._api(scope, receive, send)


def build_gateway(
    service: Service, suppliers: Mapping[str, Supplier], registry: CollectorRegistry | None = None
) -> ASGIApp:
    """The application; whoever builds it closes what it is given. `registry`: where requests are counted."""
    runs = service.desk.runs
    buyers, api = buyers_app(service.desk), routes_of(service)
    next_door = Starlette(
        routes=[
            callback_route(runs.temporal, service.database, runs.vault, suppliers),
            *health_routes(service.database),
        ],
        exception_handlers={HTTPException: _no_route},
    )
    next_door.router.redirect_slashes = False
    gateway = Gateway(next_door, Guarded(buyers), Guarded(api))
    if registry is None:
        return gateway
    routes = [each for app in (next_door, buyers, api) for each in app.routes if isinstance(each, Route)]
    return Measured(gateway, registry, {each.endpoint: each.path for each in routes}, suppliers)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        headers = dict(error.headers or {})
        return answer(Refused("method_not_allowed", f"use {headers.get('Allow', '')}", headers=headers))
    return answer(Refused("not_found", "nothing is at this address"))
