"""The receiver of suppliers' callbacks: verified, stored, passed on, and only then acknowledged.

    POST /callbacks/{connection}    200 and the supplier's own word, or problem details (RFC 9457)
    GET  /healthz                   200 while the process serves
    GET  /readyz                    200 while what nobody waits for is looked after: sweep and verification

Nothing that a callback holds is ever logged.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from temporalio.client import Client
from temporalio.service import RPCError

from activities.runs.callbacks import pass_on
from adapters.supplier import CallbackRefused, Supplier
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.base.unavailable import DatabaseUnavailable
from storage.purchasing.callbacks import ReceivedCallback, is_passed_on, store
from storage.upkeep.rounds import Round, last_rounds

LARGEST_BODY = 1024 * 1024
"""Bytes. The largest documented callback (cards of a whole order, encrypted) is far below it."""
AT_ONCE = 100
"""Callbacks that are worked on at a time; more would only wait for the database."""
WORK_SECONDS = 15
"""Longer than that nobody waits for a database or a Temporal that is away: the supplier repeats it."""
RETRY_AFTER_SECONDS = 5

log = logging.getLogger("starter.gateway")


def build_gateway(
    client: Client, database: Database, vault: Vault, suppliers: Mapping[str, Supplier]
) -> Starlette:
    """The application; whoever builds it closes what it is given."""

    at_work = asyncio.Semaphore(AT_ONCE)

    async def callback(request: Request) -> Response:
        name = request.path_params["connection"]
        supplier = suppliers.get(name)
        if supplier is None:
            return problem(404, "unknown_connection", "No such connection", "check the address you report to")
        body = await _limited(request)
        if body is None:
            return problem(413, "too_large", "The report is too large", f"at most {LARGEST_BODY} bytes")
        try:
            report = supplier.read_callback(dict(request.headers), body)
        except CallbackRefused as refused:
            log.warning("refused a callback to %s: %s", name, refused)
            return problem(401, "report_refused", "The report was refused", str(refused))
        if at_work.locked():
            log.warning("a callback to %s has to be repeated: %d are worked on", name, AT_ONCE)
            return problem(503, "busy", "Repeat it in a moment", "too many came at once")
        callback = ReceivedCallback(name, report.key, report.supplier_order, report.stated, body)
        try:
            async with at_work, asyncio.timeout(WORK_SECONDS):
                is_ours = await work_on(callback)
        except (DatabaseUnavailable, RPCError, TimeoutError) as error:
            log.warning("a callback to %s has to be repeated: %s", name, type(error).__name__)
            return problem(503, "unavailable", "Repeat it in a moment", "it could not be worked on now")
        if not is_ours:
            detail = "it was kept, but it is about none of our orders at this connection"
            return problem(409, "not_bound", "The report is not about an order of ours", detail)
        return PlainTextResponse(supplier.acknowledgement.decode())

    async def work_on(callback: ReceivedCallback) -> bool:
        """Whether it is about an order of ours, whose run was then notified."""
        async with database.transaction() as session:
            if await is_passed_on(session, callback):
                return True
            bound = await store(session, vault, callback, datetime.now(UTC))
        if bound is not None:
            await pass_on(client, database, bound)
        return bound is not None

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "serving"})

    async def ready(request: Request) -> Response:
        try:
            async with database.snapshot() as session:
                made = await last_rounds(session, datetime.now(UTC))
        except DatabaseUnavailable:
            return problem(503, "unavailable", "Not ready", "the database cannot be reached")
        when = {each.name: each.finished_at and each.finished_at.isoformat() for each in made}
        late = [each for each in made if each.late]
        if late:
            return problem(503, "late", "Not ready", "; ".join(map(_late, late)))
        return JSONResponse({"status": "ready", **when})

    return Starlette(
        routes=[
            Route("/callbacks/{connection}", callback, methods=["POST"]),
            Route("/healthz", health, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
        ]
    )


def _late(made: Round) -> str:
    since = f"since {made.finished_at:%Y-%m-%d %H:%M} UTC" if made.finished_at else "yet"
    return f"no {made.name.removesuffix('-finished')} was made {since}: is a worker running?"


def problem(status: int, code: str, title: str, detail: str) -> JSONResponse:
    """Problem details as RFC 9457 has them, with a stable `code`."""
    body = {"type": f"urn:perkflow:{code}", "code": code, "title": title, "status": status, "detail": detail}
    headers = {
        503: {"Retry-After": str(RETRY_AFTER_SECONDS)},
        413: {"Connection": "close"},  # the rest of it is not read
    }
    return JSONResponse(body, status, headers.get(status), media_type="application/problem+json")


async def _limited(request: Request) -> bytes | None:
    """The body, or None for one that is longer than it may be or never came whole.

    One that says how long it is, and is too long, is not read at all.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and (len(said) > 9 or int(said) > LARGEST_BODY):
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
