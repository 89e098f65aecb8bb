"""The callbacks that the simulated suppliers really send, read by the adapters: neither shares code."""

from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest
from pydantic import SecretStr

from adapters.fulu.adapter import Fulu
from adapters.fulu.config import FuluConfig
from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig
from adapters.supplier import CallbackRefused, Supplier, SupplierCallback
from domain.supply.outcomes import Pending
from simulator.faults.plan import FaultPlan, Timing
from simulator.serving.server import Simulators, running_simulators
from simulator.shop.ledger import Sale
from tests.adapters.support import KEY, purchase
from tests.simulator.receiver import Received, Receiver, receiving, wait_until


@pytest.fixture
def suppliers() -> Iterator[Simulators]:
    with running_simulators() as both:
        yield both


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(b"not the word") as listening:
        yield listening


async def kayixin(suppliers: Simulators, receiver: Receiver) -> tuple[Supplier, Sale]:
    """A key bought there, to be reported to the receiver."""
    site = suppliers["kayixin"]
    config = KayixinConfig(
        protocol="kayixin",
        base_url=site.url,
        app_id=site.app_id,
        secret=SecretStr(site.secret),
        callback_url=receiver.url,
    )
    adapter = Kayixin(config)
    receiver.answers = [adapter.acknowledgement]
    assert isinstance((await adapter.submit(purchase(product="1002", max_cost=3800))).outcome, Pending)
    return adapter, site.ledger.sales_of(KEY)[0]


async def fulu(suppliers: Simulators, receiver: Receiver) -> tuple[Supplier, Sale]:
    """A key bought there, to be reported to the receiver."""
    gateway = suppliers["fulu"]
    adapter = Fulu(
        FuluConfig(
            protocol="fulu", gateway=gateway.url, app_key=gateway.app_id, secret=SecretStr(gateway.secret)
        )
    )
    gateway.report_to(receiver.url)
    receiver.answers = [adapter.acknowledgement]
    bought = purchase(product="10000587", max_cost=1990)
    assert isinstance((await adapter.submit(bought)).outcome, Pending)
    return adapter, gateway.ledger.sales_of(KEY)[0]


Buying = Callable[[Simulators, Receiver], Awaitable[tuple[Supplier, Sale]]]
BOTH = pytest.mark.parametrize("bought_at", [kayixin, fulu], ids=["kayixin", "fulu"])


def read(adapter: Supplier, callback: Received) -> SupplierCallback | str:
    """What it says, or why it is refused."""
    headers = {name.lower(): value for name, value in callback.headers.items()}
    try:
        return adapter.read_callback(headers, callback.body)
    except CallbackRefused as refused:
        return str(refused)


def acknowledged(suppliers: Simulators) -> int:
    """How many callbacks were acknowledged, in either supplier's word."""
    origins = (suppliers["kayixin"].origin, suppliers["fulu"].origin)
    shown = [httpx.get(f"{origin}/_admin/callbacks", trust_env=False).json() for origin in origins]
    return sum(one["acknowledged"] for one in shown)


def under(suppliers: Simulators, kind: str) -> None:
    plan = FaultPlan(1, {kind: 1.0}, Timing(late_callback=0.2))
    suppliers["kayixin"].use_faults(plan)
    suppliers["fulu"].use_faults(plan)


@BOTH
async def test_a_success_is_read_and_its_word_ends_the_repeats(
    suppliers: Simulators, receiver: Receiver, bought_at: Buying
) -> None:
    adapter, sale = await bought_at(suppliers, receiver)
    [callback] = receiver.wait_for(1)
    assert read(adapter, callback) == SupplierCallback(KEY, sale.order_number, "delivered")
    wait_until(lambda: acknowledged(suppliers) == 1)
    await adapter.aclose()


@BOTH
async def test_a_forged_one_is_refused(suppliers: Simulators, receiver: Receiver, bought_at: Buying) -> None:
    under(suppliers, "forged_callback")
    adapter, sale = await bought_at(suppliers, receiver)
    reports = [read(adapter, callback) for callback in receiver.wait_for(2)]
    assert reports == ["the signature does not verify", SupplierCallback(KEY, sale.order_number, "delivered")]
    await adapter.aclose()


@BOTH
async def test_a_misbound_one_verifies_and_names_another_order(
    suppliers: Simulators, receiver: Receiver, bought_at: Buying
) -> None:
    under(suppliers, "misbound_callback")
    adapter, sale = await bought_at(suppliers, receiver)
    reports = [read(adapter, callback) for callback in receiver.wait_for(2)]
    assert reports == [
        SupplierCallback(KEY, f"{sale.order_number}9", "failed"),
        SupplierCallback(KEY, sale.order_number, "delivered"),
    ]
    await adapter.aclose()
