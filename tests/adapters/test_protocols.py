"""The protocols of the folders: what each tells before there is a connection, and what it builds."""

from pathlib import Path

import pytest

import adapters
from adapters.config import ConnectionConfig
from adapters.fulu.adapter import Fulu
from adapters.kayixin.adapter import Kayixin
from adapters.pool.adapter import Pool
from adapters.pool.config import PoolConfig
from adapters.registry import build, protocols
from domain.contract.catalogue import DIGITAL, BenefitKind, OfferTerms
from tests.adapters.pool.shelf import Shelf
from tests.adapters.support import FULU, KAYIXIN

[HERE] = adapters.__path__
SHARED = {"answers"}
"""The folder that is no protocol."""


def test_every_folder_is_the_protocol_of_its_name() -> None:
    folders = {path.parent.name for path in Path(HERE).glob("*/__init__.py")} - SHARED
    assert set(protocols()) == folders == {"fulu", "kayixin", "pool"}
    for name, protocol in protocols().items():
        assert protocol.name == name
        assert protocol.build.__module__.split(".")[:2] == ["adapters", name]
        assert protocol.config.__module__.split(".")[:2] == ["adapters", name]


MOBILE = {"method": "mobile", "charge_value": "30"}
TERMS: list[tuple[ConnectionConfig, dict[str, str], OfferTerms]] = [
    (KAYIXIN, {}, OfferTerms("CNY", revocable=True, single_unit=False, kinds=DIGITAL)),
    (KAYIXIN, MOBILE, OfferTerms("CNY", revocable=True, single_unit=False, kinds=DIGITAL)),
    (FULU, {}, OfferTerms("CNY", revocable=False, single_unit=False, kinds=DIGITAL)),
    (
        FULU,
        MOBILE,
        OfferTerms("CNY", revocable=False, single_unit=True, kinds=frozenset({BenefitKind.RECHARGE})),
    ),
    (
        PoolConfig(protocol="pool", currency="USD"),
        {},
        OfferTerms("USD", revocable=True, single_unit=False, kinds=DIGITAL - {BenefitKind.RECHARGE}),
    ),
]


@pytest.mark.parametrize(("config", "options", "terms"), TERMS)
async def test_what_a_connection_tells_about_an_offer_before_any_is_bought(
    config: ConnectionConfig, options: dict[str, str], terms: OfferTerms
) -> None:
    assert protocols()[config.protocol].terms(config.currency, options) == terms
    supplier = build("a", config, Shelf())
    assert supplier.capabilities.revocable is terms.revocable
    await supplier.aclose()


async def test_suppliers_are_built_by_protocol() -> None:
    kinds = [
        (build("a", KAYIXIN, Shelf()), Kayixin),
        (build("b", FULU, Shelf()), Fulu),
        (build("c", PoolConfig(protocol="pool"), Shelf()), Pool),
    ]
    for supplier, kind in kinds:
        assert type(supplier) is kind
        await supplier.aclose()
