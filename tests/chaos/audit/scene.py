"""Everything an audit looks at, read once after the run."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from simulator.ledger import Sale
from simulator.sale import InjectedFault
from storage.database import Database
from storage.tables import (
    ActRow,
    Attempt,
    BundleVersion,
    Callback,
    CaseRow,
    Credential,
    Delivery,
    Event,
    Order,
    PoolKey,
    Refund,
    Table,
)
from tests.chaos.ground import Ground
from tests.chaos.people import Witness
from tests.chaos.shop import Shop

Row = TypeVar("Row", bound=Table)
OURS = ("by-hand", "pool")
"""Connections without a ledger."""


@dataclass
class Finding:
    """One invariant's verdict: what was counted, and every violation by name."""

    counts: dict[str, int]
    violations: list[str]


@dataclass
class Scene:
    """The ledgers, the book, and what the people of the run saw."""

    ground: Ground
    shop: Shop
    witness: Witness
    pool: list[str]
    now: datetime
    orders: dict[str, Order] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    credentials: list[Credential] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    events: dict[str, list[Event]] = field(default_factory=dict)
    acts: list[ActRow] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    bundles: list[BundleVersion] = field(default_factory=list)
    pool_keys: list[PoolKey] = field(default_factory=list)
    sales: dict[str, list[Sale]] = field(default_factory=dict)
    faults: list[InjectedFault] = field(default_factory=list)

    def attempts_of(self, delivery_id: str) -> list[Attempt]:
        """A delivery's attempts, in order."""
        return sorted((a for a in self._by_delivery[delivery_id]), key=lambda a: a.number)

    def name(self, delivery_id: str) -> str:
        """A delivery as people name it."""
        row = self.deliveries[delivery_id]
        order = self.orders[row.order_id]
        return f"{order.channel}/{order.order_no} {row.component}#{row.release}"

    def sales_of(self, attempt: Attempt) -> list[Sale]:
        """What was sold under an attempt's number."""
        return self.sales.get(attempt.key, [])

    def index(self) -> None:
        """Make look-ups fast."""
        self._by_delivery: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            self._by_delivery[attempt.delivery_id].append(attempt)


async def read_scene(ground: Ground, shop: Shop, witness: Witness, pool: list[str], now: datetime) -> Scene:
    """Read the whole book and both ledgers."""
    scene = Scene(ground, shop, witness, pool, now)
    database = ground.database
    scene.orders = {row.id: row for row in await _all(database, Order)}
    scene.deliveries = {row.id: row for row in await _all(database, Delivery)}
    scene.attempts = list(await _all(database, Attempt))
    scene.credentials = list(await _all(database, Credential))
    scene.refunds = list(await _all(database, Refund))
    scene.cases = list(await _all(database, CaseRow))
    scene.acts = list(await _all(database, ActRow))
    scene.callbacks = list(await _all(database, Callback))
    scene.bundles = list(await _all(database, BundleVersion))
    scene.pool_keys = list(await _all(database, PoolKey))
    events: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(await _all(database, Event), key=lambda event: (event.order_id, event.seq)):
        events[event.order_id].append(event)
    scene.events = events
    sales: dict[str, list[Sale]] = defaultdict(list)
    for ledger in (ground.simulators.kayixin.ledger, ground.simulators.fulu.ledger):
        for sale in ledger.sales():
            sales[sale.number].append(sale)
        scene.faults += ledger.faults.all()
    scene.sales = sales
    scene.index()
    return scene


async def _all(database: Database, table: type[Row]) -> Sequence[Row]:
    async with database.transaction() as session:
        query: Any = select(table)
        return (await session.scalars(query)).all()
