"""`GET /metrics`, on a port of its own.

The gateway's port is open to the world, and metrics are for operators: how much is sold, what is stuck, which
suppliers there are. A port that is not published needs no key that somebody has to hand to Prometheus and
replace, and none of it can be reached through a proxy's mistake with a path.
"""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from starter.gateway.metrics.book import BookMetrics


def metrics_app(registry: CollectorRegistry, book: BookMetrics) -> Starlette:
    """The application that Prometheus scrapes."""
    registry.register(book)

    async def metrics(request: Request) -> Response:
        await book.refresh()
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", metrics, methods=["GET"])])
