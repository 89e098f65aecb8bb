"""DBOS beside: a process of its own on the same PostgreSQL, in a database of its own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from sqlalchemy import URL, make_url

from bench.contestants.contestant import Contestant
from bench.measuring.counts import session_on
from bench.measuring.load import Driven

DATABASE = "bench_dbos"


@asynccontextmanager
async def dbos(
    url: str, postgres: list[psutil.Process], suppliers: list[psutil.Process], connections: Path, log: Path
) -> AsyncIterator[Contestant]:
    """Its process, with the environment that names the suppliers."""
    async with await session_on(url, "postgres") as session:
        await session.execute(f'CREATE DATABASE "{DATABASE}"')
    own: URL = make_url(url).set(database=DATABASE)
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.contestants.serve_dbos"),
            *(own.render_as_string(hide_password=False), str(connections)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            env=dict(os.environ),
            limit=2**24,
        )
    assert process.stdin is not None and process.stdout is not None
    into, out = process.stdin, process.stdout

    async def driven(orders: int, in_flight: int) -> Driven:
        into.write(f"{orders} {in_flight}\n".encode())
        told = json.loads(await out.readline())
        return Driven(told["seconds"], told["latencies"])

    try:
        while (line := await out.readline()) != b"ready\n":
            assert line, f"DBOS did not start; see {log}"
        parts = {"worker": [psutil.Process(process.pid)], "postgres": postgres, "suppliers": suppliers}
        database = own.render_as_string(hide_password=False)
        yield Contestant("dbos", "DBOS, three keys at once", driven, parts, database)
    finally:
        into.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
