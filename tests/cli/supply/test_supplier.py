"""`perkflow supplier`: the connections without their secrets, and what suppliers say of their products."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from adapters.supplier import StockLevel, Supplier, SupplierError
from domain.contract.catalogue import Catalogue
from domain.money import Money
from domain.notes.general import Said
from starter.cli.supply.supplier import Answer, ask
from starter.documents.reading import load
from tests.cli.running import Perkflow
from tests.support.installing import installing
from tests.support.places import EXAMPLES


def test_connections_are_listed_without_any_secret_and_without_a_book(
    perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(EXAMPLES / "connections.yaml"))
    ran = perkflow("supplier", "list", "--json")
    assert ran.exit_code == 0
    assert ran.document == {
        "connections": [
            {
                "name": name,
                "protocol": protocol,
                "submit_queue": f"supplier.{name}",
                "query_queue": f"supplier.{name}.query",
                "sandbox_of": of,
                "health": None,
            }
            for name, protocol, of in (
                ("kayixin-main", "kayixin", None),
                ("fulu-main", "fulu", None),
                ("own-stock", "pool", None),
                ("kayixin-sandbox", "kayixin", "kayixin-main"),
                ("fulu-sandbox", "fulu", "fulu-main"),
                ("own-stock-sandbox", "pool", "own-stock"),
            )
        ]
    }


def test_a_worker_names_the_variable_that_a_connection_lacks(
    perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(EXAMPLES / "connections.yaml"))
    ran = perkflow("worker")
    variable = "the environment variable KAYIXIN_SIM_URL is not set"
    assert (ran.exit_code, ran.err) == (1, f"connection kayixin-main, field base_url: {variable}\n")


@pytest.mark.parametrize("command", ["supplier list", "worker"])
def test_a_protocol_that_cannot_be_loaded_is_one_line(
    perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    (tmp_path / "connections.yaml").write_text("connections: {own: {protocol: pool}}")
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(tmp_path / "connections.yaml"))
    with installing(tmp_path) as install:
        install("acme-perkflow", {"acme": "acme_gone:PROTOCOL"}, "acme_perkflow", "")
        ran = perkflow(*command.split())
    told = (
        "the supplier protocol acme of acme-perkflow 1.2 cannot be loaded from acme_gone:PROTOCOL "
        "(ModuleNotFoundError: No module named 'acme_gone'): repair or uninstall it\n"
    )
    assert (ran.exit_code, ran.err) == (1, told)


@dataclass
class _Shop:
    """Has everything at one price, but for one product that it does not know."""

    unknown: str

    async def stock(self, product: str) -> StockLevel:
        if product == self.unknown:
            raise SupplierError(Said(text="no such product"))
        return StockLevel(product, Money(amount=1500, currency="CNY"), "in_stock", 7)


def test_each_product_of_the_catalogue_is_asked_for_once() -> None:
    catalogue = load(EXAMPLES / "catalogue.yaml", Catalogue).value
    supplier = cast(Supplier, _Shop(unknown="2002"))
    answers = asyncio.run(ask({"kayixin-main": supplier}, catalogue, {"kayixin-main": "kayixin-main"}))
    price = Money(amount=1500, currency="CNY")

    def known(product: str, cost: int) -> Answer:
        return Answer(
            connection="kayixin-main",
            product=product,
            state="in_stock",
            available=7,
            price=price,
            our_cost=Money(amount=cost, currency="CNY"),
        )

    refused = Answer(
        connection="kayixin-main",
        product="2002",
        our_cost=Money(amount=1000, currency="CNY"),
        error=Said(text="no such product"),
    )
    assert answers == [
        known("1001", 1500),
        known("1002", 3800),
        known("1004", 990),
        refused,
        *(known(each, 1000) for each in ("2003", "2004", "2007", "2011", "2012", "2013", "2014")),
    ]


def test_a_sandbox_is_asked_for_what_offers_name_its_live_connection_for() -> None:
    catalogue = load(EXAMPLES / "catalogue.yaml", Catalogue).value
    supplier = cast(Supplier, _Shop(unknown=""))
    live = {"fulu-sandbox": "fulu-main", "fulu-main": "fulu-main"}
    answers = asyncio.run(ask({name: supplier for name in live}, catalogue, live))
    assert [(each.connection, each.product) for each in answers] == [
        (name, product)
        for name in ("fulu-main", "fulu-sandbox")
        for product in ("10000587", "10000588", "10000701")
    ]
