"""examples/webhooks.py: takes what is signed for it, and nothing else."""

import asyncio
import os
import sys

from activities.webhooks.posting import Poster
from starter.stack.ports import accepts, free_port
from storage.webhooks.sending import Letter
from tests.support.places import ROOT

SECRET, OTHER = (f"whsec_{letter * 42}A=" for letter in "ab")
EVENT = {"type": "order.closed", "sequence": 4, "data": {"order": {"order_no": "1001"}}}


async def test_it_prints_events_that_are_signed_for_it() -> None:
    port = free_port(0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "examples" / "webhooks.py"), str(port)),
        env={**os.environ, "PERKFLOW_SECRET": SECRET},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        while not accepts(port):
            assert process.returncode is None
            await asyncio.sleep(0.1)
        poster, url = Poster(loopback=True), f"http://127.0.0.1:{port}/"
        answers = [
            await poster.post(Letter("whe_1", url, "evt_1", dict(EVENT), [secret]))
            for secret in (OTHER, SECRET)
        ]
    finally:
        process.terminate()
        printed, _ = await process.communicate()
    assert [answer.status for answer in answers] == [400, 204]
    assert printed.decode() == "order.closed 1001 4\n"
