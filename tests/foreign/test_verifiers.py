"""Every webhook of an order's life is accepted by three independent verifiers, and none that was changed."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.integration.webhooks.receiving import quick, receiving, subscribe, until
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(600)]

HERE = Path(__file__).parent
NPM = "standardwebhooks@1.0.0"
GO = "github.com/standard-webhooks/standard-webhooks/libraries@v0.0.1"
VIDEO = [{"id": "video", "benefit": "sync-key"}]
KEY = benefit("sync-key", "key", offer("kayixin", "1001"))


def run(folder: Path, *command: str) -> str:
    """What a program prints; it must be there and succeed."""
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is missing: install it, or do not ask for make test-foreign")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_python(folder: Path, file: Path) -> list[bool]:
    """PyPI's."""

    def accepts(line: str) -> bool:
        each = json.loads(line)
        try:
            Webhook(each["secret"]).verify(each["body"], each["headers"])
        except WebhookVerificationError:
            return False
        return True

    return [accepts(line) for line in file.read_text().splitlines()]


def by_node(folder: Path, file: Path) -> list[bool]:
    """npm's."""
    run(folder, "npm", "install", "--no-save", "--silent", NPM)
    shutil.copy(HERE / "verify.mjs", folder)
    found: list[bool] = json.loads(run(folder, "node", "verify.mjs", str(file)))
    return found


def by_go(folder: Path, file: Path) -> list[bool]:
    """Go's."""
    shutil.copy(HERE / "verify.go", folder)
    run(folder, "go", "mod", "init", "foreign")
    run(folder, "go", "get", GO)
    found: list[bool] = json.loads(run(folder, "go", "run", ".", str(file)))
    return found


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


@pytest.mark.parametrize("verify", [by_python, by_node, by_go])
async def test_what_is_sent_is_accepted_and_nothing_else(
    sent: list[dict[str, Any]], tmp_path: Path, verify: Callable[[Path, Path], list[bool]]
) -> None:
    file = tmp_path / "webhooks.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in changed(sent)))
    assert await asyncio.to_thread(verify, tmp_path, file) == [True, False, False, False] * len(sent)
