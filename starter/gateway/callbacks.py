"""The receiver of suppliers' callbacks: verified, stored, passed on, and only then acknowledged.

Nothing that a callback holds is ever logged.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from temporalio.client import Client
from temporalio.service import RPCError

from activities.runs.callbacks import pass_on
from adapters.supplier import CallbackRefused, Supplier
from starter.gateway.problems.answers import problem
from storage.base.database import Database
from storage.base.requests import OrderErased
from storage.base.sealing import Vault
from storage.base.unavailable import DatabaseUnavailable
from storage.purchasing.callbacks import ReceivedCallback, known, store

LARGEST_BODY = 1024 * 1024
"""Bytes. The largest documented callback (cards of a whole order, encrypted) is far below it."""
AT_ONCE = 100
"""Callbacks that are worked on at a time; more would only wait for the database."""
WORK_SECONDS = 15
"""Longer than that nobody waits for a database or a Temporal that is away: the supplier repeats it."""

log = logging.getLogger("starter.gateway")


def callback_route(
    client: Client, database: Database, vault: Vault, suppliers: Mapping[str, Supplier]
) -> Route:
    """`POST /callbacks/{connection}`: 200 and the supplier's own word, or problem details (RFC 9457)."""

    at_work = asyncio.Semaphore(AT_ONCE)

    async def callback(request: Request) -> Response:
        name = request.path_params["connection"]
        supplier = suppliers.get(name)
        if supplier is None:
            return problem("unknown_connection", "check the address you report to")
        body = await _limited(request)
        if body is None:
            return problem("too_large", f"at most {LARGEST_BODY} bytes")
        try:
            report = supplier.read_callback(dict(request.headers), body)
        except CallbackRefused as refused:
            log.warning("refused a callback to %s: %s", name, refused)
            return problem("report_refused", str(refused))
        if at_work.locked():
            log.warning("a callback to %s has to be repeated: %d are worked on", name, AT_ONCE)
            return problem("busy", "too many came at once")
        callback = ReceivedCallback(name, report.key, report.supplier_order, report.stated, body)
        try:
            async with at_work, asyncio.timeout(WORK_SECONDS):
                is_ours = await work_on(callback)
        except (DatabaseUnavailable, RPCError, TimeoutError) as error:
            log.warning("a callback to %s has to be repeated: %s", name, type(error).__name__)
            return problem("unavailable", "it could not be worked on now")
        if not is_ours:
            return problem("not_bound", "it was kept, but it is about none of our orders at this connection")
        return PlainTextResponse(supplier.acknowledgement.decode())

    async def work_on(callback: ReceivedCallback) -> bool:
        """Whether it is about an order of ours, whose run was then notified.

        One about an erased buyer's order is kept nowhere, and needs not to be repeated.
        """
        try:
            async with database.transaction() as session:
                before = await known(session, callback)
                if before.passed_on:
                    return True
                bound = await store(session, vault, callback, before, datetime.now(UTC))
        except OrderErased:
            return True
        if bound is not None and not bound.passed_on:
            await pass_on(client, database, bound)
        return bound is not None

    return Route("/callbacks/{connection}", callback, methods=["POST"])


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
