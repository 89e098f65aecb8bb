"""The embedded PostgreSQL keeps its data, keeps secrets out of its log, and never outlives its owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from starter.stack.lock import held, owner
from starter.stack.progress import StackError
from starter.stack.servers.postgres import Postgres, running_postgres
from tests.support.servers.processes import killed_after


def _quiet(line: str) -> None:
    pass


@asynccontextmanager
async def _postgres(home: Path) -> AsyncIterator[Postgres]:
    async with (
        held(home / "lock", busy="in use", wait=None, progress=_quiet) as lock,
        running_postgres(home, lock, _quiet) as postgres,
    ):
        yield postgres


async def _connect(postgres: Postgres) -> psycopg.AsyncConnection:
    url = make_url(postgres.url)
    return await psycopg.AsyncConnection.connect(
        host=str(url.query["host"]), user=url.username, dbname=url.database, autocommit=True
    )


async def test_data_outlives_the_server_and_the_log_holds_no_parameter(home: Path) -> None:
    async with _postgres(home) as postgres:
        assert postgres.url.startswith("postgresql+psycopg://postgres@/perkflow?host=")
        connection = await _connect(postgres)
        await connection.execute("create table card (password text primary key)")
        await connection.execute("insert into card values (%s)", ["SECRET-1"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            await connection.execute("insert into card values (%s)", ["SECRET-1"])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            await connection.execute("select 'SECRET-2'::int")
        await connection.close()
        pid = postgres.child.pid
    assert not psutil.pid_exists(pid)

    log = (home / "logs" / "postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "SECRET-1" not in log

    async with _postgres(home) as postgres:
        connection = await _connect(postgres)
        found = await connection.execute("select password from card")
        assert await found.fetchall() == [("SECRET-1",)]
        await connection.close()


async def test_a_home_too_deep_for_a_socket_gets_one_elsewhere_that_is_removed(home: Path) -> None:
    async with _postgres(home / ("deep" * 25)) as postgres:
        directory = Path(str(make_url(postgres.url).query["host"]))
        assert len(str(directory)) < 100
        assert directory.stat().st_mode & 0o077 == 0
        await (await _connect(postgres)).close()
    assert not directory.exists()


async def test_a_home_in_use_is_refused_and_names_its_user(home: Path) -> None:
    async with _postgres(home):
        assert owner(home / "lock") == os.getpid()
        with pytest.raises(StackError, match=rf"^in use \(process {os.getpid()}\)$"):
            async with _postgres(home):
                pass
    assert owner(home / "lock") is None


async def test_it_dies_with_a_killed_owner_and_starts_again(home: Path) -> None:
    script = (
        "import asyncio, sys, pathlib\n"
        "from tests.stack.test_postgres import _postgres\n"
        "async def main():\n"
        "    async with _postgres(pathlib.Path(sys.argv[1])) as postgres:\n"
        "        print(postgres.child.pid, flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    with killed_after(
        subprocess.Popen([sys.executable, "-c", script, home], stdout=subprocess.PIPE, text=True)
    ) as owner_process:
        assert owner_process.stdout is not None
        server = psutil.Process(int(owner_process.stdout.readline()))
        server.send_signal(signal.SIGSTOP)  # still there when the next run starts
        owner_process.kill()
    time.sleep(0.1)
    assert server.is_running()
    server.send_signal(signal.SIGCONT)
    async with _postgres(home) as postgres:
        assert postgres.child.pid != server.pid
        assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
        await (await _connect(postgres)).close()
