"""The served document, tried with what schemathesis makes of it: bounds and noise."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.places import ROOT
from tests.support.servers.api import body_of, calling, key_for
from tests.support.servers.processes import ending
from tests.support.world import World

EXAMPLES = 2
"""Of each operation, besides all bounds of what is read."""
CHAINS = 10
"""Of operations that follow each other by the links of the document."""
CONFIG = f"""
[generation]
deterministic = true
no-shrink = true
max-examples = {EXAMPLES}

[phases.fuzzing.checks.positive_data_acceptance]
enabled = false

[phases.stateful]
max-steps = 5
inference.algorithms = []

[phases.stateful.checks]
not_a_server_error.expected-statuses = ["2xx", "4xx", 503]
positive_data_acceptance.expected-statuses = ["2xx", 404, 409, 503]

[phases.stateful.generation]
mode = "positive"
codec = "ascii"
max-examples = {CHAINS}

[[operations]]
include-method = ["POST", "PUT", "DELETE"]
[operations.phases.coverage]
enabled = false
"""
HOOKS = "tests.integration.gateway.api.fuzzing_hooks"


@pytest.mark.timeout(600)
async def test_nothing_that_is_sent_breaks_what_the_document_promises(
    fresh_world: World, tmp_path: Path
) -> None:
    """No answer is a 5xx, or of a status, type or shape that the document does not have.

    What the document refuses is refused. Bounds one by one (schemathesis' coverage) are tried where something
    is read: bodies have thousands of them, which takes minutes.

    Chains follow the document's links, from a placed order to all that is done with it. What they and those
    bounds send is accepted. Chains are of ASCII, since no schema says which characters nobody sees; what only
    the book can say stands in `fuzzing_hooks`. Of a busy machine they may hear "later" (503).
    """
    key = await key_for(fresh_world.database, "shop")
    offered = benefit("fuzz-key", "key", offer("fulu", "10000587"))
    bundle = await fresh_world.publish([{"id": "video", "benefit": "fuzz-key"}], [offered])
    sold = {"bundle": bundle.id, "version": bundle.version, "paid": bundle.price.model_dump()}
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    async with serving_gateway(fresh_world) as address:
        async with calling(address, key) as http:
            placed = await http.post("/v1/orders", json=body_of(fresh_world.order(bundle)))
            assert placed.status_code == 201
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", str(config), "run", f"{address}/openapi.json"),
            *("--header", f"Authorization: Bearer {key}", "--phases", "coverage,fuzzing,stateful"),
            *("--continue-on-failure", "--warnings", "off", "--no-color"),
            cwd=tmp_path,
            env={
                **os.environ,
                "NO_PROXY": "127.0.0.1",
                "PYTHONPATH": str(ROOT),
                "SCHEMATHESIS_HOOKS": HOOKS,
                "FUZZ_ORDER": json.dumps(sold),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with ending(process):
            said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
