"""`perkflow gateway` says where suppliers report to, and serves until it is told to stop."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from starter.stack.ports import free_port
from tests.support.places import ROOT
from tests.support.servers.processes import killed_after
from tests.support.servers.worlds import OwnWorld

COMMAND = [sys.executable, "-m", "starter.cli", "gateway", "--json"]


@pytest.fixture(scope="module")
async def variables(
    own_world: OwnWorld,
) -> AsyncIterator[dict[str, str]]:
    """The environment of a deployment that runs."""
    name = "gateway-command"
    async with own_world(name) as world:
        yield dict(world.variables)


@pytest.mark.parametrize("told_to_stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_where_it_says_until_it_is_told_to_stop(
    variables: dict[str, str], told_to_stop: signal.Signals
) -> None:
    port, operators = free_port(0), free_port(0)
    with killed_after(
        subprocess.Popen(
            [*COMMAND, "--port", str(port), "--metrics-port", str(operators)],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        document = json.loads("".join(process.stdout.readline() for _ in range(8)))
        origin = f"http://127.0.0.1:{port}"  # from here on it listens
        health = httpx.get(f"{origin}/healthz", trust_env=False, timeout=30)
        nobody = httpx.post(f"{origin}/callbacks/nobody", trust_env=False)
        metrics = httpx.get(f"http://127.0.0.1:{operators}/metrics", trust_env=False, timeout=30)
        process.send_signal(told_to_stop)
        assert process.wait(timeout=30) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")
    addresses = {name: f"{origin}/callbacks/{name}" for name in ("kayixin", "fulu", "dead", "pool")}
    assert document == {"callbacks": addresses}
    assert (health.status_code, health.json()) == (200, {"status": "serving"})
    counted = 'perkflow_http_requests_total{method="GET",route="/healthz",status="200"} 1.0'
    assert (metrics.status_code, counted in metrics.text.splitlines()) == (200, True)
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_connection")


def test_a_port_that_is_taken_is_told(variables: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = subprocess.run(
            [*COMMAND, "--port", str(port)], cwd=ROOT, env=variables, capture_output=True, text=True
        )
    told = f"the gateway cannot listen on 127.0.0.1 port {port}: Address already in use"
    assert (ran.returncode, ran.stdout, json.loads(ran.stderr)["detail"]) == (1, "", told)


def test_a_host_that_is_not_ours_is_told(variables: dict[str, str]) -> None:
    ran = subprocess.run(
        [*COMMAND, "--host", "192.0.2.1"], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    told = "the gateway cannot listen on 192.0.2.1 port 8380: Cannot assign requested address"
    assert (ran.returncode, json.loads(ran.stderr)["detail"]) == (1, told)


def test_a_variable_that_is_missing_is_named(variables: dict[str, str], tmp_path: Path) -> None:
    """The example's callback address is set by `perkflow up`, and by whoever runs it in production."""
    example = ROOT / "examples" / "connections.yaml"
    known = {name: value for name, value in os.environ.items() if not name.startswith("PERKFLOW_")}
    simulated = {
        "KAYIXIN_SIM_URL": "http://127.0.0.1:9",
        "KAYIXIN_SIM_APP_ID": "10000",
        "KAYIXIN_SIM_SECRET": "0" * 32,
        "PERKFLOW_CONNECTIONS": str(example),
        "PERKFLOW_HOME": str(tmp_path),
    }
    ran = subprocess.run(COMMAND, cwd=ROOT, env=known | simulated, capture_output=True, text=True)
    where = "connection kayixin-main, field callback_url"
    told = f"{where}: the environment variable PERKFLOW_CALLBACKS is not set"
    assert (ran.returncode, json.loads(ran.stderr)["detail"]) == (1, told)
