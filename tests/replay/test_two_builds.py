"""An order that began under the previous build ends under today's, while both run."""

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from domain.contract.order import OrderDocument
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from simulator.serving.server import Simulators
from storage.views.orders import OrderView
from tests.replay.builds import code_of, polling, processes_of, route_to
from tests.support.documents import benefit, offer
from tests.support.places import ROOT
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World

pytestmark = pytest.mark.slow

PREVIOUS = "4c09672f8108"
"""The commit of the previous build, whose code must run on today's schema. Where a migration ends that, name
the oldest commit that does."""
COMPONENTS: list[dict[str, Any]] = [
    {"id": "now", "benefit": "two-builds-key"},
    {"id": "held", "benefit": "two-builds-scarce-key"},
    {"id": "later", "benefit": "two-builds-key", "release": {"after": "PT30S"}},
]
BENEFITS = [
    benefit("two-builds-key", "key", offer("kayixin", "1001")),
    benefit("two-builds-scarce-key", "key", offer("kayixin", "2004")),
]
SCARCE = "2004"


def states(view: OrderView) -> dict[str, str]:
    """The state of each part of an order."""
    return {delivery.component: delivery.state for delivery in view.deliveries}


def sales(world: World, view: OrderView) -> dict[str, int]:
    """How often each part of an order was sold by suppliers."""
    return {
        delivery.component: len(world.sales(view.model_copy(update={"deliveries": [delivery]})))
        for delivery in view.deliveries
    }


async def retry(world: World, document: OrderDocument) -> None:
    """Ask the order's run to try again what is held."""
    view = await world.read(document)
    [held] = [delivery for delivery in view.deliveries if delivery.state == "held"]
    request = HumanAct(
        request_id=f"{view.order_id}-retry",
        order_id=view.order_id,
        delivery_id=held.id,
        act=Act.RETRY,
        actor="lin",
        reason="it is in stock again",
    )
    await world.checkout.act(f"shop/{view.order_no}", request)


@pytest.mark.timeout(300)
async def test_an_order_goes_over_to_a_new_build_while_both_run(
    own_world: OwnWorld, temporal_binary: Path, simulators: Simulators, tmp_path: Path
) -> None:
    previous = code_of(PREVIOUS, tmp_path / "previous")
    launcher = [str(ROOT / "tests" / "replay" / "previous_build.py"), "old"]
    scarce = simulators["kayixin"].products[SCARCE]
    async with own_world("two-builds") as world:
        variables = {**world.variables, "PERKFLOW_HOME": str(tmp_path), "PERKFLOW_BUILD_ID": "new"}
        bundle = await world.publish(COMPONENTS, BENEFITS, hold_for="P1D")
        begun, placed_after = world.order(bundle), world.order(bundle)
        async with (
            polling(launcher, previous, variables) as old,
            polling(["-m", "starter.cli", "worker"], ROOT, variables) as new,
        ):
            await route_to("old", temporal_binary, world.client, variables)
            scarce.mode = "out_of_stock"
            await world.place(begun)
            half = {"now": "delivered", "held": "held", "later": "planned"}
            await world.until(begun, lambda view: states(view) == half)

            await route_to("new", temporal_binary, world.client, variables)
            scarce.mode = "ok"
            try:
                await retry(world, begun)
                await world.place(placed_after)
                views = [await world.finish(document) for document in (begun, placed_after)]
            finally:
                scarce.mode = "out_of_stock"
            tasks, calls = await processes_of(world.run_of(begun))
            tasks_of_other, calls_of_other = await processes_of(world.run_of(placed_after))

    assert [process for process, _ in groupby(tasks)] == [old, new]
    assert calls == [old, old, new, new]
    assert (set(tasks_of_other), calls_of_other) == ({new}, [new, new, new])
    for view in views:
        assert view.state == "completed"
        assert sales(world, view) == {"now": 1, "held": 1, "later": 1}
