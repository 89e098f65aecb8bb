"""Fresh simulators, repeatable and with recognisable secrets, for every test."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from simulator.faults.plan import FaultPlan
from simulator.registry import simulators as known_simulators
from simulator.serving.server import Simulators, running_simulators
from tests.simulator.clients import Client, FuluClient, KayixinClient
from tests.simulator.receiver import Receiver, receiving


@pytest.fixture
def simulators() -> Iterator[Simulators]:
    planted = {
        name: replace(each.account, credential_prefix="PLANTED", seed=7)
        for name, each in known_simulators().items()
    }
    with running_simulators(planted) as running:
        yield running


@pytest.fixture
def kayixin(simulators: Simulators) -> KayixinClient:
    return KayixinClient(simulators["kayixin"])


@pytest.fixture
def fulu(simulators: Simulators) -> FuluClient:
    return FuluClient(simulators["fulu"])


@pytest.fixture(params=["kayixin", "fulu"])
def client(request: pytest.FixtureRequest, simulators: Simulators) -> Client:
    """Each test that takes this runs once per supplier."""
    return (
        KayixinClient(simulators["kayixin"]) if request.param == "kayixin" else FuluClient(simulators["fulu"])
    )


_numbers = count(1)


@pytest.fixture(scope="module")
def standing() -> Iterator[Simulators]:
    """One pair of simulators for a whole module of fault tests, quick to deliver and to repeat a callback."""
    quick = {
        name: replace(each.account, ladder_scale=0.01, seed=7) for name, each in known_simulators().items()
    }
    with running_simulators(quick) as running:
        for supplier in running.values():
            for product in supplier.products.values():
                product.delay = min(product.delay, 0.1)
        yield running


@pytest.fixture
def calm(standing: Simulators) -> Simulators:
    """The standing simulators without any fault left."""
    standing.stop_faults()
    for supplier in standing.values():
        supplier.use_faults(FaultPlan(0, {}))
        supplier.report_to("")
        supplier.shop.ladder_scale = 0.01
    return standing


@pytest.fixture
def number() -> str:
    """A number that no other test uses."""
    return f"n{next(_numbers)}"


@pytest.fixture
def kayixin_calm(calm: Simulators) -> KayixinClient:
    return KayixinClient(calm["kayixin"])


@pytest.fixture
def fulu_calm(calm: Simulators) -> FuluClient:
    return FuluClient(calm["fulu"])


@pytest.fixture(params=["kayixin", "fulu"])
def either(request: pytest.FixtureRequest, calm: Simulators) -> Client:
    """Each test that takes this runs once per supplier, on the standing simulators."""
    return KayixinClient(calm["kayixin"]) if request.param == "kayixin" else FuluClient(calm["fulu"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers every callback wrongly, until it is told the right word."""
    with receiving(b"") as running:
        yield running
