"""`perkflow listen`: a channel's events come to a developer's machine, and go on where they were."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from domain.access import Scope
from tests.cli.beside import beside
from tests.cli.sandbox.test_play import SECRET
from tests.integration.webhooks.receiving import Receiver, receiving, reply, take, until
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.places import ROOT
from tests.support.servers.api import key_for
from tests.support.world import World

KEY = benefit("listened-key", "key", offer("kayixin", "1001"))


@asynccontextmanager
async def listening(
    url: str, address: str, key: str, *more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A listener that has begun, ended with Ctrl-C."""
    variables = {**os.environ, "PERKFLOW_KEY": key, "PERKFLOW_WEBHOOK_SECRET": SECRET}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter.cli", "listen", url, "--address", address, "--json", *more),
        cwd=ROOT,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        begun = await process.stderr.readline()
        assert begun.decode() == f"Forwarding events of {address} to {url} until Ctrl-C\n"
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def lines_of(process: asyncio.subprocess.Process, many: int) -> list[Any]:
    """So many lines that were printed, as documents."""
    assert process.stdout is not None
    return [json.loads(await process.stdout.readline()) for _ in range(many)]


async def fulfilled(world: World, channel: str) -> str:
    """The number of an order of a channel that was completed."""
    bundle = await world.publish([{"id": "video", "benefit": "listened-key"}], [KEY])
    return (await world.fulfil(world.order(bundle, channel=channel))).order_no


def told_of(shop: Receiver) -> list[tuple[str, str]]:
    """Order and event of what was taken, in the order in which it came."""
    return [(each["data"]["order"]["order_no"], each["type"]) for each in shop.taken]


async def test_events_come_as_they_happen_and_go_on_where_they_were(world: World) -> None:
    channel = f"listened-{world.token}"
    key = await key_for(world.database, channel, livemode=False, scopes={Scope.EVENTS_READ})
    async with serving_gateway(world) as address, receiving() as shop:
        shop.secret = SECRET
        before = await fulfilled(world, channel)
        await whole(world, channel, before)
        async with listening(shop.url, address, key) as process:
            first = await fulfilled(world, channel)
            printed = await lines_of(process, 7)
        assert [each["type"] for each in printed] == [kind for _, kind in told_of(shop)]
        assert {each["status"] for each in printed} == {204}
        second = await fulfilled(world, channel)
        await whole(world, channel, second)
        async with listening(shop.url, address, key):
            await until(lambda: len(shop.taken) == 14)
        assert [number for number, _ in told_of(shop)] == [first] * 7 + [second] * 7
        async with listening(shop.url, address, key, "--from-start"):
            await until(lambda: len(shop.taken) == 14 + 21)
        assert told_of(shop)[14:21] == [(before, kind) for _, kind in told_of(shop)[:7]]


async def test_what_is_not_taken_is_told_and_the_next_is_sent(world: World) -> None:
    channel = f"refused-{world.token}"
    key = await key_for(world.database, channel, livemode=False)

    async def answering(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        taken = await take(receiver, headers, body)
        return reply("500 Oops") if receiver.taken[-1]["type"] == "order.accepted" else taken

    async with serving_gateway(world) as address, receiving(answering) as shop:
        shop.secret = SECRET
        async with listening(shop.url, address, key) as process:
            await fulfilled(world, channel)
            printed = await lines_of(process, 7)
    assert [(each["type"], each["status"]) for each in printed if not each["accepted"]] == [
        ("order.accepted", 500)
    ]


async def test_what_keeps_it_from_beginning_is_told(world: World, tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/"
    key = await key_for(world.database, f"scopeless-{world.token}", livemode=False, scopes=set())
    keyed = tmp_path / "key"
    keyed.write_text(key)
    async with serving_gateway(world) as address:
        options = ("listen", url, "--address", address)
        scopeless = await beside(*options, "--key-file", keyed)
        nameless = await beside(*options)
    assert (scopeless.exit_code, scopeless.err.splitlines()[-1]) == (
        1,
        "missing_scope: the key has no scope events:read",
    )
    assert key not in scopeless.out + scopeless.err
    assert (nameless.exit_code, nameless.err.splitlines()[-1]) == (
        2,
        "no key: say --key-file, or set PERKFLOW_KEY; `perkflow channel key add` makes one",
    )


async def whole(world: World, channel: str, order_no: str) -> None:
    """Wait until the last event of an order is public."""
    hooks = world.checkout.webhooks

    async def ended() -> bool:
        page = await hooks.events(channel, most=100)
        return any(
            each["type"] == "order.closed" and each["data"]["order"]["order_no"] == order_no
            for each in page.events
        )

    for _ in range(300):
        if await ended():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("its end never became public")
