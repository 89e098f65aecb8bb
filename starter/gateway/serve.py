"""Serving the gateway until it is told to stop."""

import uvicorn
from starlette.applications import Starlette

GRACE_SECONDS = 10


async def serve(app: Starlette, host: str, port: int) -> None:
    """Serve on an address until SIGINT or SIGTERM, which let requests under way finish."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    await uvicorn.Server(config).serve()
