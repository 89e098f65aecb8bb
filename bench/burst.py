"""Orders of keys from our own stock, handed in at twice the rate that this machine serves, for a minute.

    python -m bench.burst [--seconds 60] [--times 2] [--wait 30]

What it serves is measured first. Then orders come at their rate whatever becomes of those before; a client
that has no receipt within `--wait` seconds is told to come back, and does so once the minute is over. In the
end every order has its key, no key is sold twice, and the place of another channel's orders is told.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.contestants.perkflow import CHANNEL, Perkflow, order_of, perkflow
from bench.contestants.shop import OWN, OWN_STOCK
from bench.crowds.beside import COME_BACK, in_words, other_channel, placed, places
from bench.isolation import keep_quiet
from bench.measuring.counts import session_on
from bench.measuring.load import drive
from bench.measuring.rounds import percentile
from bench.report import RESULTS, write
from domain.keys import order_workflow_id
from starter import process
from starter.desk.errors import DeskError
from storage.supply.pool_stock import ImportedKey, PoolStock

TRIED, IN_FLIGHT = 200, 20
LATEST = 1800.0
"""Seconds within which all has to be delivered, once no more is handed in."""
SOLD = """
    SELECT (SELECT count(*) FROM pool_keys WHERE state = 'issued'),
    (SELECT count(DISTINCT d.id) FROM deliveries d JOIN orders o ON o.id = d.order_id
     WHERE o.channel = %(channel)s AND d.state = 'delivered'),
    (SELECT count(*) FROM orders WHERE channel = %(channel)s)
"""


@dataclass
class Burst:
    """How clients were answered: how many how, and the seconds until a receipt."""

    ours: Perkflow
    wait: timedelta
    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    come_back: list[str] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When all of them say that they were placed, so that a document stays the same when it comes again."""
    accepted: list[str] = field(default_factory=list)

    async def hand_in(self, number: str) -> None:
        """Place an order once, and remember the answer."""
        began = asyncio.get_running_loop().time()
        try:
            await self.ours.desk.place(order_of(OWN, number, placed_at=self.began), self.wait)
        except COME_BACK:
            self.answers["come back"] += 1
            self.come_back.append(number)
        except DeskError as refused:
            self.answers[refused.code] += 1
        else:
            self.answers["accepted"] += 1
            self.accepted.append(number)
            self.seconds.append(asyncio.get_running_loop().time() - began)

    async def come_again(self) -> None:
        """Place again what was told to come back, until each has its receipt."""
        while self.come_back:
            again, self.come_back = self.come_back, []
            await asyncio.gather(*(self.hand_in(number) for number in again))


async def main(seconds: float, times: float, wait: float, results: Path) -> int:
    """Find out what is served, hand in more, wait, print and write; the exit code."""
    keep_quiet()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="perkflow-burst-") as folder:
        async with perkflow(Path(folder) / "perkflow", console.print) as ours:
            served = await _served(ours)
            console.print(f"it serves {served:.1f} orders a second")
            found = await burst(ours, served, served * times, seconds, wait)
    answers = ", ".join(f"{count} {how}" for how, count in found["answers"].items())
    print(f"{found['handed_in']} handed in at {found['rate']} a second: {answers}")
    print(f"receipts took {found['receipt_p50_s']} s (95 %: {found['receipt_p95_s']} s)")
    print(f"{found['keys_sold']} keys sold, {found['delivered']} deliveries, {found['orders']} orders")
    print(in_words(found["beside"]))
    write("burst", found, results)
    return 0 if found["keys_sold"] == found["delivered"] == found["orders"] == found["expected"] else 1


async def _served(ours: Perkflow) -> float:
    """Orders a second, as many in flight as make no difference any more."""
    await _stock(ours, "tried", TRIED)
    numbers = iter(range(TRIED))

    async def one() -> None:
        number = f"tried-{next(numbers)}"
        await placed(ours, order_of(OWN, number))
        await _end_of(ours, number)

    return TRIED / (await drive(one, TRIED, IN_FLIGHT)).seconds


async def burst(ours: Perkflow, served: float, rate: float, seconds: float, wait: float) -> dict[str, Any]:
    """What became of it. `rate`: orders a second that are handed in."""
    count = int(rate * seconds)
    await _stock(ours, "burst", count)
    handing = Burst(ours, timedelta(seconds=wait))
    began = datetime.now(UTC)
    async with other_channel(ours) as beside:
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                late = number / rate - (datetime.now(UTC) - began).total_seconds()
                await asyncio.sleep(max(late, 0))
                group.create_task(handing.hand_in(f"burst-{number}"))
        answers, receipts = dict(handing.answers), list(handing.seconds)
        async with asyncio.timeout(LATEST):
            await handing.come_again()
            await asyncio.gather(*(_end_of(ours, number) for number in handing.accepted))
        took = (datetime.now(UTC) - began).total_seconds()
    async with await session_on(ours.database_url) as session:
        asked = await session.execute(SOLD, {"channel": CHANNEL})
        row: Any = await asked.fetchone()
    return {
        "served_a_second": round(served, 1),
        "rate": round(rate, 1),
        "seconds": seconds,
        "handed_in": count,
        "answers": answers,
        "receipt_p50_s": round(percentile(receipts, 50), 2),
        "receipt_p95_s": round(percentile(receipts, 95), 2),
        "all_delivered_after_s": round(took, 1),
        "keys_sold": row[0],
        "delivered": row[1],
        "orders": row[2],
        "expected": count + TRIED,
        "beside": await places(ours, beside, count),
    }


async def _stock(ours: Perkflow, name: str, count: int) -> None:
    keys = (ImportedKey(cost=1000, number=f"{name}-{number:08d}") for number in range(count))
    stock = PoolStock(ours.connected.database, ours.connected.vault)
    await stock.import_keys(*OWN_STOCK, keys, datetime.now(UTC))


async def _end_of(ours: Perkflow, number: str) -> None:
    run = ours.connected.temporal.get_workflow_handle(order_workflow_id(CHANNEL, number))
    await run.result()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Hand in more orders than this machine serves.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--times", type=float, default=2, help="of the rate that is served")
    parser.add_argument("--wait", type=float, default=30, help="seconds that a client waits for a receipt")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that is written")
    given = parser.parse_args()
    process.run(lambda: sys.exit(asyncio.run(main(given.seconds, given.times, given.wait, given.results))))
