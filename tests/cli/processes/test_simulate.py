"""`perkflow simulate` serves both suppliers in a process of its own until it is told to stop."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from starter.stack.suppliers import ports_from
from tests.cli.running import Perkflow
from tests.support.places import ROOT
from tests.support.servers.processes import killed_after


def test_one_document_says_where_the_suppliers_are(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "starter.cli", "simulate", "--port", "kayixin=0", "--port", "fulu=0"]
    told = ["--callback-url", "fulu=http://127.0.0.1:9/callbacks/fulu", "--ladder-scale", "0.25"]
    environment = {**os.environ, "PERKFLOW_HOME": str(tmp_path / "home")}
    with killed_after(
        subprocess.Popen(
            [*command, *told, "--json"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        document = json.loads("".join(process.stdout.readline() for _ in range(4)))
        assert process.stderr.readline() == f"fulu {document['fulu']}\n"  # from here on it listens
        assert process.stderr.readline() == f"kayixin {document['kayixin']}\n"
        ledger = httpx.get(f"{document['kayixin']}/_admin/ledger", trust_env=False).json()
        fulu = document["fulu"].removesuffix("/api/getway")
        reports = [
            httpx.get(f"{origin}/_admin/callbacks", trust_env=False).json()
            for origin in (document["kayixin"], fulu)
        ]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == ""
    assert (ledger["supplier"], ledger["sales"]) == ("kayixin", [])
    assert [(supplier["url"], supplier["ladder_scale"]) for supplier in reports] == [
        ("", 0.25),
        ("http://127.0.0.1:9/callbacks/fulu", 0.25),
    ]
    assert (tmp_path / "home" / "simulators.db").exists()


def test_a_test_system_is_served_where_it_has_a_port(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "starter.cli", "simulate", "--json"]
    ports = [part for name in ("kayixin", "fulu", "kayixin-sandbox") for part in ("--port", f"{name}=0")]
    environment = {
        **os.environ,
        "PERKFLOW_HOME": str(tmp_path / "home"),
        "KAYIXIN_SIM_SECRET": "l" * 32,
        "KAYIXIN_SANDBOX_SIM_SECRET": "t" * 32,
    }
    with subprocess.Popen(
        [*command, *ports],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        document = json.loads("".join(process.stdout.readline() for _ in range(5)))
        listening = [process.stderr.readline() for _ in range(3)]
        ledger = httpx.get(f"{document['kayixin-sandbox']}/_admin/ledger", trust_env=False).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert listening == [f"{name} {url}\n" for name, url in document.items()]
    assert list(document) == ["fulu", "kayixin", "kayixin-sandbox"]
    assert ledger["supplier"] == "kayixin-sandbox"


def test_a_port_that_is_taken_is_told(perkflow: Perkflow) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = perkflow("simulate", "--port", f"kayixin={port}", "--port", "fulu=0")
    told = f"the simulators cannot serve on the ports fulu=0, kayixin={port}: Address already in use\n"
    assert (ran.exit_code, ran.err) == (1, told)


@pytest.mark.parametrize(
    ("option", "given", "told"),
    [
        ("--port", "acme=8301", "--port: there is no simulator acme; there are: fulu, kayixin"),
        ("--port", "8301", "--port: 8301 names no supplier: write NAME=8301"),
        ("--port", "fulu=65536", "--port: fulu=65536 must be a port from 0 to 65535"),
        ("--port", "fulu=-1", "--port: fulu=-1 must be a port from 0 to 65535"),
        (
            "--callback-url",
            "http://a/b",
            "--callback-url: http://a/b names no supplier: write NAME=http://a/b",
        ),
    ],
)
def test_what_is_said_of_no_supplier_is_refused(
    perkflow: Perkflow, option: str, given: str, told: str
) -> None:
    ran = perkflow("simulate", option, given)
    assert (ran.exit_code, ran.out, ran.err) == (2, "", f"{told}\n")


def test_each_has_a_port_of_its_own_after_the_first() -> None:
    assert ports_from(8301) == {"fulu": 8301, "kayixin": 8302}
    assert ports_from(0) == {"fulu": 0, "kayixin": 0}
