"""Every webhook of an order's life is accepted by three independent verifiers, and none that was changed."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.foreign.verifying import VERIFIERS
from tests.integration.webhooks.receiving import quick, receiving, subscribe, until
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(600)]

VIDEO = [{"id": "video", "benefit": "sync-key"}]
KEY = benefit("sync-key", "key", offer("kayixin", "1001"))


@pytest.fixture(scope="module")
async def sent(own_world: OwnWorld) -> list[dict[str, Any]]:
    """Every webhook of an order's life, while a secret is replaced, as it came: with either secret."""
    async with (
        own_world("foreign") as world,
        working(world.workers(sending=quick(world, timeout=5))),
        receiving() as shop,
    ):
        endpoint = await subscribe(world, shop)
        old = shop.secret
        shop.secret = (await world.checkout.webhooks.rotate("shop", endpoint)).secret
        bundle = await world.publish(VIDEO, [KEY], title="视频·卡")
        await world.fulfil(world.order(bundle))
        await until(lambda: len(shop.taken) == 7)
        return [
            {"secret": secret, "headers": headers, "body": body.decode()}
            for headers, body in shop.requests
            for secret in (old, shop.secret)
        ]


def changed(sent: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each as it is, and with something changed that a verifier must see."""
    for each in sent:
        yield each
        yield {**each, "body": each["body"].replace("order_no", "order_nr")}
        yield {**each, "headers": {**each["headers"], "webhook-id": "evt_other"}}
        yield {**each, "secret": "whsec_" + "A" * 43 + "="}


@pytest.mark.parametrize("verify", VERIFIERS)
async def test_what_is_sent_is_accepted_and_nothing_else(
    sent: list[dict[str, Any]], tmp_path: Path, verify: Callable[[Path, Path], list[bool]]
) -> None:
    file = tmp_path / "webhooks.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in changed(sent)))
    assert await asyncio.to_thread(verify, tmp_path, file) == [True, False, False, False] * len(sent)
