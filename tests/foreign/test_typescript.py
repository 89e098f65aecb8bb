"""TypeScript that is generated from the served document is sound, and enough to sell with."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.foreign.verifying import run
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import key_for
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(600)]

HERE = Path(__file__).parent
NPM = ("openapi-typescript@7.13.0", "typescript@5.9.3")
GENERATE = ("npx", "openapi-typescript", "openapi.json", "--output", "perkflow.d.mts")
OPTIONAL = ("--default-non-nullable", "false")
"""What has a default may be left out."""
STRICT = (
    *("npx", "tsc", "order.mts", "perkflow.d.mts", "--strict", "--exactOptionalPropertyTypes"),
    *("--noUncheckedIndexedAccess", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext"),
)
WRONG = {
    "version: 1": 'version: "1"',
    "receipt.order_id": "receipt.order_number",
    "closed_at === null": "closed_at.length",
    'operations["place_order"]': 'operations["place_orders"]',
}
"""What a strict compiler must not let pass."""
VIDEO = [{"id": "video", "benefit": "typed-key"}]
KEY = benefit("typed-key", "key", offer("fulu", "10000587"))


def refused(folder: Path, right: str, wrong: str) -> bool:
    """Whether the compiler refuses the example with this in it."""
    text = (HERE / "order.mts").read_text()
    assert right in text
    (folder / "order.mts").write_text(text.replace(right, wrong))
    return subprocess.run([*STRICT, "--noEmit"], cwd=folder, capture_output=True).returncode != 0


async def test_types_of_the_served_document_compile_and_sell(own_world: OwnWorld, tmp_path: Path) -> None:
    async with (
        own_world("typescript") as world,
        working(world.workers()),
        serving_gateway(world) as address,
    ):
        bundle = await world.publish(VIDEO, [KEY])
        order = {"order_no": "TS/1", "bundle": bundle.id, "paid": bundle.price.model_dump()}
        async with httpx.AsyncClient(trust_env=False) as http:
            (tmp_path / "openapi.json").write_bytes((await http.get(f"{address}/openapi.json")).content)
        key = await key_for(world.database)
        await asyncio.to_thread(run, tmp_path, "npm", "install", "--no-save", "--silent", *NPM)
        await asyncio.to_thread(run, tmp_path, *GENERATE, *OPTIONAL)
        passed = [
            wrong
            for right, wrong in WRONG.items()
            if not await asyncio.to_thread(refused, tmp_path, right, wrong)
        ]
        shutil.copy(HERE / "order.mts", tmp_path)
        await asyncio.to_thread(run, tmp_path, *STRICT)
        said = await asyncio.to_thread(run, tmp_path, "node", "order.mjs", address, key, json.dumps(order))
        view = await world.read_number("shop/TS/1")
    assert passed == []
    assert json.loads(said) == {
        "order_id": view.order_id,
        "state": "completed",
        "delivered": ["video delivered"],
    }
