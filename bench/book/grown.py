"""A book of a certain size, and what is timed in it."""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.book.copies import fill, stencils_of
from bench.measuring.counts import session_on
from domain.contract.bundle import Bundle
from simulator.serving.server import Simulators
from storage.upkeep.overdue import open_work, overdue_orders
from storage.views.order_lines import GRACE, connected, newest_orders
from storage.views.orders import open_orders, orders_to
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import world_of_its_own
from tests.support.world import World, working

CODES = ("1001", "1002", "1005")
KEYS = [benefit(f"key-{code}", "key", offer("kayixin", code)) for code in CODES]
CHARGE = benefit("charge", "recharge", offer("kayixin", "1003"), account="phone")
PARTS = [{"id": f"part-{code}", "benefit": f"key-{code}"} for code in CODES]
PHONE = {"recipients": {"shared": {"type": "phone", "value": "13800000001"}}}
ASLEEP = 3
"""Of every hundred copies."""
IN_ONE_SWEEP = 5000


@dataclass
class Grown:
    """One book; milliseconds of everything that was timed in it, by what it was."""

    orders: int
    world: World
    bundle: Bundle
    url: str
    a_number: str
    """Of an order in it."""
    times: dict[str, list[float]] = field(default_factory=dict)

    async def round(self, orders: int) -> None:
        """Place so many orders, each when the one before is delivered; then read what people read."""
        spent = await self._spent()
        for _ in range(orders):
            document = self.world.order(self.bundle)
            began = time.perf_counter()
            await self.world.place(document)
            placed = time.perf_counter()
            await self.world.run_of(document).result()
            self._took("placing", placed - began)
            self._took("the whole order", time.perf_counter() - began)
        self._took("PostgreSQL's CPU, an order", (await self._spent() - spent) / orders)
        for name, read in self._reads().items():
            began = time.perf_counter()
            await read()
            self._took(name, time.perf_counter() - began)

    def _took(self, what: str, seconds: float) -> None:
        self.times.setdefault(what, []).append(1000 * seconds)

    async def _spent(self) -> float:
        """CPU seconds of this database's sessions so far."""
        async with await session_on(self.url) as session:
            found = await session.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            used = [psutil.Process(pid).cpu_times() for (pid,) in await found.fetchall()]
        return float(sum(each.user + each.system for each in used))

    def _reads(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        return {
            "order list": self._list,
            "order find": self._find,
            "order show": lambda: self.world.read_number(self.a_number),
            "what a sweep looks for": self._sweep,
        }

    async def _list(self) -> None:
        async with connected(self.url) as book:
            await newest_orders(book)

    async def _find(self) -> None:
        index = self.world.vault.fingerprints.account("13800000001")
        async with self.world.database.snapshot() as session:
            await orders_to(session, index)

    async def _sweep(self) -> None:
        now = datetime.now(UTC)
        async with self.world.database.snapshot() as session:
            await open_orders(session, IN_ONE_SWEEP, due_before=now)
            await overdue_orders(session, now - GRACE, now, IN_ONE_SWEEP, surely=True)
            await open_work(session, "", IN_ONE_SWEEP)


async def grown(
    exits: AsyncExitStack, binary: Path, postgres_url: str, suppliers: Simulators, orders: int
) -> Grown:
    """A book of so many copies, with workers until the block of `exits` ends."""
    making = world_of_its_own(binary, postgres_url, suppliers, f"grown_{orders}")
    world = await exits.enter_async_context(making)
    quick = world.connections["kayixin"].model_copy(update={"max_per_second": 1000.0})
    world.connections = {"kayixin": quick}
    await exits.enter_async_context(working(world.workers()))
    url = world.variables["PERKFLOW_DATABASE_URL"]
    recharged = [*PARTS[:2], {"id": "charge", "benefit": "charge"}]
    sold = await world.publish(recharged, [*KEYS, CHARGE])
    later = await world.publish([{**PARTS[0], "release": {"after": "P365D"}}], KEYS)
    bundle = await world.publish(PARTS, KEYS)
    fulfilled = await world.fulfil(world.order(sold, **PHONE))
    asleep = await world.place(world.order(later))
    mix = [(await stencils_of(url, fulfilled.order_id), 100 - ASLEEP)]
    mix.append((await stencils_of(url, asleep.order_id), ASLEEP))
    await fill(url, mix, range(orders))
    return Grown(orders, world, bundle, url, f"shop/{fulfilled.order_no}")
