"""Protocols that installed distributions bring, and what is said of one that cannot be used."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from adapters.connections import load_connections
from adapters.registry import ProtocolsError, build, protocols
from adapters.supplier import Supplier
from tests.adapters.pool.shelf import Shelf
from tests.adapters.support import cny, purchase
from tests.support.installing import Install, installing

ACME = """
from adapters.config import ConnectionConfig
from adapters.pool.adapter import Pool
from adapters.pool.offers import terms
from adapters.protocol import SupplierProtocol


class AcmeConfig(ConnectionConfig):
    absence_after: str = "PT0S"
    shelf: str


PROTOCOL = SupplierProtocol(name="acme", config=AcmeConfig, build=Pool, terms=terms)
NAMELESS = "acme"
"""


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    with installing(tmp_path) as install:
        yield install


async def test_an_installed_protocol_is_one_like_ours(install: Install, tmp_path: Path) -> None:
    install("acme-perkflow", {"acme": "acme_perkflow:PROTOCOL"}, "acme_perkflow", ACME)
    assert list(protocols()) == ["fulu", "kayixin", "pool", "acme"]
    path = tmp_path / "connections.yaml"
    path.write_text("connections: {far: {protocol: acme, shelf: upper}}")
    config = load_connections(path, {})["far"]
    assert config.model_dump() == {
        "protocol": "acme",
        "currency": "CNY",
        "max_per_second": 20,
        "sandbox_of": None,
        "absence_after": "PT0S",
        "shelf": "upper",
    }
    supplier: Supplier = build("far", config, Shelf())
    assert (await supplier.stock("p")).unit_cost == cny(1200)
    assert (await supplier.query(purchase())).exchange.response == '{"units":0}'


UNUSABLE = [
    (
        {"acme": "acme_perkflow_gone:PROTOCOL"},
        "the supplier protocol acme of acme-perkflow 1.2 cannot be loaded from acme_perkflow_gone:PROTOCOL "
        "(ModuleNotFoundError: No module named 'acme_perkflow_gone'): repair or uninstall it",
    ),
    (
        {"acme": "acme_perkflow_2:ELSEWHERE"},
        "the supplier protocol acme of acme-perkflow 1.2 cannot be loaded from acme_perkflow_2:ELSEWHERE "
        "(AttributeError): repair or uninstall it",
    ),
    (
        {"acme": "acme_perkflow_2:NAMELESS"},
        "the supplier protocol acme of acme-perkflow 1.2 is not one: acme_perkflow_2:NAMELESS must be an "
        "adapters.protocol.SupplierProtocol; correct its entry point or uninstall it",
    ),
    (
        {"other": "acme_perkflow_2:PROTOCOL"},
        "the supplier protocol other of acme-perkflow 1.2 calls itself acme: its entry point must have the "
        "same name; correct it or uninstall it",
    ),
]


@pytest.mark.parametrize(("points", "told"), UNUSABLE)
def test_one_that_cannot_be_used_says_whose_it_is_and_what_to_do(
    install: Install, points: Mapping[str, str], told: str
) -> None:
    install("acme-perkflow", points, "acme_perkflow_2", ACME)
    with pytest.raises(ProtocolsError) as refused:
        protocols()
    assert str(refused.value) == told


def test_what_a_broken_module_says_is_not_shown(install: Install) -> None:
    source = "raise RuntimeError('hunter2-secret')"
    install("acme-perkflow", {"acme": "acme_perkflow_3:PROTOCOL"}, "acme_perkflow_3", source)
    with pytest.raises(ProtocolsError, match=r"acme_perkflow_3:PROTOCOL \(RuntimeError\): repair"):
        protocols()


def test_a_name_that_two_bring_is_told_with_both(install: Install) -> None:
    install("acme-perkflow", {"acme": "acme_perkflow_4:PROTOCOL"}, "acme_perkflow_4", ACME)
    install("better-acme", {"acme": "better_acme:PROTOCOL"}, "better_acme", ACME)
    with pytest.raises(ProtocolsError) as refused:
        protocols()
    assert str(refused.value) == (
        "the supplier protocol acme is brought by acme-perkflow 1.2 and by better-acme 1.2: "
        "uninstall better-acme 1.2, or have it take another name"
    )


def test_our_own_names_are_taken(install: Install) -> None:
    source = ACME.replace('"acme"', '"pool"')
    install("acme-perkflow", {"pool": "acme_perkflow_5:PROTOCOL"}, "acme_perkflow_5", source)
    with pytest.raises(ProtocolsError) as refused:
        protocols()
    assert str(refused.value) == (
        "the supplier protocol pool is brought by Perkflow itself and by acme-perkflow 1.2: "
        "uninstall acme-perkflow 1.2, or have it take another name"
    )
