"""examples/checkout.py: short, and it sells."""

import asyncio
import os
import sys

from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.places import ROOT
from tests.support.servers.api import key_for
from tests.support.servers.processes import ending
from tests.support.world import World

SCRIPT = ROOT / "examples" / "checkout.py"


def test_it_is_short_and_needs_nothing_of_ours() -> None:
    lines = SCRIPT.read_text().splitlines()
    assert len(lines) < 60
    imports = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imports == {"os", "sys", "time", "uuid", "typing", "httpx"}


async def test_it_sells_a_bundle(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "example-key"}],
        [benefit("example-key", "key", offer("kayixin", "1001"))],
    )
    key = await key_for(world.database, f"example-{world.token}", livemode=False)
    async with serving_gateway(world) as address:
        variables = {**os.environ, "PERKFLOW_ADDRESS": address, "PERKFLOW_KEY": key}
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), bundle.id, env=variables, stdout=asyncio.subprocess.PIPE
        )
        async with ending(process):
            printed, _ = await process.communicate()
    assert process.returncode == 0
    lines = printed.decode().splitlines()
    assert lines[-1].endswith(" is completed")
    assert lines[-2].endswith(": delivered")
