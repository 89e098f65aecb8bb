"""What a supplier reports while its answer is being written down: found before the order settles."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.views.orders import OrderView
from tests.integration.callbacks.contradicting import contradict
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway, told_of_reports
from tests.support.world import World

TIMES = 20
OK = {"kayixin": (200, "ok"), "fulu": (200, "success")}


@pytest.fixture(scope="module")
async def gateway(world: World) -> AsyncIterator[str]:
    async with serving_gateway(world) as address:
        yield address


@pytest.mark.parametrize(
    ("connection", "verb", "product", "stated"),
    [
        ("kayixin", "submit", "1001", "reversed"),
        ("kayixin", "query", "1002", "reversed"),
        ("fulu", "query", "10000587", "failed"),
    ],
)
async def test_a_success_that_its_reversal_overtakes_is_never_believed(
    world: World,
    gateway: str,
    monkeypatch: pytest.MonkeyPatch,
    connection: str,
    verb: str,
    product: str,
    stated: str,
) -> None:
    acknowledged = contradict(monkeypatch, world, gateway, connection, verb, product)
    name = f"overtaken-{connection}-{verb}"
    key = benefit(name, "key", offer(connection, product))
    bundle = await world.publish([{"id": "key", "benefit": name}], [key], hold_for="P1D")
    documents = [world.order(bundle) for _ in range(TIMES)]
    await asyncio.gather(*(world.place(document) for document in documents))
    held = [await world.until(document, lambda view: view.state == "held") for document in documents]
    assert acknowledged == [OK[connection]] * TIMES
    found = [(view.deliveries[0].attempts[0].state, told_of_reports(view), view.cases) for view in held]
    assert found == [("rejected", [stated], [])] * TIMES
    assert not [event for view in held for event in view.events if event.type == "delivery.delivered"]
    assert [credit_of(world, view) for view in held] == [0] * TIMES


def credit_of(world: World, view: OrderView) -> int:
    """What the supplier keeps for an order that it took back, by the book and by its ledger."""
    [attempt], [sale] = view.deliveries[0].attempts, world.sales(view)
    charged = attempt.charged.amount if attempt.charged else 0
    credited = attempt.credited.amount if attempt.credited else 0
    assert charged - credited == sale.money_minor - sale.credited_minor
    return charged - credited
