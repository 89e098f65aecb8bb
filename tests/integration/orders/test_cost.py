"""What the good path costs in activity executions, counted in the history.

The rule: accept, one for a synchronous delivery, two for an asynchronous one; the last answer settles.
"""

from collections import Counter

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from tests.support.documents import benefit, offer
from tests.support.world import World

SYNC = benefit("sync-key", "key", offer("kayixin", "1001"))
ASYNC = benefit("async-key", "key", offer("fulu", "10000587"))


def executions(history: WorkflowHistory) -> Counter[str]:
    """Activity executions by kind; a local one is a marker in the history."""
    kinds = {
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "supplier",
        EventType.EVENT_TYPE_MARKER_RECORDED: "local",
    }
    return Counter(kinds[event.event_type] for event in history.events if event.event_type in kinds)


@pytest.mark.parametrize(
    ("benefits", "supplier_calls"),
    [(["sync-key"], 1), (["async-key"], 2), (["sync-key", "async-key"], 3)],
    ids=["synchronous", "asynchronous", "mixed"],
)
async def test_the_good_path_costs_no_more_than_it_must(
    world: World, benefits: list[str], supplier_calls: int
) -> None:
    bundle = await world.publish([{"id": name, "benefit": name} for name in benefits], [SYNC, ASYNC])
    document = world.order(bundle)
    view = await world.fulfil(document)
    assert view.state == "completed"
    history = await world.run_of(document).fetch_history()
    assert executions(history) == {"local": 1, "supplier": supplier_calls}
