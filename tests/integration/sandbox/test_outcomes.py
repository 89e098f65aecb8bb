"""Every outcome that the example bundles of the sandbox promise, ordered with a test key."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import yaml

from domain.contract.bundle import Bundle
from domain.verbs.verb import Act
from storage.views.orders import OrderView
from tests.integration.webhooks.receiving import until
from tests.support.asking import ask
from tests.support.gateway import kayixin_notice, report, serving_gateway
from tests.support.places import ROOT
from tests.support.servers.api import body_of, calling, key_for
from tests.support.world import World

FOLDER = ROOT / "examples" / "sandbox"


@dataclass(frozen=True)
class Outcome:
    """What becomes of an order: the delivery's state, why it is held, what the attempts came to."""

    state: str
    reason: str | None
    attempts: list[str]


OUTCOMES = {
    "delivered": Outcome("delivered", None, ["delivered"]),
    "pending": Outcome("delivered", None, ["delivered"]),
    "refused": Outcome("held", "needs_attention", ["rejected"]),
    "failed": Outcome("held", "needs_attention", ["rejected"]),
    "out-of-stock": Outcome("held", "out_of_stock", ["rejected"]),
    "uncertain": Outcome("delivered", None, ["delivered"]),
    "partial": Outcome("held", "needs_attention", ["partial"]),
    "price-jump": Outcome("held", "margin_guard", ["rejected"]),
    "duplicate-key": Outcome("held", "duplicate_credential", ["disputed"]),
    "reversed": Outcome("held", "needs_attention", ["revoked"]),
}


async def published(world: World, name: str) -> Bundle:
    """An example bundle, bought at this world's connection."""
    document = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    catalogue = yaml.safe_load((ROOT / "examples" / "catalogue.yaml").read_text())
    [benefit] = [each for each in catalogue["benefits"] if each["id"] == f"try-{name}"]
    for offer in benefit["offers"]:
        assert offer["connection"] == "kayixin-main"
        offer["connection"] = "kayixin"
    price, policy = document["price"]["amount"], document["policy"]
    return await world.publish(document["components"], [benefit], price=price, policy=policy, hold_for="P1D")


async def ordered(world: World, http: httpx.AsyncClient, bundle: Bundle, channel: str) -> OrderView:
    """An order of it, placed over HTTP."""
    document = world.order(bundle, channel=channel)
    answer = await http.post("/v1/orders", json=body_of(document))
    assert (answer.status_code, answer.json()["livemode"]) == (201, False)
    return await world.read(document)


def test_every_example_has_an_outcome() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
async def test_a_test_key_gets_the_outcome_that_an_example_promises(world: World, name: str) -> None:
    expected, channel = OUTCOMES[name], f"try-{name}-{world.token}"
    key = await key_for(world.database, channel, livemode=False)
    bundle = await published(world, name)
    async with serving_gateway(world) as address, calling(address, key) as http:
        view = await ordered(world, http, bundle, channel)
        if name in ("duplicate-key", "reversed"):
            view = await reached(world, view, Outcome("delivered", None, ["delivered"]))
        if name == "duplicate-key":
            view = await ordered(world, http, bundle, channel)
        if name == "reversed":
            await reported(world, view, f"{address}/callbacks/kayixin-test")
        now = await reached(world, view, expected)
        if expected.state == "held":
            await ask(world, now, Act.REFUND)
    assert {each.connection for each in now.deliveries[0].attempts} == {"kayixin-test"}


async def reported(world: World, view: OrderView, url: str) -> None:
    """Wait until the supplier has taken back what it sold, and report that as it would."""
    await until(lambda: [sale.status for sale in world.sales(view)] == ["refunded"])
    [attempt] = view.deliveries[0].attempts
    taken_back = kayixin_notice(attempt.key, attempt.supplier_order or "", 5)
    assert (await report(world, url, taken_back)).status_code == 200


async def reached(world: World, view: OrderView, expected: Outcome) -> OrderView:
    """The order once it stands so; says how it stood when it did not come to that."""
    stood: Any = None
    for _ in range(400):
        now = await world.read_number(f"{view.channel}/{view.order_no}")
        [delivery] = now.deliveries
        stood = Outcome(delivery.state, delivery.hold_reason, [each.state for each in delivery.attempts])
        if stood == expected:
            return now
        await asyncio.sleep(0.2)
    raise AssertionError(stood)
