"""A success that is reported and written down, or about to be, wakes nobody: it costs one transaction."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.supplier import Answer
from domain.supply.purchase import Purchase
from tests.support.documents import benefit, offer
from tests.support.gateway import callbacks_of, kayixin_notice, report, serving_gateway
from tests.support.world import World

DELIVERED = 3
AT_ONCE = benefit("told-key", "key", offer("kayixin", "1001"))
LATER = benefit("told-later-key", "key", offer("kayixin", "1002"))


@pytest.fixture(scope="module")
async def gateway(world: World) -> AsyncIterator[str]:
    async with serving_gateway(world) as address:
        yield address


async def test_a_success_that_is_written_down_has_nothing_to_be_passed_on(world: World, gateway: str) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "told-key"}], [AT_ONCE])
    view = await world.fulfil(world.order(bundle))
    [attempt] = view.deliveries[0].attempts
    body = kayixin_notice(attempt.key, attempt.supplier_order or "", DELIVERED)
    answer = await report(world, f"{gateway}/callbacks/kayixin", body)
    assert (answer.status_code, answer.text) == (200, "ok")
    [row] = await callbacks_of(world, view)
    assert (row.verdict, row.stated, row.passed_on_at) == ("bound", "delivered", row.first_at)


async def test_a_success_that_is_reported_before_the_answer_that_it_is_pending_has_it_asked_at_once(
    world: World, gateway: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged = reported_before_the_answer(monkeypatch, world, gateway)
    bundle = await world.publish([{"id": "key", "benefit": "told-later-key"}], [LATER])
    view = await world.fulfil(world.order(bundle))
    assert acknowledged == [(200, "ok")]
    [row] = await callbacks_of(world, view)
    assert (row.stated, row.passed_on_at) == ("delivered", row.first_at)
    pending = next(event for event in view.events if event.type == "delivery.pending")
    assert pending.data["next_action_at"] == pending.at.isoformat()
    assert (view.state, len(world.sales(view))) == ("completed", 1)


def reported_before_the_answer(
    monkeypatch: pytest.MonkeyPatch, world: World, gateway: str
) -> list[tuple[int, str]]:
    """Every purchase is reported as delivered before its answer reaches us; what was answered to that."""
    real, acknowledged = Kayixin.submit, list[tuple[int, str]]()

    async def overtaken(self: Kayixin, purchase: Purchase) -> Answer[Any]:
        answer = await real(self, purchase)
        [sale] = world.simulators["kayixin"].ledger.sales_of(purchase.key)
        body = kayixin_notice(purchase.key, sale.order_number, DELIVERED)
        heard = await report(world, f"{gateway}/callbacks/kayixin", body)
        acknowledged.append((heard.status_code, heard.text))
        return answer

    monkeypatch.setattr(Kayixin, "submit", overtaken)
    return acknowledged
