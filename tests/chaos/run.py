"""The fault run: orders, faults, disturbances and people; then quiet, and the audit.

    python -m tests.chaos.run --orders 2000 --seed 7 [--workers 2] [--keep DIR] [--mutant NAME] [--json]

Exits 1 when an invariant is broken, or when a promised fault never struck.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from temporalio.service import RPCError

from domain.acts import Act, HumanAct
from domain.states import CLOSED
from simulator.faults.kinds import ALL_KINDS, DOWN
from simulator.faults.plan import FaultPlan, Timing
from starter.desk import ActRefused
from starter.schedule import schedule_the_sweep
from storage.database import DatabaseUnavailable
from storage.tables import Attempt, CaseRow, Delivery, Order
from tests.chaos.audit.everything import audit
from tests.chaos.audit.scene import Finding, read_scene
from tests.chaos.disturbances import disturb
from tests.chaos.ground import Ground, ground
from tests.chaos.mutants import MUTANTS
from tests.chaos.people import LATER, People
from tests.chaos.shop import Shop
from workflows.sweep import SCHEDULE

RATES = {
    **dict.fromkeys(ALL_KINDS, 0.015),
    "create:too_many_requests": 0.01,
    "commit_after_not_found": 0.02,
    "duplicate_credential": 0.01,
    "success_later_reversed": 0.03,
    "partial_quantity": 0.05,
    "lost_callback": 0.05,
    "duplicate_callback": 0.1,
    "misbound_callback": 0.05,
    "forged_callback": 0.05,
}
TIMING = Timing(hang=6, drip=1.2, late_commit=1.0, late_callback=2.0, reversal=3.0, retry_after=1.0)
AT_ONCE = 40
PEOPLE = 6
Say = Callable[[str], None]


@dataclass
class Plan:
    """How large a run is."""

    orders: int
    seed: int
    rounds: int
    workers: int = 2
    pause: float = 6.0
    mutant: str = ""
    keep: Path | None = None
    rates: dict[str, float] = field(default_factory=lambda: dict(RATES))
    support_every: float = 0.7
    longest_settling: float = 300.0

    @property
    def promised(self) -> dict[str, int]:
        """How often each disturbance is to happen at least."""
        servers = len([n for n in range(self.rounds) if n % 3 == 0])
        databases = len([n for n in range(self.rounds) if n % 3 == 1])
        return {"worker kills": self.rounds, "server restarts": servers, "database stops": databases}


@dataclass
class Verdict:
    """What a run found."""

    seed: int
    lines: list[tuple[str, Finding]]
    struck: dict[str, int]
    broken: dict[str, int]
    acts: dict[str, int]
    missing: list[str]
    seconds: float

    @property
    def good(self) -> bool:
        """Whether every line is zero and everything promised did happen."""
        return not self.missing and not any(finding.violations for _, finding in self.lines)


async def run(plan: Plan, say: Say) -> Verdict:
    """One whole fault run."""
    began = time.monotonic()
    faults = FaultPlan(plan.seed, plan.rates, TIMING)
    async with ground(faults, workers=plan.workers, mutant=plan.mutant, keep=plan.keep) as made:
        say(f"started after {time.monotonic() - began:.0f} s, seed {plan.seed}")
        shop = Shop(plan.seed)
        pool = await shop.publish(made.database, made.vault, keys=plan.orders)
        people = People(made, shop, plan.seed)
        await _trouble(made, people, plan, say)
        faults.stop()
        made.simulators.stop_faults()
        await made.mend()
        await _settle(made, people, plan.longest_settling, say)
        scene = await read_scene(made, shop, people.witness, pool, datetime.now(UTC))
        say("auditing")
        lines = await audit(scene)
        struck = dict(sorted(Counter(fault.kind for fault in scene.faults).items()))
        missing = _missing(plan, struck, made.broken)
        acts = dict(sorted(people.witness.acts.items()))
        return Verdict(plan.seed, lines, struck, made.broken, acts, missing, time.monotonic() - began)


async def _trouble(made: Ground, people: People, plan: Plan, say: Say) -> None:
    """Place every order while everything breaks."""
    gate, placed = asyncio.Semaphore(AT_ONCE), 0

    async def buy(number: int) -> None:
        nonlocal placed
        async with gate:
            await people.buy(number)
            placed += 1

    buying = asyncio.gather(*(buy(number) for number in range(plan.orders)))
    breaking = asyncio.create_task(disturb(made, plan.seed, rounds=plan.rounds, pause=plan.pause))
    helping = [asyncio.create_task(people.support(n, plan.support_every)) for n in range(1, PEOPLE + 1)]
    both: asyncio.Future[Any] = asyncio.gather(buying, breaking)
    try:
        while not both.done():
            await asyncio.wait([both], timeout=2)
            for person in helping:
                if person.done():
                    person.result()
            open_orders = await _later(lambda: _count_open(made))
            say(f"{placed}/{plan.orders} placed, {open_orders} open, {_told(made.broken)}")
        await both
    finally:
        for person in helping:
            person.cancel()
        await asyncio.gather(*helping, return_exceptions=True)


async def _settle(made: Ground, people: People, longest: float, say: Say) -> None:
    """Wait until nothing is open, sweeping often; whatever waits long is asked about at once."""
    ends = time.monotonic() + longest
    quiet = 0
    while time.monotonic() < ends and quiet < 2:
        with suppress(*LATER):
            await schedule_the_sweep(made.client)
            await made.client.get_schedule_handle(SCHEDULE).trigger()
        with suppress(*LATER):
            await people.confirm_refunds()
        await asyncio.sleep(3)
        await _hurry(made)
        left = await _later(lambda: _count_open(made))
        say(f"settling: {left} left")
        quiet = quiet + 1 if left == 0 else 0


async def _hurry(made: Ground) -> None:
    """Support asks about what would be asked about much later, and has failed refunds decided again."""
    async with made.database.transaction() as session:
        waiting = select(Delivery).where(Delivery.next_action == "check").limit(50)
        rows = list(await session.scalars(waiting))
        cases = list(await session.scalars(select(CaseRow).where(CaseRow.kind == "refund_failed")))
        orders = {row.id: row for row in await session.scalars(select(Order))}
    chance = random.Random()
    failed = [case for case in cases if case.closed_at is None]
    targets = [(row.order_id, row.id) for row in rows] + [
        (case.order_id, case.delivery_id) for case in failed
    ]
    for order_id, delivery_id in targets:
        order = orders[order_id]
        request = HumanAct(
            request_id=f"hurry-{chance.randrange(10**12)}",
            order_id=order_id,
            delivery_id=delivery_id,
            act=Act.RETRY,
            actor="support",
            reason=f"how does it stand ({chance.randrange(10**9)})",
        )
        with suppress(ActRefused, *LATER):
            await made.desk.act(f"{order.channel}/{order.order_no}", request)


async def _count_open(made: Ground) -> int:
    """Orders and cases that are not closed, open deliveries, and what is to be asked about again soon."""
    soon = datetime.now(UTC) + timedelta(minutes=5)
    async with made.database.transaction() as session:
        closed = [state.value for state in CLOSED]
        counts = [
            await session.scalar(query)
            for query in (
                select(func.count()).select_from(Order).where(Order.closed_at.is_(None)),
                select(func.count()).select_from(CaseRow).where(CaseRow.closed_at.is_(None)),
                select(func.count()).select_from(Delivery).where(Delivery.state.not_in(closed)),
                select(func.count()).select_from(Attempt).where(Attempt.recheck_at < soon),
            )
        ]
    return sum(int(count or 0) for count in counts)


async def _later(count: Callable[[], Awaitable[int]]) -> int | str:
    try:
        return await count()
    except (DatabaseUnavailable, RPCError):
        return "?"


def mutated(name: str) -> Plan:
    """A small run that brings a defect out."""
    return Plan(
        orders=30,
        seed=5,
        rounds=0,
        workers=1,
        mutant=name,
        rates=MUTANTS[name].rates,
        longest_settling=30,
    )


def _missing(plan: Plan, struck: dict[str, int], broken: dict[str, int]) -> list[str]:
    expected = {kind for kind, rate in plan.rates.items() if rate > 0 and kind in ALL_KINDS}
    missing = sorted(expected - set(struck))
    if plan.rounds >= 3 and DOWN not in struck:
        missing.append(DOWN)
    few = [f"{what}: {broken.get(what, 0)}" for what, n in plan.promised.items() if broken.get(what, 0) < n]
    return missing + few


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing broken yet"


def show(verdict: Verdict, console: Console) -> None:
    """The nine lines, and what was done to deserve them."""
    table = Table(title=f"Fault run, seed {verdict.seed}, {verdict.seconds:.0f} s")
    for column in ("", "invariant", "violations", "counted"):
        table.add_column(column, justify="right" if column == "violations" else "left")
    for number, (title, finding) in enumerate(verdict.lines, start=1):
        counts = ", ".join(f"{name} {count}" for name, count in finding.counts.items())
        table.add_row(str(number), title, str(len(finding.violations)), counts)
    console.print(table)
    console.print(f"Faults that struck: {_told(verdict.struck)}")
    console.print(f"Broken: {_told(verdict.broken)}")
    console.print(f"Done by people: {_told(verdict.acts)}")
    for number, (_, finding) in enumerate(verdict.lines, start=1):
        for violation in finding.violations[:20]:
            console.print(f"  {number}: {violation}", markup=False)
        if len(finding.violations) > 20:
            console.print(f"  {number}: and {len(finding.violations) - 20} more")
    if verdict.missing:
        console.print(f"Promised, and it never happened: {', '.join(verdict.missing)}")


def as_json(verdict: Verdict) -> str:
    """The verdict for programs."""
    lines = [
        {"invariant": number, "title": title, "violations": finding.violations, "counts": finding.counts}
        for number, (title, finding) in enumerate(verdict.lines, start=1)
    ]
    told = {"seed": verdict.seed, "good": verdict.good, "lines": lines, "struck": verdict.struck}
    return json.dumps({**told, "broken": verdict.broken, "missing": verdict.missing}, indent=2)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Run orders through faults and audit the invariants.")
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=None, help="rounds of disturbances")
    parser.add_argument("--keep", type=Path, default=None, help="keep all files in this folder")
    parser.add_argument("--mutant", default="")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    rounds = given.rounds if given.rounds is not None else max(3, given.orders // 200)
    plan = Plan(given.orders, seed, rounds, given.workers, mutant=given.mutant, keep=given.keep)
    if given.mutant:
        plan = mutated(given.mutant)
    verdict = asyncio.run(run(plan, lambda line: print(line, file=sys.stderr, flush=True)))
    if given.json:
        print(as_json(verdict))
    else:
        show(verdict, Console(width=160))
    sys.exit(0 if verdict.good else 1)


if __name__ == "__main__":
    main()
