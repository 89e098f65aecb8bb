"""The served document, tried with what schemathesis makes of it: bounds and noise."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, calling, key_for
from tests.support.world import World

EXAMPLES = 2
"""Of each operation, besides all bounds of what is read."""
BOUNDS_OF_WHAT_IS_READ = """
[[operations]]
include-method = ["POST", "PUT", "DELETE"]
[operations.phases.coverage]
enabled = false
"""
NOT_IN_A_SCHEMA = "positive_data_acceptance"


@pytest.mark.timeout(300)
async def test_nothing_that_is_sent_breaks_what_the_document_promises(
    fresh_world: World, tmp_path: Path
) -> None:
    """No answer is a 5xx, or of a status, type or shape that the document does not have.

    What the document refuses is refused. Every check of schemathesis is made but one, that whatever its
    schema allows is taken: no schema says what the book holds (bundles, cursors), how accounts are spelt,
    which characters nobody sees, and that 2.0 is not written for 2. Bounds one by one (its coverage) are
    tried where something is read: bodies have thousands of them, which takes minutes.
    """
    key = await key_for(fresh_world.database, "shop")
    offered = benefit("fuzz-key", "key", offer("fulu", "10000587"))
    bundle = await fresh_world.publish([{"id": "video", "benefit": "fuzz-key"}], [offered])
    config = tmp_path / "schemathesis.toml"
    config.write_text(BOUNDS_OF_WHAT_IS_READ)
    async with serving_gateway(fresh_world) as address:
        async with calling(address, key) as http:
            placed = await http.post("/v1/orders", json=body_of(fresh_world.order(bundle)))
            assert placed.status_code == 201
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", str(config), "run", f"{address}/openapi.json"),
            *("--header", f"Authorization: Bearer {key}", "--phases", "coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-shrink"),
            *("--exclude-checks", NOT_IN_A_SCHEMA),
            *("--continue-on-failure", "--warnings", "off", "--no-color"),
            cwd=tmp_path,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    assert process.returncode == 0, said.decode()
