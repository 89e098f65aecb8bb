"""Stopping everything and starting it again loses no order: the local stack keeps its data."""

import asyncio
from pathlib import Path

import pytest

from domain.contract.order import OrderDocument
from settings import Settings
from starter.stack.stack import running_stack
from storage.views.orders import read_order
from tests.conftest import ANY_PORTS, tell
from tests.support.outside import beside
from tests.support.world import benefit, money, offer

BENEFITS = [
    benefit("now-key", "key", offer("kayixin-main", "1001")),
    benefit("later-link", "link", offer("fulu-main", "10000588")),
]
ORDER = {
    "channel": "shop",
    "order_no": "R-1",
    "bundle": "two-parts",
    "version": 1,
    "paid": money(9900),
    "buyer": {"ref": "somebody"},
}


@pytest.mark.timeout(300)
async def test_an_order_goes_on_after_everything_was_stopped(
    tmp_path: Path, temporal_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, temporal_binary=temporal_binary, **ANY_PORTS)
    components = [
        {"id": "now", "benefit": "now-key"},
        {"id": "later", "benefit": "later-link", "release": {"after": "PT12S"}},
    ]
    async with running_stack(settings, progress=tell) as stack, beside(stack, monkeypatch) as outside:
        await outside.publish("two-parts", BENEFITS, components=components)
        await outside.checkout.place(OrderDocument.model_validate(ORDER))
        await asyncio.sleep(3)
    monkeypatch.undo()

    async with running_stack(settings, progress=tell) as stack, beside(stack, monkeypatch) as outside:
        run = outside.run_of("shop/R-1")
        assert (await run.result()).state == "completed"
        async with outside.database.transaction() as session:
            view = await read_order(session, "shop/R-1")
        assert view is not None
        assert [(d.component, d.state, len(d.attempts)) for d in view.deliveries] == [
            ("now", "delivered", 1),
            ("later", "delivered", 1),
        ]
