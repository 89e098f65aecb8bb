"""The receiver of suppliers' callbacks: verified, stored, passed on, and only then acknowledged.

    POST /callbacks/{connection}    200 and the supplier's own word, or problem details (RFC 9457)
    GET  /healthz                   200 while the process serves

Nothing that a callback holds is ever logged.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from temporalio.client import Client
from temporalio.service import RPCError

from activities.reports import pass_on
from adapters.protocol import ReportRefused, Supplier
from storage.callbacks import Arrived, is_passed_on, store
from storage.database import Database
from storage.sealing import Vault
from storage.unavailable import DatabaseUnavailable

LARGEST_BODY = 1024 * 1024
"""Bytes. The largest documented callback (cards of a whole order, encrypted) is far below it."""
RETRY_AFTER_SECONDS = 5

log = logging.getLogger("starter.gateway")


def build_gateway(
    client: Client, database: Database, vault: Vault, suppliers: Mapping[str, Supplier]
) -> Starlette:
    """The application; whoever builds it closes what it is given."""

    async def callback(request: Request) -> Response:
        name = request.path_params["connection"]
        supplier = suppliers.get(name)
        if supplier is None:
            return problem(404, "unknown_connection", "No such connection", "check the address you report to")
        body = await _limited(request)
        if body is None:
            return problem(413, "too_large", "The report is too large", f"at most {LARGEST_BODY} bytes")
        try:
            report = supplier.read_report(dict(request.headers), body)
        except ReportRefused as refused:
            log.warning("refused a callback to %s: %s", name, refused)
            return problem(401, "report_refused", "The report was refused", str(refused))
        arrived = Arrived(name, report.key, report.supplier_order, report.claim, body)
        try:
            async with database.transaction() as session:
                done_before = await is_passed_on(session, arrived)
                bound = None if done_before else await store(session, vault, arrived, datetime.now(UTC))
            if done_before:
                return PlainTextResponse(supplier.acknowledgement.decode())
            if bound is None:
                detail = "it was kept, but it is about none of our orders at this connection"
                return problem(409, "not_bound", "The report is not about an order of ours", detail)
            await pass_on(client, database, bound)
        except (DatabaseUnavailable, RPCError) as error:
            log.warning("a callback to %s has to be repeated: %s", name, type(error).__name__)
            return problem(503, "unavailable", "Repeat it in a moment", "it could not be worked on now")
        return PlainTextResponse(supplier.acknowledgement.decode())

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "serving"})

    return Starlette(
        routes=[
            Route("/callbacks/{connection}", callback, methods=["POST"]),
            Route("/healthz", health, methods=["GET"]),
        ]
    )


def problem(status: int, code: str, title: str, detail: str) -> JSONResponse:
    """Problem details as RFC 9457 has them, with a stable `code`."""
    body = {"type": f"urn:perkflow:{code}", "code": code, "title": title, "status": status, "detail": detail}
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else None
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def _limited(request: Request) -> bytes | None:
    """The body, or None for one that is longer than it may be or never came whole."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
