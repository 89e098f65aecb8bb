"""Records histories of today's workflow, for every later version to replay.

    python -m tests.replay.record [SCENE ...]

writes `histories/<commit>-<scene>.json`, and one file more for each run that an order was continued as. Their
commit is the one that is checked out. Until the first release a change of what runs command has them recorded
anew, and the former ones go; from then on a recorded history stays, and a change adds new ones. Payloads are
encrypted under `KEYS`, which protect nothing: the orders in them are made up.
"""

import asyncio
import base64
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from temporalio.client import WorkflowHistory

from domain.contract.order import OrderDocument
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from settings import Settings
from simulator.serving.server import running_simulators
from starter import process
from starter.stack.lock import held
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal
from tests.support.documents import benefit, offer
from tests.support.servers.temporal import temporal_in_memory
from tests.support.servers.worlds import world_on
from tests.support.world import World, working
from workflows.run.verbs import DeliveryVerbs

KEYS = {
    "PERKFLOW_KEYRING": "replay:" + base64.b64encode(b"replay tests protect nothing 32b").decode(),
    "PERKFLOW_FINGERPRINT_KEY": base64.b64encode(b"nor do their fingerprints, 32 by").decode(),
}
HISTORIES = Path(__file__).parent / "histories"
BENEFITS = [
    benefit("sync-key", "key", offer("kayixin", "1001")),
    benefit("async-link", "link", offer("fulu", "10000588")),
    benefit("refused-key", "key", offer("kayixin", "2002")),
    benefit("scarce-key", "key", offer("kayixin", "2004"), offer("fulu", "10000604", priority=20)),
]
REVERSIBLE = {"reversibility": "reversible"}


async def delivered(world: World) -> str:
    """A synchronous, an asynchronous and a delayed delivery."""
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "sync-key"},
            {"id": "link", "benefit": "async-link"},
            {"id": "later", "benefit": "sync-key", "release": {"after": "PT3S"}},
        ],
        BENEFITS,
    )
    return (await world.fulfil(world.order(bundle))).order_no


async def released_later(world: World) -> str:
    """One part with the order, and one on a timer."""
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "sync-key"},
            {"id": "later", "benefit": "sync-key", "release": {"after": "PT3S"}},
        ],
        BENEFITS,
    )
    return (await world.fulfil(world.order(bundle))).order_no


async def undone(world: World) -> str:
    """A later delivery is refused, and the earlier one is taken back."""
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "sync-key", **REVERSIBLE},
            {"id": "refused", "benefit": "refused-key", "release": {"after": "PT1S"}},
        ],
        BENEFITS,
        policy="all_or_nothing",
    )
    return (await world.fulfil(world.order(bundle))).order_no


async def act_on_held(world: World, document: OrderDocument, request: str, act: Act) -> None:
    """A person's act on the only delivery, once it is held."""
    view = await world.until(document, lambda order: order.state == "held")
    human = HumanAct(
        request_id=f"{view.order_id}-{request}",
        order_id=view.order_id,
        delivery_id=view.deliveries[0].id,
        act=act,
        actor="lin",
        reason="the buyer called",
    )
    await world.checkout.act(f"shop/{view.order_no}", human)


async def refunded_by_support(world: World) -> str:
    """No supplier has it: held, tried again by a person, then refunded."""
    bundle = await world.publish([{"id": "scarce", "benefit": "scarce-key"}], BENEFITS, hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    for act in (Act.RETRY, Act.REFUND):
        await act_on_held(world, document, act.value, act)
    return (await world.finish(document)).order_no


async def continued(world: World) -> str:
    """Tried again, continued as a new run that is told to read the book, and refunded there."""
    bundle = await world.publish([{"id": "scarce", "benefit": "scarce-key"}], BENEFITS, hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    await act_on_held(world, document, "retry", Act.RETRY)
    await world.until(document, lambda order: order.state == "held")
    await world.run_of(document).signal(DeliveryVerbs.read_the_book)
    await act_on_held(world, document, "refund", Act.REFUND)
    return (await world.finish(document)).order_no


async def rejected(world: World) -> str:
    """An order beyond its buyer's limit."""
    bundle = await world.publish([{"id": "now", "benefit": "sync-key"}], BENEFITS, limits={"per_buyer": 1})
    document = world.order(bundle, quantity=2)
    try:
        await world.place(document)
    except Exception as refused:
        print(f"rejected as it should be: {refused}")
    await world.run_of(document).result()
    return document.order_no


SCENES = {
    scene.__name__.replace("_", "-"): scene
    for scene in (delivered, released_later, undone, refunded_by_support, continued, rejected)
}


async def runs(world: World, number: str) -> AsyncIterator[WorkflowHistory]:
    """The history of each run of an order, the first one first."""
    workflow_id = f"order/shop/{number}"
    last = await world.client.get_workflow_handle(workflow_id).describe()
    run_id = last.raw_info.first_run_id
    while run_id:
        history = await world.client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        yield history
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id


async def record(names: list[str]) -> None:
    """Run scenes on a real server and keep their histories."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder, running_simulators() as simulators:
        home = Path(folder)
        async with (
            held(home / "lock", busy="in use", wait=None, progress=print) as lock,
            running_postgres(home, lock, print) as postgres,
            temporal_in_memory(find_temporal(Settings(), print)) as environment,
            world_on(environment.client, postgres.url, simulators, "replay", KEYS) as world,
            working(world.workers()),
        ):
            for name in names:
                number = await SCENES[name](world)
                part = 0
                async for history in runs(world, number):
                    part += 1
                    keep(f"{commit}-{name}{f'-{part}' if part > 1 else ''}", history)


def keep(name: str, history: WorkflowHistory) -> None:
    """Write a history to a new file. Raises FileExistsError where there is one: it stays as it is."""
    with (HISTORIES / f"{name}.json").open("x") as file:
        file.write(history.to_json())
    print(f"{name}: {len(history.events)} events")


if __name__ == "__main__":
    HISTORIES.mkdir(exist_ok=True)
    process.run(lambda: asyncio.run(record(sys.argv[1:] or list(SCENES))))
