"""The ledger remembers what was really sold, hides no double sale, and outlives the server."""

from dataclasses import replace
from pathlib import Path

from simulator.kayixin.account import ACCOUNT
from simulator.serving.server import running_simulators
from simulator.shop.credentials import Mint, Secret
from simulator.shop.ledger import Ledger, NewSale
from tests.simulator.clients import FuluClient, KayixinClient, wait_for


def new_sale(number: str, order_number: str) -> NewSale:
    return NewSale(number, order_number, "1001", "", 2, 3000, "delivered", created_at=10.0, due_at=12.0)


def test_a_double_sale_is_recorded_and_counted() -> None:
    ledger = Ledger(":memory:", "kayixin")
    for order_number in ("o1", "o2"):
        ledger.record(new_sale("n1", order_number))
    ledger.record(new_sale("n2", "o3"))
    assert [sale.order_number for sale in ledger.sales_of("n1")] == ["o1", "o2"]
    assert ledger.duplicate_numbers() == ["n1"]
    assert (ledger.debits_minor(), ledger.credits_minor()) == (9000, 0)


def test_a_sale_is_due_at_its_time() -> None:
    ledger = Ledger(":memory:", "kayixin")
    sale = ledger.record(new_sale("n1", "o1"))
    assert (ledger.due(11.9), ledger.due(12.0)) == ([], [sale])
    done = ledger.finish(sale, "delivered", 12.5, [Secret("c1", "p1"), Secret("c2", "p2")])
    assert (done.status, done.finished_at, ledger.due(13.0)) == ("delivered", 12.5, [])
    assert [(card.number, card.password, card.void) for card in done.credentials] == [
        ("c1", "p1", False),
        ("c2", "p2", False),
    ]


def test_the_ledger_as_json() -> None:
    ledger = Ledger(":memory:", "fulu")
    ledger.record(new_sale("n1", "o1"))
    assert ledger.to_json() == {
        "supplier": "fulu",
        "sales": [
            {
                "number": "n1",
                "order_number": "o1",
                "product_code": "1001",
                "account": "",
                "quantity": 2,
                "money_minor": 3000,
                "ends_as": "delivered",
                "created_at": 10.0,
                "due_at": 12.0,
                "id": 1,
                "supplier": "fulu",
                "status": "pending",
                "finished_at": None,
                "credited_minor": 0,
                "credentials": (),
                "faults": (),
            }
        ],
        "debits_minor": 3000,
        "credits_minor": 0,
        "duplicate_numbers": [],
        "faults_without_sale": [],
    }


def test_two_suppliers_share_a_file_without_mixing(tmp_path: Path) -> None:
    kayixin, fulu = Ledger(tmp_path / "ledger", "kayixin"), Ledger(tmp_path / "ledger", "fulu")
    kayixin.record(new_sale("n1", "o1"))
    assert (len(kayixin.sales()), fulu.sales(), fulu.debits_minor()) == (1, [], 0)


def test_a_restart_remembers(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with running_simulators(ledger_path=path) as first:
        ports = {name: supplier.port for name, supplier in first.items()}
        first["fulu"].products["10000587"].delay = 0.3
        KayixinClient(first["kayixin"]).buy("1001", "n1")
        FuluClient(first["fulu"]).buy("10000587", "n1")
        before = first["kayixin"].ledger.sales()
    with running_simulators(ledger_path=path, ports=ports) as second:
        kayixin, fulu = KayixinClient(second["kayixin"]), FuluClient(second["fulu"])
        assert second["kayixin"].ledger.sales() == before
        assert kayixin.call("user/getAccount")["data"] == {"balance": 999_985.0}
        assert kayixin.buy("1001", "n1").json()["msg"] == "外部订单号重复"
        wait_for(fulu, "n1", "delivered")
        assert [sale.number for sale in second["fulu"].ledger.sales()] == ["n1"]


def test_a_seed_repeats_and_suppliers_differ() -> None:
    def issue(supplier: str, seed: int | None) -> Secret:
        return Mint(supplier, prefix="", seed=seed).issue("card")

    assert issue("kayixin", 7) == issue("kayixin", 7)
    assert len({issue("kayixin", 7), issue("fulu", 7), issue("kayixin", 8), issue("kayixin", None)}) == 4


def test_a_seeded_restart_issues_no_secret_twice(tmp_path: Path) -> None:
    seeded = replace(ACCOUNT, seed=7)
    for number in ("n1", "n2"):
        with running_simulators({"kayixin": seeded}, ledger_path=tmp_path / "ledger") as running:
            KayixinClient(running["kayixin"]).buy("1001", number, count=5)
            cards = [card.number for sale in running["kayixin"].ledger.sales() for card in sale.credentials]
    assert (len(cards), len(set(cards))) == (10, 10)
