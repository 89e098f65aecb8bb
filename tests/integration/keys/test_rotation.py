"""A key is replaced under orders that sleep: step by step, to the end, and nothing is lost on the way."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from activities.runs.payload_keys import RunKeys, keys_of_runs, retention, tell_to_go_on
from activities.runs.status import look
from domain.contract.order import OrderDocument
from domain.messages import Swept
from starter.announced import announced
from starter.desk.errors import KeysDiffer
from starter.desk.keys import Keys, KeysRefused, KeyStatus
from starter.not_ready import NotReady
from storage.base.sealing import SealingError
from storage.purchasing.callbacks import ReceivedCallback, known, store
from storage.purchasing.opening import order_ring
from storage.supply.pool_stock import ImportedKey, PoolStock
from tests.integration.keys.rings import as_dict, eventually, with_ring, worker_with
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.skipping import SkippingWorld
from tests.support.world import World
from workflows.queues import ORDERS
from workflows.sweep import Sweep
from workflows.verification import Verification

BENEFITS = [
    benefit("rotated-key", "key", offer("kayixin", "1001")),
    benefit("rotated-phone", "recharge", offer("kayixin", "1006"), account="phone"),
]
PHONE = {"shared": {"type": "phone", "value": "13800138000"}}
NONE = dict.fromkeys(("data_keys", "pool_keys", "callbacks", "webhook_secrets", "channel_secrets"), 0)
YEAR = {"id": "credit", "benefit": "rotated-phone", "release": {"after": "P365D"}}


@pytest.fixture
async def rotating(own_world: OwnWorld) -> AsyncIterator[SkippingWorld]:
    async with own_world(f"rotation-{uuid.uuid4().hex[:8]}") as world:
        yield SkippingWorld(**as_dict(world))


async def sleeping(world: World) -> OrderDocument:
    """An order with one delivery at once, and one in a year."""
    bundle = await world.publish([{"id": "video", "benefit": "rotated-key"}, YEAR], BENEFITS)
    document = world.order(bundle, recipients=PHONE)
    await world.place(document)
    await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    return document


async def done_at_once(world: World) -> OrderDocument:
    bundle = await world.publish([{"id": "video", "benefit": "rotated-key"}], BENEFITS)
    document = world.order(bundle)
    await world.fulfil(document)
    return document


def of(keys: Keys, name: str) -> KeyStatus:
    [found] = [each for each in keys.keys if each.key == name]
    return found


async def forgotten_by_temporal(world: World, runs: list[RunKeys]) -> None:
    """What retention does, done at once."""
    for run in runs:
        await world.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=world.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=run.workflow_id, run_id=run.run_id),
            )
        )


async def under(world: World, key: str, *, closed: bool) -> list[RunKeys]:
    return [
        run
        async for run in keys_of_runs(world.client)
        if key in run.keys and (run.closed_at is not None) == closed
    ]


async def one_is_open(world: World) -> bool:
    """Whether Temporal lists one open run under the old key: it tells a moment later what has ended."""
    return len(await under(world, "k1", closed=False)) == 1


@pytest.mark.timeout(240)
async def test_a_rotation_to_its_end_loses_nothing_of_a_year(rotating: SkippingWorld) -> None:
    async with worker_with(rotating, "k1") as before:
        document = await sleeping(before)
        run = before.run_of(document)
        done = await done_at_once(before)
        await before.stock_pool("rotated", ImportedKey(cost=1, number="ROTATED-0001"))
        async with before.database.transaction() as session:
            callback = ReceivedCallback("kayixin", "nobody", None, "delivered", b"{}")
            await store(session, before.vault, callback, await known(session, callback), datetime.now(UTC))
        await eventually(partial(one_is_open, before))
        first = await before.checkout.keys()
        [one] = first.keys
        assert (one.key, one.seals, one.data_keys, one.pool_keys, one.callbacks) == ("k1", True, 2, 1, 1)
        assert (one.open_runs, one.named, one.closed_runs, first.left) == (1, [run.id], 1, [])
        assert [worker.keys for worker in first.workers] == [["k1"]]

        ahead = with_ring(rotating, "k2", "k1")
        bundle = await ahead.publish([{"id": "video", "benefit": "rotated-key"}], BENEFITS)
        early = ahead.order(bundle)
        with pytest.raises(KeysDiffer, match=r"seals with key k2, which the worker .* has not"):
            await ahead.place(early)
        assert (await look(rotating.client, ahead.run_of(early).id)).run_id == ""
        with pytest.raises(NotReady, match="put k2 behind the others"):
            async with announced(ahead.database, ahead.vault.ring):
                pass

    async with worker_with(rotating, "k1", "k2"):
        await ahead.fulfil(early)
        with pytest.raises(KeysRefused, match="still seals with key k1: put k2 in front"):
            await ahead.checkout.rewrap_keys()

    async with worker_with(rotating, "k2", "k1") as rotated:
        await eventually(partial(one_is_open, rotated))
        lines: list[str] = []
        begun = await rotated.checkout.rewrap_keys(lines.append)
        assert begun.wrapped == {**NONE, "data_keys": 3, "pool_keys": 1, "callbacks": 1}
        assert (begun.notified, lines[0]) == (1, "3 data keys of orders wrapped under k2")
        old = of(begun, "k1")
        assert (old.data_keys, old.pool_keys, old.callbacks, old.named) == (0, 0, 0, [run.id])

        async def gone_on() -> bool:
            return not await under(rotated, "k1", closed=False)

        await eventually(gone_on)
        again = await rotated.checkout.rewrap_keys()
        [old] = again.left
        closed = await under(rotated, "k1", closed=True)
        last = max(each.closed_at for each in closed if each.closed_at)
        assert (again.wrapped, again.notified) == (NONE, 0)
        assert (old.key, old.open_runs, old.closed_runs) == ("k1", 0, len(closed))
        assert {each.workflow_id for each in closed} >= {run.id, before.run_of(done).id}
        assert old.closed_runs_until == last + await retention(rotated.client)

        await forgotten_by_temporal(rotated, closed)

        async def forgotten() -> bool:
            return not await under(rotated, "k1", closed=True)

        await eventually(forgotten)
        assert (await rotated.checkout.rewrap_keys()).left == []

    async with worker_with(rotating, "k2") as after:
        later = SkippingWorld(**as_dict(after))
        later.placed.append(later.run_of(document))
        await later.pass_to(datetime.now(UTC) + timedelta(days=366))
        view = await later.finish(document)
        assert [each.state for each in view.deliveries] == ["delivered", "delivered"]
        assert [sale.account for sale in later.sales(view)][-1] == "13800138000"
        issued = await PoolStock(after.database, after.vault).issue("pool", "rotated", "a-key", 1)
        assert issued is not None
        assert [unit.number for unit in issued] == ["ROTATED-0001"]


async def test_what_no_key_here_opens_is_left_alone_and_keeps_the_end_away(rotating: SkippingWorld) -> None:
    await with_ring(rotating, "k0").stock_pool("rotated", ImportedKey(cost=1, number="LOST-0001"))
    await with_ring(rotating, "k1").stock_pool("rotated", ImportedKey(cost=1, number="KEPT-0001"))
    lines: list[str] = []
    rotated = with_ring(rotating, "k2", "k1")
    done = await rotated.checkout.rewrap_keys(lines.append)
    assert done.wrapped == {**NONE, "pool_keys": 1}
    assert "1 keys in our own stock do not open with any key of this ring: left alone" in lines
    [left] = done.left
    assert (left.key, left.in_ring, left.pool_keys) == ("k0", False, 1)


async def test_a_data_key_that_was_wrapped_anew_needs_the_new_key_alone(rotating: SkippingWorld) -> None:
    async with worker_with(rotating, "k1") as before:
        view = await before.read(await sleeping(before))
    await with_ring(rotating, "k2", "k1").checkout.rewrap_keys()
    async with rotating.database.transaction() as session:
        await order_ring(session, with_ring(rotating, "k2").vault, view.order_id)
    async with rotating.database.transaction() as session:
        with pytest.raises(SealingError, match="under the key k2, which is not in the ring"):
            await order_ring(session, with_ring(rotating, "k1").vault, view.order_id)


@pytest.mark.parametrize("kind", [Sweep, Verification])
async def test_the_runs_that_mind_everything_go_on_as_new_ones_when_they_are_told(
    rotating: SkippingWorld, kind: type[Sweep] | type[Verification]
) -> None:
    name = "perkflow-sweep" if kind is Sweep else "perkflow-verification"
    async with worker_with(rotating, "k1") as before:
        inputs = [Swept(orders=[])] if kind is Sweep else []
        handle = await before.client.start_workflow(kind.__name__, args=inputs, id=name, task_queue=ORDERS)
        first = handle.first_execution_run_id
        told: list[RunKeys] = []

        async def listed() -> bool:
            told[:] = [run async for run in keys_of_runs(before.client) if run.workflow_id == name]
            return len(told) == 1

        await eventually(listed)
        assert await tell_to_go_on(before.client, told[0])

        async def went_on() -> bool:
            return (await look(before.client, name)).run_id != first

        await eventually(went_on)
        await before.client.get_workflow_handle(name).terminate("the test is over")
