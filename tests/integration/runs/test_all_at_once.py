"""Of many deliveries that are due at once, what waits for its turn is left to the run that goes on."""

from collections import Counter

import pytest

from tests.integration.runs.run_histories import chain_of
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working
from workflows.run import calls
from workflows.run.fulfilment import AT_ONCE

PARTS, CALLS = 50, 15
KEY = benefit("crowd-key", "key", offer("kayixin", "1001"))


async def test_a_run_begins_no_more_calls_once_it_made_many(
    own_world: OwnWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST", CALLS)
    async with (
        own_world("crowd") as world,
        working(world.workers()),
    ):
        bundle = await world.publish(
            [{"id": f"part-{n}", "benefit": "crowd-key"} for n in range(PARTS)], [KEY], price=PARTS * 100
        )
        document = world.order(bundle)
        view = await world.fulfil(document)
        chain = await chain_of(world, document)
    bought = Counter(
        run
        for run, history in enumerate(chain)
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    )
    assert (view.state, len(world.sales(view)), sum(bought.values())) == ("completed", PARTS, PARTS)
    assert max(bought.values()) < CALLS + AT_ONCE
