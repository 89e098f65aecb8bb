"""Keys over HTTP: how they begin to open, how they end, and how often they may be used."""

import asyncio
from datetime import timedelta

import pytest

from domain.access import Scope
from starter.desk.channels.keys import ChannelKeys
from starter.desk.errors import ActRefused
from starter.gateway.problems.kinds import KINDS
from storage.channels.keys import Grant
from tests.support.gateway import serving_gateway
from tests.support.servers.api import calling, key_for, problem
from tests.support.world import World


async def test_a_replaced_key_opens_until_its_time_is_over(world: World) -> None:
    keys = ChannelKeys(world.database)
    old, new = await key_for(world.database), await key_for(world.database)
    caller = await keys.caller(old)
    assert caller is not None
    await keys.revoke(caller.key_id, timedelta(hours=1))
    async with serving_gateway(world) as address:
        async with calling(address, old) as one, calling(address, new) as other:
            assert [(await http.get("/v1/orders")).status_code for http in (one, other)] == [200, 200]
        await keys.revoke(caller.key_id)
        await keys.revoke(caller.key_id, timedelta(hours=1))
        async with calling(address, old) as one, calling(address, new) as other:
            refused, served = await one.get("/v1/orders"), await other.get("/v1/orders")
    assert problem(refused) == (401, "unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert served.status_code == 200


async def test_a_key_that_asks_too_often_is_told_when_to_come_again(world: World) -> None:
    key = await key_for(world.database, rate=3)
    other = await key_for(world.database, rate=3)
    async with serving_gateway(world) as address, calling(address, key) as http:
        statuses = [(await http.get("/v1/orders")).status_code for _ in range(3)]
        refused = await http.get("/v1/orders")
        async with calling(address, other) as another:
            served = await another.get("/v1/orders")
    assert statuses == [200] * 3
    assert problem(refused) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["retryable"] is True
    assert served.status_code == 200


async def test_a_channel_is_live_or_a_test_one_for_good(world: World) -> None:
    keys, name = ChannelKeys(world.database), f"mode-{world.token}"
    await key_for(world.database, name, livemode=False)
    with pytest.raises(ActRefused, match="is a test channel and gets no live key"):
        await keys.add(Grant(name, True, [Scope.ORDERS_READ], 1, "", "tests"))
    with pytest.raises(ActRefused, match="a test key cannot have stock:read"):
        await keys.add(Grant(name, False, [Scope.STOCK_READ], 1, "", "tests"))


async def test_every_answer_has_the_headers_and_no_problem_is_without_its_page(world: World) -> None:
    async with serving_gateway(world) as address, calling(address, None) as http:
        refused = await http.get("/v1/orders")
        nowhere = await http.get("/nowhere")
        pages = {code: await http.get(f"/problems/{code}") for code in KINDS}
        document = await http.get("/openapi.json")
        large = await unread(address)
    assert problem(nowhere) == (404, "not_found")
    assert refused.json()["type"] == "/problems/unauthorized"
    assert {page.status_code for page in pages.values()} == {200}
    assert all(KINDS[code].title in page.text for code, page in pages.items())
    assert large.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in large
    for answer in (refused, nowhere, document, *pages.values()):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "server" not in answer.headers
    assert document.json()["openapi"] == "3.1.0"
    assert "HTTPValidationError" not in document.text


async def unread(address: str) -> bytes:
    """The answer to a body that says it is too large, and is never sent."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer
