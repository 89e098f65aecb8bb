"""Requests as they are served: how many, how long, how they ended. No label tells whose they are."""

import time
from collections.abc import Collection, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
CALLBACKS = "/callbacks/"
OUTCOMES: Mapping[int, str] = {
    200: "taken",
    401: "refused",
    404: "unknown_connection",
    409: "not_bound",
    413: "too_large",
    503: "to_be_repeated",
}
"""What became of a callback, by the status that its supplier was answered."""
NOT_ANSWERED = 499
"""The status of a request whose answer never began."""


class Measured:
    """An application whose requests are counted."""

    def __init__(
        self,
        app: ASGIApp,
        registry: CollectorRegistry,
        routes: Mapping[Any, str],
        connections: Collection[str],
    ) -> None:
        """`routes`: the address of each endpoint, as a template."""
        self._app = app
        self._routes = routes
        self._connections = frozenset(connections)
        labels = ("method", "route")
        self._requests = Counter(
            "perkflow_http_requests", "Requests that were answered.", (*labels, "status"), registry=registry
        )
        self._seconds = Histogram(
            "perkflow_http_request_seconds", "How long they took.", labels, registry=registry
        )
        self._in_flight = Gauge(
            "perkflow_http_requests_in_flight", "Requests that are being answered.", registry=registry
        )
        self._limited = Counter(
            "perkflow_rate_limited", "Requests that came too often for their key.", registry=registry
        )
        self._callbacks = Counter(
            "perkflow_callbacks",
            "Callbacks of suppliers, by what became of them.",
            ("connection", "outcome"),
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        method, path = scope["method"], scope["path"]
        status, began = NOT_ANSWERED, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._in_flight.inc()
        try:
            await self._app(scope, receive, sending)
        finally:
            self._in_flight.dec()
            method = method if method in METHODS else "other"
            route = self._routes.get(scope.get("endpoint"), UNMATCHED)
            self._requests.labels(method, route, str(status)).inc()
            self._seconds.labels(method, route).observe(time.perf_counter() - began)
            if status == 429:
                self._limited.inc()
            if path.startswith(CALLBACKS):
                self._callback(path.removeprefix(CALLBACKS), status)

    def _callback(self, connection: str, status: int) -> None:
        known = connection if connection in self._connections else "unknown"
        self._callbacks.labels(known, OUTCOMES.get(status, "failed")).inc()
