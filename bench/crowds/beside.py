"""Another channel, going on while one has very many orders: how many of those are served before its own.

Where channels take turns that is a handful, however many wait; first come, first served it would be all of
them. So its place in the line is told, and not only how long it took.
"""

import asyncio
import itertools
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio.service import RPCError

from bench.contestants.perkflow import CHANNEL, Perkflow, order_of
from bench.contestants.shop import ONE
from bench.measuring.counts import session_on
from bench.measuring.rounds import percentile
from domain.contract.order import OrderDocument
from domain.keys import order_workflow_id
from starter.desk.errors import ReceiptPending
from storage.base.unavailable import DatabaseUnavailable

OTHER = "other"
COME_BACK = (ReceiptPending, DatabaseUnavailable, RPCError)
"""What tells a client that asking again is safe, and needed."""
DELIVERED = """
    SELECT o.order_no, d.delivered_at FROM deliveries d JOIN orders o ON o.id = d.order_id
    WHERE o.channel = %s AND d.delivered_at >= %s ORDER BY d.delivered_at
"""


@dataclass
class Beside:
    """The orders of the other channel: when each was handed in, and seconds until it was delivered."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    handed_in: dict[str, datetime] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    told_to_come_back: int = 0


@asynccontextmanager
async def other_channel(ours: Perkflow, pause: float = 0.2) -> AsyncIterator[Beside]:
    """One order of one key after the other while the block runs, each once the one before is delivered."""
    beside, over = Beside(), asyncio.Event()

    async def go_on() -> None:
        for number in itertools.count(1):
            if over.is_set():
                return
            await _one(ours, beside, f"beside-{number}")
            await asyncio.sleep(pause)

    going = asyncio.create_task(go_on())
    try:
        yield beside
    finally:
        over.set()
        await going


async def _one(ours: Perkflow, beside: Beside, number: str) -> None:
    now = beside.handed_in[number] = datetime.now(UTC)
    document = order_of(ONE, number, channel=OTHER, placed_at=now)
    beside.told_to_come_back += await placed(ours, document)
    await ours.connected.temporal.get_workflow_handle(order_workflow_id(OTHER, number)).result()
    beside.seconds.append((datetime.now(UTC) - now).total_seconds())


async def placed(ours: Perkflow, document: OrderDocument) -> int:
    """Place an order, as often as a client is told to come back; how often that was."""
    times = 0
    while True:
        try:
            await ours.desk.place(document)
        except COME_BACK:
            times += 1
        else:
            return times


async def places(ours: Perkflow, beside: Beside, waiting: int) -> dict[str, Any]:
    """How many of the crowd's deliveries came between handing in and delivery of each of the others.

    `waiting`: how many the crowd had in all.
    """
    crowd = [at for _, at in await _delivered(ours, CHANNEL, beside.began)]
    overtaken = [
        sum(beside.handed_in[number] < each < at for each in crowd)
        for number, at in await _delivered(ours, OTHER, beside.began)
    ]
    assert overtaken, "no order of the other channel was delivered: it has to go on for longer"
    return {
        "crowd": waiting,
        "orders": len(overtaken),
        "told_to_come_back": beside.told_to_come_back,
        "served_before_median": statistics.median(overtaken),
        "served_before_p95": percentile(overtaken, 95) if len(overtaken) > 1 else overtaken[0],
        "served_before_most": max(overtaken),
        "seconds_median": round(statistics.median(beside.seconds), 2),
        "seconds_most": round(max(beside.seconds), 2),
    }


def in_words(found: dict[str, Any]) -> str:
    """What to print about it."""
    return (
        f"the other channel: {found['orders']} orders; before each, of {found['crowd']} of the crowd, "
        f"{found['served_before_median']:.0f} were served (95 %: {found['served_before_p95']:.0f}, "
        f"at most {found['served_before_most']}); it took {found['seconds_median']} s, "
        f"at most {found['seconds_most']} s"
    )


async def _delivered(ours: Perkflow, channel: str, since: datetime) -> Sequence[tuple[str, datetime]]:
    async with await session_on(ours.database_url) as session:
        found = await session.execute(DELIVERED, [channel, since])
        rows: Sequence[Any] = await found.fetchall()
    return [(number, at) for number, at in rows]
