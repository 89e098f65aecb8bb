"""Fresh simulators, repeatable and with recognisable secrets, for every test."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulator.accounts import fulu_account, kayixin_account
from simulator.server import Simulators, running_simulators
from tests.simulator.clients import Client, FuluClient, KayixinClient


@pytest.fixture
def simulators() -> Iterator[Simulators]:
    with running_simulators(
        kayixin=replace(kayixin_account(), credential_prefix="PLANTED", seed=7),
        fulu=replace(fulu_account(), credential_prefix="PLANTED", seed=7),
    ) as running:
        yield running


@pytest.fixture
def kayixin(simulators: Simulators) -> KayixinClient:
    return KayixinClient(simulators.kayixin)


@pytest.fixture
def fulu(simulators: Simulators) -> FuluClient:
    return FuluClient(simulators.fulu)


@pytest.fixture(params=["kayixin", "fulu"])
def client(request: pytest.FixtureRequest, simulators: Simulators) -> Client:
    """Each test that takes this runs once per supplier."""
    return KayixinClient(simulators.kayixin) if request.param == "kayixin" else FuluClient(simulators.fulu)
