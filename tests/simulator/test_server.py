"""Running the servers: the operator's door, a quick end while requests hang, the command-line entry."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from simulator.serving.server import Simulators, running_simulators
from tests.simulator.clients import Client, FuluClient, KayixinClient
from tests.support.places import ROOT
from tests.support.servers.processes import killed_after


def test_an_operator_switches_a_mode(client: Client) -> None:
    code = next(iter(client.supplier.products))
    door = f"{client.supplier.origin}/_admin/products"
    answer = client.http.put(f"{door}/{code}", json={"mode": "reject", "price_minor": 7, "delay": 0.1})
    assert (answer.status_code, answer.json()["mode"], answer.json()["price_minor"]) == (200, "reject", 7)
    assert client.refused(client.buy(code, "n1"))
    listed = {product["code"]: product for product in client.http.get(door).json()}
    assert (listed[code]["mode"], len(listed)) == ("reject", len(client.supplier.products))


@pytest.mark.parametrize(
    "fields", [{"mode": "moody"}, {"stock": -1}, {"code": "9"}, {"sync": 1}, {"delay": "1"}, ["mode"]]
)
def test_an_impossible_change_changes_nothing(kayixin: KayixinClient, fields: object) -> None:
    before = kayixin.supplier.products["1001"].to_json()
    path = f"{kayixin.supplier.origin}/_admin/products/1001"
    sent = {"price_minor": 7, **fields} if isinstance(fields, dict) else fields
    assert kayixin.http.put(path, json=sent).status_code == 400
    assert kayixin.supplier.products["1001"].to_json() == before


def test_an_unknown_product_cannot_be_changed(kayixin: KayixinClient) -> None:
    path = f"{kayixin.supplier.origin}/_admin/products/9"
    assert kayixin.http.put(path, json={"mode": "ok"}).status_code == 404


def test_the_ledger_is_shown(client: Client) -> None:
    code = next(iter(client.supplier.products))
    client.buy(code, "n1")
    shown = client.http.get(f"{client.supplier.origin}/_admin/ledger").json()
    price = client.supplier.products[code].price_minor
    assert [sale["number"] for sale in shown["sales"]] == ["n1"]
    assert (shown["debits_minor"], shown["balance_minor"]) == (price, 1_000_000_00 - price)
    assert (shown["refused_signatures"], shown["duplicate_numbers"]) == (0, [])


def test_the_end_is_quick_though_requests_hang() -> None:
    with running_simulators() as running:
        answers = _hang_in_background(running)
        time.sleep(0.3)
        start = time.monotonic()
    assert time.monotonic() - start < 1
    assert answers == [504, 504]


def _hang_in_background(running: Simulators) -> list[int]:
    answers: list[int] = []
    calls = [(KayixinClient(running["kayixin"]), "2006"), (FuluClient(running["fulu"]), "10000606")]
    for client, code in calls:
        threading.Thread(
            target=lambda c=client, p=code: answers.append(c.buy(p, "n1").status_code), daemon=True
        ).start()
    return answers


def test_a_client_that_leaves_frees_its_request(kayixin: KayixinClient) -> None:
    kayixin.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        kayixin.buy("2006", "n1")
    assert kayixin.call("user/getAccount")["code"] == 1000


def test_stopping_at_once_is_fine() -> None:
    with running_simulators() as running:
        assert running["kayixin"].port != running["fulu"].port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "from simulator.registry import simulators; from simulator.serving.server import main;"
        "accounts = {name: simulator.account for name, simulator in simulators().items()};"
        f"main(accounts, {{}}, {str(tmp_path / 'ledger')!r})"
    )
    with killed_after(
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    ) as process:
        assert process.stdout is not None
        names, urls = zip(*(process.stdout.readline().split() for _ in range(2)), strict=True)
        assert names == ("fulu", "kayixin")
        assert httpx.post(urls[0], trust_env=False, timeout=5).json()["code"] == 2001
        process.send_signal(number)
        rest = process.stdout.read()
        assert (process.wait(timeout=5), rest) == (0, "")
