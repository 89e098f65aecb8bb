"""Faults at run time: switched on and off through the operator's door, or given when simulators start."""

import pytest

from simulator.faults.plan import FaultPlan
from simulator.serving.server import running_simulators
from tests.simulator.clients import Client, FuluClient, KayixinClient, a_card


def test_a_plan_is_set_shown_and_ended(either: Client, number: str) -> None:
    door = f"{either.supplier.origin}/_admin/faults"
    plan = {"seed": 9, "rates": {"create:error_500": 1.0}, "timing": {"hang": 1}}
    shown = either.http.put(door, json=plan).json()
    assert (shown["seed"], shown["rates"], shown["timing"]["hang"], shown["stopped"]) == (
        9,
        {"create:error_500": 1.0},
        1,
        False,
    )
    assert either.buy(a_card(either), number).status_code == 500
    ended = either.http.delete(door).json()
    assert (ended["stopped"], ended["down"]) == (True, False)
    [fault] = [fault for fault in ended["without_sale"] if fault["number"] == number]
    assert fault in ended["injected"]
    assert fault == {
        "number": number,
        "act": "create",
        "call": 1,
        "kind": "error_500",
        "at": pytest.approx(fault["at"]),
    }
    assert not either.refused(either.buy(a_card(either), number))


def test_the_ledger_shows_faults_with_and_without_sale(either: Client, number: str) -> None:
    door = f"{either.supplier.origin}/_admin"
    either.http.put(f"{door}/faults", json={"seed": 1, "rates": {"wallet_empty": 1}})
    either.buy(a_card(either), f"{number}a")
    either.http.put(f"{door}/faults", json={"seed": 1, "rates": {"commit_then_500": 1}})
    either.buy(a_card(either), f"{number}b")
    ledger = either.http.get(f"{door}/ledger").json()
    [sale] = [sale for sale in ledger["sales"] if sale["number"] == f"{number}b"]
    assert sale["faults"] == ["commit_then_500"]
    without = [fault for fault in ledger["faults_without_sale"] if fault["number"].startswith(number)]
    assert [(fault["number"], fault["kind"]) for fault in without] == [(f"{number}a", "wallet_empty")]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("faults", {"seed": 1, "rates": {"moody": 1}}),
        ("faults", "not an object"),
        ("down", {"seconds": -1}),
        ("down", {}),
        ("down", {"minutes": 1}),
        ("callbacks", {"url": 7}),
        ("callbacks", {"ladder_scale": "fast"}),
        ("callbacks", []),
    ],
)
def test_the_impossible_is_refused_and_changes_nothing(
    kayixin_calm: KayixinClient, path: str, sent: object
) -> None:
    door = f"{kayixin_calm.supplier.origin}/_admin"

    def settings() -> list[object]:
        callbacks = kayixin_calm.http.get(f"{door}/callbacks").json()
        faults = kayixin_calm.http.get(f"{door}/faults").json()
        told = [faults[name] for name in ("seed", "rates", "timing", "stopped", "down")]
        return [callbacks["url"], callbacks["ladder_scale"], *told]

    before = settings()
    answer = kayixin_calm.http.put(f"{door}/{path}", json=sent)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert settings() == before


def test_the_door_takes_a_supplier_down(either: Client, number: str) -> None:
    door = f"{either.supplier.origin}/_admin"
    assert either.http.put(f"{door}/down", json={"seconds": 60}).json() == {"down": True}
    assert either.http.delete(f"{door}/faults").json()["down"] is False
    assert either.state(number) == "not found"


def test_callbacks_are_pointed_elsewhere(fulu_calm: FuluClient) -> None:
    door = f"{fulu_calm.supplier.origin}/_admin/callbacks"
    shown = fulu_calm.http.put(door, json={"url": "http://127.0.0.1:9/", "ladder_scale": 0.5}).json()
    assert (shown["url"], shown["ladder_scale"]) == ("http://127.0.0.1:9/", 0.5)
    assert fulu_calm.http.put(door, json={"url": ""}).json()["ladder_scale"] == 0.5


def test_both_suppliers_start_under_one_plan() -> None:
    plan = FaultPlan(1, {"create:error_500": 1})
    with running_simulators(faults=plan) as running:
        clients: list[Client] = [KayixinClient(running["kayixin"]), FuluClient(running["fulu"])]
        assert [client.buy(a_card(client), "n1").status_code for client in clients] == [500, 500]
        running.stop_faults()
        assert [client.refused(client.buy(a_card(client), "n1")) for client in clients] == [False, False]
    assert plan.stopped
