"""The stack as a whole, with real servers and stand-ins for our own processes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from settings import Settings
from starter.stack import commands
from starter.stack.info import running
from starter.stack.progress import StackError
from starter.stack.stack import Stack, running_stack
from tests.support.servers.stacks import ANY_PORTS

_LISTENS = """
import socket, sys, time
listeners = [socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[1:]]
time.sleep(600)
"""
_POLLS = """
import asyncio
from temporalio import workflow
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

@workflow.defn
class Order:
    @workflow.run
    async def run(self) -> None:
        pass

async def main():
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    await Worker(
        client, task_queue="orders", workflows=[Order], workflow_runner=UnsandboxedWorkflowRunner()
    ).run()

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def reported_to(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Small processes in place of our command line's; where the simulators were told to report to."""
    reported_to: dict[str, str] = {}

    def python(script: str, *arguments: object) -> list[str]:
        return [sys.executable, "-c", script, *map(str, arguments)]

    def simulate(ports: Mapping[str, int], callbacks: Mapping[str, str]) -> list[str]:
        reported_to.update(callbacks)
        return python(_LISTENS, *ports.values())

    monkeypatch.setattr(commands, "simulate", simulate)
    monkeypatch.setattr(commands, "gateway", lambda port: python(_LISTENS, port))
    monkeypatch.setattr(commands, "migrate", lambda: python("print('migrated')"))
    monkeypatch.setattr(commands, "worker", lambda: python(_POLLS))
    return reported_to


@pytest.fixture
def settings(home: Path, temporal_binary: Path) -> Settings:
    return Settings(home=home, temporal_binary=temporal_binary, **ANY_PORTS)


@asynccontextmanager
async def _stack(settings: Settings) -> AsyncIterator[Stack]:
    async with running_stack(settings, progress=lambda line: None) as stack:
        yield stack


Children = Callable[[], list[psutil.Process]]


@pytest.fixture
def children() -> Children:
    """The living processes that this test has started itself."""

    def living() -> list[psutil.Process]:
        found = psutil.Process().children()
        return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]

    before = living()
    return lambda: [child for child in living() if child not in before]


async def test_it_is_found_while_it_runs_and_leaves_no_process(
    settings: Settings, children: Children
) -> None:
    assert running(settings) is None
    async with _stack(settings) as stack:
        assert running(settings) == stack.info
        assert stack.info.pid == os.getpid()
        assert len(children()) == 5
        environment = stack.environment
        assert environment["TEMPORAL_ADDRESS"] == stack.info.temporal_address
        assert environment["PERKFLOW_DATABASE_URL"] == stack.info.database_url
        assert environment["PERKFLOW_CALLBACKS"] == stack.info.gateway
        assert environment["FULU_SIM_URL"] == stack.info.simulators["fulu"]
        assert environment["FULU_SANDBOX_SIM_URL"] == stack.info.sandboxes["fulu-sandbox"]
        assert environment["FULU_SANDBOX_SIM_SECRET"] != environment["FULU_SIM_SECRET"]
        with pytest.raises(StackError, match=rf"^A stack already runs on .* \(process {os.getpid()}\)$"):
            async with _stack(settings):
                pass
    assert running(settings) is None
    assert children() == []


async def test_simulators_report_to_the_connections_that_buy_from_them(
    settings: Settings, reported_to: dict[str, str]
) -> None:
    async with _stack(settings) as stack:
        gateway = stack.info.gateway
    assert list(stack.info.simulators) == ["fulu", "kayixin"]
    assert list(stack.info.sandboxes) == ["fulu-sandbox", "kayixin-sandbox"]
    assert reported_to == {
        "fulu": f"{gateway}/callbacks/fulu-main",
        "kayixin": f"{gateway}/callbacks/kayixin-main",
        "fulu-sandbox": f"{gateway}/callbacks/fulu-sandbox",
        "kayixin-sandbox": f"{gateway}/callbacks/kayixin-sandbox",
    }


async def test_development_secrets_are_made_once_and_stay_private(settings: Settings) -> None:
    async with _stack(settings) as stack:
        first = stack.environment
    published = settings.home / "stack.json"
    assert not published.exists()
    file = settings.home / "secrets.env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(first["FULU_SIM_SECRET"]) == len(first["KAYIXIN_SIM_SECRET"]) == 32
    assert first["PERKFLOW_KEYRING"].startswith("k1:")

    production = settings.model_copy(update={"keyring": SecretStr("p1:AAAA")})
    async with _stack(production) as stack:
        assert stack.environment["PERKFLOW_KEYRING"] == "p1:AAAA"
        assert stack.environment["PERKFLOW_FINGERPRINT_KEY"] == first["PERKFLOW_FINGERPRINT_KEY"]
        assert not any(first[name] in published.read_text() for name in first if name.endswith("SECRET"))


async def test_the_death_of_a_part_ends_the_owners_work(settings: Settings, children: Children) -> None:
    with pytest.raises(StackError, match=r"^The worker ended with exit code -9; "):
        async with _stack(settings) as stack:
            [worker] = [child for child in children() if "orders" in " ".join(child.cmdline())]
            worker.kill()
            await asyncio.wait_for(stack.until_stopped(), 10)
    assert children() == []


async def test_an_error_of_the_owner_stays_what_it_was(settings: Settings, children: Children) -> None:
    with pytest.raises(ZeroDivisionError):
        async with _stack(settings):
            1 / 0  # noqa: B018
    assert children() == []


async def test_a_migration_that_fails_says_why(
    settings: Settings, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        commands, "migrate", lambda: [sys.executable, "-c", "raise SystemExit('no such table')"]
    )
    with pytest.raises(StackError, match=r"migration ended with exit code 1; (.|\n)*no such table"):
        async with _stack(settings):
            pass
    assert children() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_all_of_it(
    settings: Settings, children: Children, number: signal.Signals
) -> None:
    with pytest.raises(KeyboardInterrupt):
        async with _stack(settings) as stack:
            os.kill(os.getpid(), number)
            await asyncio.wait_for(stack.until_stopped(), 10)
    assert children() == []
