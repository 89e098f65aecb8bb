"""Everything an audit looks at, read once after the run, and opened where it is sealed."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from temporalio.client import WorkflowExecution

from simulator.faults.kinds import BREAKS, COMMIT_THEN, DOWN
from simulator.faults.log import InjectedFault
from simulator.shop.ledger import Sale
from simulator.shop.notice_log import SentNotice
from storage.base.database import Database
from storage.base.sealing import KeyRing, unwrap_data_key
from storage.tables import (
    ActRow,
    Attempt,
    BundleVersion,
    Callback,
    CaseRow,
    Credential,
    DataKey,
    Delivery,
    Event,
    ExchangeRow,
    GateRow,
    Order,
    OrderEventRow,
    PoolKey,
    PublicEvent,
    PublicOrder,
    RecipientRow,
    Refund,
    Table,
)
from tests.chaos.people.shop import Shop
from tests.chaos.people.witness import Heard, Witness
from tests.chaos.stack.ground import Ground

Row = TypeVar("Row", bound=Table)
OURS = ("by-hand", "pool")
"""Connections without a ledger."""
SILENCES = BREAKS | set(COMMIT_THEN) | {DOWN, "commit_after_not_found"}
"""Faults after which a supplier has not answered."""


@dataclass
class Finding:
    """One invariant's verdict: what was counted, and every violation by name."""

    counts: dict[str, int]
    violations: list[str]
    shown: tuple[str, ...] = ()
    """Which counts are worth a place on the line; none named: all."""


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
    exchanges: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Of which acts of each attempt the last exchange was kept, by the attempt's id."""
    callbacks: list[Callback] = field(default_factory=list)
    bundles: list[BundleVersion] = field(default_factory=list)
    pool_keys: list[PoolKey] = field(default_factory=list)
    sales: dict[str, list[Sale]] = field(default_factory=dict)
    faults: list[InjectedFault] = field(default_factory=list)
    silences: dict[str, list[float]] = field(default_factory=dict)
    """When each supplier was made to give no answer (Unix seconds)."""
    notices: dict[str, list[SentNotice]] = field(default_factory=dict)
    """Every callback that each supplier sent."""
    recipients: dict[tuple[str, str], str] = field(default_factory=dict)
    """The accounts of orders by name, opened."""
    secrets: dict[str, str] = field(default_factory=dict)
    """What each credential is, and each key of the pool, by the row's id, opened."""
    data_keys: set[str] = field(default_factory=set)
    """The orders that have one."""
    gates: dict[tuple[str, str], GateRow] = field(default_factory=dict)
    facts: list[OrderEventRow] = field(default_factory=list)
    runs: list[WorkflowExecution] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    """Every webhook that came."""
    public: list[PublicEvent] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    """How many public events there are of each order."""

    def attempts_of(self, delivery_id: str) -> list[Attempt]:
        """A delivery's attempts, in order."""
        return sorted((a for a in self._by_delivery[delivery_id]), key=lambda a: a.number)

    def credentials_of(self, delivery_id: str) -> list[Credential]:
        """What the buyer has of a delivery: issued, and not taken back."""
        mine = self._credentials[delivery_id]
        return [each for each in mine if each.attempt_id is not None and each.revoked_at is None]

    def deliveries_of(self, order_id: str) -> list[Delivery]:
        """An order's deliveries."""
        return self._by_order[order_id]

    def events_of(self, row: Delivery) -> list[Event]:
        """What was told of a delivery, in order."""
        return [event for event in self.events.get(row.order_id, ()) if event.delivery_id == row.id]

    def faults_of(self, delivery_id: str) -> list[InjectedFault]:
        """The faults under a delivery's own keys."""
        return [fault for a in self._by_delivery[delivery_id] for fault in self._faults[a.key]]

    def name(self, delivery_id: str) -> str:
        """A delivery as people name it."""
        row = self.deliveries[delivery_id]
        order = self.orders[row.order_id]
        return f"{order.channel}/{order.order_no} {row.component}#{row.number}"

    def sales_of(self, attempt: Attempt) -> list[Sale]:
        """What was sold under an attempt's number."""
        return self.sales.get(attempt.key, [])

    def index(self) -> None:
        """Make look-ups fast."""
        self._by_delivery: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            self._by_delivery[attempt.delivery_id].append(attempt)
        self._by_order: dict[str, list[Delivery]] = defaultdict(list)
        for row in self.deliveries.values():
            self._by_order[row.order_id].append(row)
        self._credentials: dict[str, list[Credential]] = defaultdict(list)
        for credential in self.credentials:
            self._credentials[credential.delivery_id].append(credential)
        self._faults: dict[str, list[InjectedFault]] = defaultdict(list)
        for fault in self.faults:
            self._faults[fault.number].append(fault)


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
    for exchange in await _all(database, ExchangeRow):
        scene.exchanges[exchange.attempt_id].append(exchange.act)
    scene.callbacks = list(await _all(database, Callback))
    scene.bundles = list(await _all(database, BundleVersion))
    scene.pool_keys = list(await _all(database, PoolKey))
    scene.gates = {(row.order_id, row.component): row for row in await _all(database, GateRow)}
    scene.facts = list(await _all(database, OrderEventRow))
    scene.public = list(await _all(database, PublicEvent))
    scene.sequences = {row.order_id: row.sequence for row in await _all(database, PublicOrder)}
    events: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(await _all(database, Event), key=lambda event: (event.order_id, event.seq)):
        events[event.order_id].append(event)
    scene.events = events
    sales: dict[str, list[Sale]] = defaultdict(list)
    for ledger in (supplier.ledger for supplier in ground.simulators.values()):
        for sale in ledger.sales():
            sales[sale.number].append(sale)
        faults = ledger.faults.all()
        scene.notices[ledger.supplier] = ledger.notices.all()
        scene.faults += faults
        scene.silences[ledger.supplier] = [fault.at for fault in faults if fault.kind in SILENCES]
    scene.sales = sales
    await _open(scene)
    scene.runs = [run async for run in ground.client.list_workflows("")]
    scene.index()
    return scene


async def _open(scene: Scene) -> None:
    """Read what is sealed: accounts, credentials, the pool's keys."""
    ring, database = scene.ground.vault.ring, scene.ground.database
    rings: dict[str, KeyRing] = {
        row.order_id: unwrap_data_key(ring, row.order_id, row.wrapped)
        for row in await _all(database, DataKey)
    }
    scene.data_keys = set(rings)
    for row in await _all(database, RecipientRow):
        plain = json.loads(rings[row.order_id].open(row.sealed, f"recipient/{row.order_id}/{row.name}"))
        scene.recipients[row.order_id, row.name] = plain["value"]
    for each in scene.credentials:
        order_id = scene.deliveries[each.delivery_id].order_id
        if not each.sealed:
            continue
        plain = rings[order_id].open(each.sealed, f"credential/{each.id}")
        scene.secrets[each.id] = _secret(json.loads(plain))
    for key in scene.pool_keys:
        if not key.sealed:
            continue
        scene.secrets[key.id] = _secret(json.loads(ring.open(key.sealed, f"pool/{key.id}")))


def _secret(plain: dict[str, str]) -> str:
    return plain.get("password") or plain.get("number") or plain["link"]


async def _all(database: Database, table: type[Row]) -> Sequence[Row]:
    async with database.transaction() as session:
        query: Any = select(table)
        return (await session.scalars(query)).all()
