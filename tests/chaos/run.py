"""The fault run: orders, faults, disturbances and people; then quiet, and the audit.

    python -m tests.chaos.run --orders 2000 --seed 7 [--workers 2] [--keep DIR] [--mutant NAME] [--json]

Exits 1 when an invariant is broken, or when a promised fault never struck.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import RPCError

from domain.cases import CaseKind
from simulator.faults.kinds import ALL_KINDS, DOWN
from simulator.faults.plan import FaultPlan, Timing
from starter import process
from tests.chaos.audit.everything import audit
from tests.chaos.audit.scene import Scene, read_scene
from tests.chaos.disturbances import disturb, kill_at_work
from tests.chaos.ground import Ground, ground
from tests.chaos.mutants import MUTANTS
from tests.chaos.people import People
from tests.chaos.settling import count_left, later, prove_it_works, settle
from tests.chaos.shop import Shop
from tests.chaos.verbs import undone
from tests.chaos.verdict import Verdict, as_json, show, told

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
MANY_ORDERS = 1000
"""A run of so many is long enough for every verb and every kind of case."""
PEOPLE = 6
Say = Callable[[str], None]


@dataclass
class Plan:
    """How large a run is."""

    orders: int
    seed: int
    rounds: int
    workers: int = 2
    at_once: int = AT_ONCE
    """How many orders are being placed at a time; fewer on a machine that is busy otherwise."""
    pause: float = 6.0
    mutant: str = ""
    keep: Path | None = None
    rates: dict[str, float] = field(default_factory=lambda: dict(RATES))
    support_every: float = 0.7
    longest_settling: float = 300.0
    kills: int = 0
    """How often a worker is killed while it buys, besides those rounds."""
    fresh: int = 20
    """How many orders are placed after all faults, and must succeed."""

    @property
    def promised(self) -> dict[str, int]:
        """How often each disturbance is to happen at least."""
        servers = len([n for n in range(self.rounds) if n % 3 == 0])
        databases = len([n for n in range(self.rounds) if n % 3 == 1])
        return {"worker kills": self.rounds, "server restarts": servers, "database stops": databases}


async def run(plan: Plan, say: Say) -> Verdict:
    """One whole fault run."""
    began = time.monotonic()
    faults = FaultPlan(plan.seed, plan.rates, TIMING)
    async with ground(faults, workers=plan.workers, mutant=plan.mutant, keep=plan.keep) as made:
        say(f"started after {time.monotonic() - began:.0f} s, seed {plan.seed}")
        shop = Shop(plan.seed)
        pool = await shop.publish(made.database, made.vault, keys=plan.orders)
        people = People(made, shop, plan.seed)
        keeping = asyncio.create_task(made.keep_running())
        await _trouble(made, people, plan, say)
        faults.stop()
        made.simulators.stop_faults()
        await settle(made, people, plan.longest_settling, say)
        if plan.fresh:
            await prove_it_works(made, people, plan.fresh, plan.longest_settling, say)
            await settle(made, people, plan.longest_settling, say)
        keeping.cancel()
        scene = await read_scene(made, shop, people.witness, pool, datetime.now(UTC))
        say("auditing")
        lines = await audit(scene)
        struck = dict(sorted(Counter(fault.kind for fault in scene.faults).items()))
        acts = dict(sorted(people.witness.acts.items()))
        return Verdict(
            plan.seed,
            lines,
            struck,
            made.broken,
            acts,
            _missing(plan, struck, made.broken) + _not_lived(plan, acts, scene),
            time.monotonic() - began,
            made.crashes,
            made.found_no_server,
        )


async def _trouble(made: Ground, people: People, plan: Plan, say: Say) -> None:
    """Place every order while everything breaks."""
    gate, placed = asyncio.Semaphore(plan.at_once), 0

    async def buy(number: int) -> None:
        nonlocal placed
        async with gate:
            await people.buy(number)
            placed += 1

    buying = asyncio.gather(*(buy(number) for number in range(plan.orders)))
    breaking = asyncio.gather(
        disturb(made, plan.seed, rounds=plan.rounds, pause=plan.pause),
        asyncio.wait_for(kill_at_work(made, plan.seed, plan.kills), 60),
    )
    helping = [asyncio.create_task(people.support(n, plan.support_every)) for n in range(1, PEOPLE + 1)]
    both: asyncio.Future[Any] = asyncio.gather(buying, breaking)
    try:
        while not both.done():
            await asyncio.wait([both], timeout=2)
            for person in helping:
                if person.done():
                    person.result()
            open_orders = await later(lambda: count_left(made))
            say(f"{placed}/{plan.orders} placed, {open_orders} open, {told(made.broken)}")
        await both
        if plan.orders >= MANY_ORDERS:
            await _while_something_is_undone(people, plan.orders)
    finally:
        for person in helping:
            person.cancel()
        await asyncio.gather(*helping, return_exceptions=True)


async def _while_something_is_undone(people: People, number: int) -> None:
    """Place orders while there is a verb that nobody has managed to do yet, for a minute at most."""
    ends = time.monotonic() + 60
    while undone(people.witness.acts) and time.monotonic() < ends:
        await people.buy(number)
        await asyncio.sleep(0.5)
        number += 1


def mutated(name: str) -> Plan:
    """A small run that brings a defect out."""
    return Plan(
        orders=30,
        seed=5,
        rounds=0,
        workers=1,
        kills=MUTANTS[name].kills,
        mutant=name,
        rates=MUTANTS[name].rates,
        longest_settling=30,
        fresh=0,
    )


def _missing(plan: Plan, struck: dict[str, int], broken: dict[str, int]) -> list[str]:
    expected = {kind for kind, rate in plan.rates.items() if rate > 0 and kind in ALL_KINDS}
    missing = sorted(expected - set(struck))
    if plan.rounds >= 3 and DOWN not in struck:
        missing.append(DOWN)
    few = [f"{what}: {broken.get(what, 0)}" for what, n in plan.promised.items() if broken.get(what, 0) < n]
    return missing + few


def _not_lived(plan: Plan, acts: dict[str, int], scene: Scene) -> list[str]:
    """What people and aftercare did not get to do in a run that is long enough for all of it."""
    if plan.orders < MANY_ORDERS:
        return []
    kinds = {kind.value for kind in CaseKind} - {case.kind for case in scene.cases}
    runs = Counter(run.id for run in scene.runs if run.id.startswith(("order/", "case/")))
    again = [] if any(count > 1 for count in runs.values()) else ["an order that went on in a new run"]
    return [*sorted(undone(acts)), *(f"a case: {kind}" for kind in sorted(kinds)), *again]


async def _quietly(plan: Plan) -> Verdict:
    """A run without what Temporal's client says of the calls that a killed server did not answer."""
    loop = asyncio.get_running_loop()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), RPCError | asyncio.CancelledError):
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
    return await run(plan, lambda line: print(line, file=sys.stderr, flush=True))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Run orders through faults and audit the invariants.")
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=None, help="rounds of disturbances")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="orders that are placed at a time")
    parser.add_argument("--keep", type=Path, default=None, help="keep all files in this folder")
    parser.add_argument("--mutant", default="")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    rounds = given.rounds if given.rounds is not None else max(3, given.orders // 200)
    plan = Plan(given.orders, seed, rounds, given.workers, at_once=given.at_once, keep=given.keep)
    if given.mutant:
        plan = mutated(given.mutant)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))  # it would write to stdout
    verdict = asyncio.run(_quietly(plan))
    if given.json:
        print(as_json(verdict))
    else:
        show(verdict, Console(width=160))
    sys.exit(0 if verdict.good else 1)


if __name__ == "__main__":
    process.run(main)
