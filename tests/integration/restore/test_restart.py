"""Stopping everything and starting it again loses no order: the local stack keeps its data."""

from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from starter.stack.stack import running_stack
from tests.support.documents import benefit, offer
from tests.support.servers.stacks import ANY_PORTS, beside, tell

BENEFITS = [
    benefit("now-key", "key", offer("kayixin-main", "1001")),
    benefit("later-link", "link", offer("fulu-main", "10000588")),
]


@pytest.mark.timeout(300)
async def test_an_order_goes_on_after_everything_was_stopped(
    tmp_path: Path, temporal_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, temporal_binary=temporal_binary, **ANY_PORTS)
    components: list[dict[str, Any]] = [
        {"id": "now", "benefit": "now-key"},
        {"id": "later", "benefit": "later-link", "release": {"after": "PT12S"}},
    ]
    async with running_stack(settings, progress=tell) as stack, beside(stack, monkeypatch) as outside:
        document = outside.order(await outside.publish(components, BENEFITS))
        await outside.place(document)
        before = await outside.until(document, lambda order: order.deliveries[0].state == "delivered")
        assert before.deliveries[1].state == "planned"
    monkeypatch.undo()

    async with running_stack(settings, progress=tell) as stack, beside(stack, monkeypatch) as outside:
        view = await outside.finish(document)
        assert view.state == "completed"
        assert [(d.component, d.state, len(d.attempts)) for d in view.deliveries] == [
            ("now", "delivered", 1),
            ("later", "delivered", 1),
        ]
