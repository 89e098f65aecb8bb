"""A plan of 720 deliveries, under a steady stream of people's acts, over runs that are continued as new."""

import asyncio
import random
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from domain.verbs.verb import Act
from storage.supply.pool_stock import ImportedKey
from storage.tables import ActRow, PoolKey
from storage.views.orders import OrderView
from tests.integration.runs.crowd import Crowd
from tests.integration.runs.run_histories import chain_of, payload_sizes
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

pytestmark = pytest.mark.slow

COMPONENTS, RELEASES = 20, 36
LONGEST = 4096
"""Events of one run: from there on a server suggests to continue it as a new one."""
LIMITS = {
    "limit.historyCount.suggestContinueAsNew": LONGEST,
    "limit.historyCount.warn": LONGEST,
    "limit.historyCount.error": LONGEST + 1000,  # the server ends a run that gets there
}
LARGEST_PAYLOAD = 100_000
BENEFITS = [
    benefit("ours", "key", offer("pool", "many")),
    benefit("card", "key", offer("kayixin", "1001")),
    benefit("link", "link", offer("fulu", "10000588")),
    benefit("charge", "recharge", offer("kayixin", "1006"), account="phone"),
]
EVERY = {"every": "PT3S", "times": RELEASES}
AT_THE_END = {"by": "P1D", "otherwise": "refund"}
OTHERS: list[dict[str, Any]] = [
    {"benefit": "card", "release": EVERY},
    {"benefit": "link", "release": EVERY},
    {"benefit": "charge", "release": EVERY},
    {
        "benefit": "charge",
        "release": EVERY,
        "recipient": {"platform": "later"},
        "claim": {"within": "P1D", "otherwise": "refund"},
    },
    {"benefit": "card", "release": EVERY, "needs": ["part-0"]},
    {"benefit": "ours", "release": {**EVERY, **AT_THE_END, "when": "delivered(part-1, 5)"}},
]
POOLED = COMPONENTS - len(OTHERS) + 1
"""How many of the components come from the pool."""


def parts() -> list[dict[str, Any]]:
    ours: dict[str, Any] = {"benefit": "ours", "release": EVERY}
    return [{"id": f"part-{i}", **part} for i, part in enumerate([*OTHERS, *[ours] * (POOLED - 1)])]


@pytest.mark.timeout(1200)
async def test_a_plan_of_720_deliveries_is_driven_to_its_end_under_a_stream_of_acts(
    own_world: OwnWorld,
) -> None:
    limits = {name: str(at) for name, at in LIMITS.items()}
    async with (
        own_world("large", limits) as world,
        working(world.workers()),
    ):
        keys = (ImportedKey(cost=1, number=f"n-{i}", password="p") for i in range(POOLED * RELEASES))
        await world.stock_pool("many", *keys)
        bundle = await world.publish(parts(), BENEFITS, price=720_00, hold_for="P1D")
        document = world.order(bundle, recipients={"shared": {"type": "phone", "value": "13800000001"}})

        began, busy = time.monotonic(), time.process_time()
        receipt = await world.place(document)
        accepted = time.monotonic() - began
        crowd = Crowd(world, receipt, readdressed="part-2", account="later", random=random.Random(7))
        view, _ = await asyncio.gather(world.finish(document, seconds=1000), crowd.act())

        took, busy = time.monotonic() - began, time.process_time() - busy
        chain = await chain_of(world, document)
        largest = max(size for run in chain for event in run.events for size in payload_sizes(event))
        lengths = [len(history.events) for history in chain]
        print(f"accepted in {accepted:.2f} s, done in {took:.0f} s, {busy:.0f} CPU s in this process")
        print(f"events per run: {lengths}; largest payload: {largest}; {dict(crowd.told)}")
        print(f"refused: {dict(Counter(crowd.refusals))}")

        assert (len(receipt.deliveries), view.state, view.refund) == (720, "completed", None)
        assert await sold_once(world, view) == {"pool": POOLED * RELEASES, "supplier": 5 * RELEASES}
        await assert_acts_are_effects(world, view, crowd)
    assert len(chain) >= 4
    assert max(lengths) < LONGEST
    assert largest[0] <= LARGEST_PAYLOAD


async def sold_once(world: World, view: OrderView) -> dict[str, int]:
    """How many deliveries have exactly one sale in the ledgers and one attempt in the book."""
    async with world.database.transaction() as session:
        issued = Counter(await session.scalars(select(PoolKey.purchase_key).where(PoolKey.state == "issued")))
    once: Counter[str] = Counter()
    for delivery in view.deliveries:
        assert (delivery.state, len(delivery.attempts), delivery.units_delivered) == ("delivered", 1, 1)
        [attempt] = delivery.attempts
        ledger = world.simulators.get(attempt.connection)
        sold = issued[attempt.key] if ledger is None else len(ledger.ledger.sales_of(attempt.key))
        assert sold == 1
        once["pool" if ledger is None else "supplier"] += 1
    return dict(once)


async def assert_acts_are_effects(world: World, view: OrderView, crowd: Crowd) -> None:
    """Every acknowledged act is one row and one event of the book, and none is more."""
    async with world.database.transaction() as session:
        rows = await session.execute(
            select(ActRow.request_id, ActRow.act).where(ActRow.order_id == view.order_id)
        )
        written = {request_id: act for request_id, act in rows}
    assert written == {name: act.value for name, act in crowd.acknowledged.items()}
    told = Counter(
        english(event.data["note"]).rpartition(": ")[2]
        for event in view.events
        if event.type.startswith("human.") or event.type in ("order.paused", "order.resumed")
    )
    bound = Counter(event.delivery_id for event in view.events if event.type == "delivery.bound")
    claimed = [delivery.id for delivery in view.deliveries if delivery.component == "part-3"]
    binds = [name for name, act in crowd.acknowledged.items() if act is Act.BIND_RECIPIENT]
    assert told == Counter(set(crowd.acknowledged) - set(binds))
    assert (len(binds), bound) == (1, Counter(claimed))
    ledger = world.simulators["kayixin"].ledger
    charged = {
        d.id: ledger.sales_of(d.attempts[0].key)[0].account for d in view.deliveries if d.id in crowd.accounts
    }
    assert charged == crowd.accounts
