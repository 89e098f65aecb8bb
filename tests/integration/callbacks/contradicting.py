"""A supplier that takes back what it sold, and reports that, while its answer is on its way to us."""

from typing import Any

import pytest

from adapters.fulu.adapter import Fulu
from adapters.kayixin.adapter import Kayixin
from adapters.supplier import Answer
from domain.supply.outcomes import Delivered
from domain.supply.purchase import Purchase
from tests.support.gateway import fulu_notice, kayixin_notice, report
from tests.support.world import World

ADAPTERS: dict[str, Any] = {"kayixin": Kayixin, "fulu": Fulu}
REVERSED, FAILED = 5, "failed"


def revoke(world: World, connection: str, key: str) -> bytes:
    """Undo the sale under our number, and the report that says so."""
    if connection == "kayixin":
        ledger = world.simulators["kayixin"].ledger
        [sale] = ledger.sales_of(key)
        ledger.pay_back(sale, sale.credentials, sale.money_minor)
        return kayixin_notice(key, sale.order_number, REVERSED)
    ledger = world.simulators["fulu"].ledger
    [sale] = ledger.sales_of(key)
    ledger.finish(sale, "failed", sale.created_at)
    return fulu_notice(world, key, sale.order_number, FAILED)


def contradict(
    monkeypatch: pytest.MonkeyPatch, world: World, gateway: str, connection: str, verb: str, product: str
) -> list[tuple[int, str]]:
    """The first success in this verb's answers about this product is overtaken by its own reversal.

    What the gateway answered to each report: the list grows as they are made.
    """
    adapter = ADAPTERS[connection]
    real, acknowledged, done = getattr(adapter, verb), [], set()

    async def overtaken(self: object, purchase: Purchase, *more: object) -> Answer[Any]:
        answer: Answer[Any] = await real(self, purchase, *more)
        staged = purchase.product == product and purchase.key not in done
        if staged and isinstance(answer.outcome, Delivered):
            done.add(purchase.key)
            body = revoke(world, connection, purchase.key)
            heard = await report(world, f"{gateway}/callbacks/{connection}", body)
            acknowledged.append((heard.status_code, heard.text))
        return answer

    monkeypatch.setattr(adapter, verb, overtaken)
    return acknowledged
