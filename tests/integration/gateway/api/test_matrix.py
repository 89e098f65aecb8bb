"""Who may ask for what: every route of the served document, with every kind of key, and its exact status.

The routes come from the document, so that a new one cannot be forgotten.
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.access import LIVE_ONLY, Scope, prefix
from domain.planning.modes import ALL_LIVE
from domain.verbs.human_act import By
from starter.desk.channels.keys import ChannelKeys
from starter.desk.selling.check import check
from starter.gateway.api import routes_of
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import calling, key_for, problem
from tests.support.servers.operations import DOCUMENT, OPERATIONS, Operation, bodies_for
from tests.support.world import World

KEY = benefit("matrix-key", "key", offer("fulu", "10000603"))
"""Its supplier refuses it, which is paid back at once, so that there is a refund."""
BY = By("shop", "a test", "link-1")
OF_A_CHANNEL = {"order_no", "delivery_id", "refund_id", "link_id", "hold_id", "endpoint_id", "sent_id"}
"""What a path names that is one channel's own."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass
class Doors:
    """A gateway, something of the channel `shop` at each path, and keys that open it or do not."""

    http: httpx.AsyncClient
    names: dict[str, str]
    bodies: dict[str, dict[str, Any]]
    keys: dict[str, str]
    every: dict[Scope, str]
    """A key with every scope but this."""

    async def ask(
        self, operation: Operation, key: str | None, method: str = "", more: str = ""
    ) -> httpx.Response:
        """Ask as the operation is described, with a key."""
        path = operation.path.format(**self.names) + more
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        body = self.bodies[operation.body] if operation.body else None
        return await self.http.request(method or operation.method, path, json=body, headers=headers)


@pytest.fixture(scope="module")
async def doors(world: World) -> AsyncIterator[Doors]:
    bundle = await world.publish([{"id": "video", "benefit": "matrix-key"}], [KEY], hold_for="PT0S")
    document = world.order(bundle)
    view = await world.fulfil(document)
    token = world.token
    hooks = world.checkout.webhooks
    endpoint = (await hooks.add("shop", "https://shop.example/")).endpoint.id
    held = await check(world.checkout.runs, world.order(bundle), ALL_LIVE, timedelta(minutes=5))
    assert held.hold is not None
    names = {
        "endpoint_id": endpoint,
        "sent_id": await hooks.send_test("shop", endpoint),
        "day": "2026-12-01",
        "order_no": document.order_no,
        "delivery_id": view.deliveries[0].id,
        "refund_id": view.deliveries[0].refunds[0].id,
        "component": "video",
        "link_id": (await world.checkout.handing.make_link(view.order_id, None, BY, timedelta(days=1))).id,
        "hold_id": held.hold.id,
        "name": "cancel-1",
        "bundle": document.bundle,
        "version": "1",
    }
    keys = {
        "other channel": await key_for(world.database, f"other-{token}"),
        "test": await key_for(world.database, f"test-{token}", livemode=False),
        "revoked": await key_for(world.database),
        "wrong": prefix(livemode=True) + secrets.token_urlsafe(32),
        "malformed": "pk_live_short",
    }
    manager = ChannelKeys(world.database)
    await manager.revoke((await manager.caller(keys["revoked"]) or pytest.fail()).key_id)
    every = {scope: await key_for(world.database, scopes=set(Scope) - {scope}) for scope in Scope}
    bodies = bodies_for(document, bundle, KEY)
    async with serving_gateway(world) as address, calling(address, None) as http:
        yield Doors(http, names, bodies, keys, every)


def test_every_operation_asks_for_one_scope() -> None:
    served = {
        (str(getattr(route, "path", "")), method)
        for route in routes_of(None).routes
        if str(getattr(route, "path", "")).startswith("/v1")
        for method in getattr(route, "methods", ())
    }
    assert served == {(each.path, each.method) for each in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
async def test_every_operation_with_every_kind_of_key(doors: Doors, operation: Operation) -> None:
    for kind in ("wrong", "malformed", "revoked"):
        assert (await doors.ask(operation, doors.keys[kind])).status_code == 401, kind
    assert (await doors.ask(operation, None)).status_code == 401
    assert (await doors.ask(operation, doors.every[operation.scope])).status_code == 403
    own = operation.names & OF_A_CHANNEL
    if own:
        assert (await doors.ask(operation, doors.keys["other channel"])).status_code == 404
    if own or operation.scope in LIVE_ONLY:
        test = await doors.ask(operation, doors.keys["test"])
        expected = (403, "live_only") if operation.scope in LIVE_ONLY else (404, "not_found")
        assert problem(test) == expected


@pytest.mark.parametrize("path", DOCUMENT["paths"])
async def test_other_methods_and_a_slash_at_the_end_are_refused(doors: Doors, path: str) -> None:
    described = [each for each in OPERATIONS if each.path == path]
    allowed = sorted(each.method for each in described)
    for method in METHODS:
        if method in allowed:
            continue
        answer = await doors.ask(described[0], None, method)
        if method == "HEAD" and "GET" in allowed:
            assert (answer.status_code, answer.content) == (401, b"")
            continue
        assert (answer.status_code, answer.headers["allow"]) == (405, ", ".join(allowed)), method
    for each in described:
        assert (await doors.ask(each, None, more="/")).status_code == 404
