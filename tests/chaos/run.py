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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import RPCError

from simulator.faults.plan import FaultPlan
from starter import process
from tests.chaos.audit.erased import as_before, left_of_them
from tests.chaos.audit.everything import audit
from tests.chaos.audit.scene import read_scene
from tests.chaos.defects.mutants import MUTANTS
from tests.chaos.people.listener import listening
from tests.chaos.people.shop import IMPORTED_AGAIN, Shop
from tests.chaos.people.support import People
from tests.chaos.phases.erasing import erase_some
from tests.chaos.phases.settling import prove_it_works, settle
from tests.chaos.phases.trouble import make_trouble
from tests.chaos.plan import AT_ONCE, OVERDUE_AFTER, TIMING, Plan, mutated
from tests.chaos.promises import not_kept, not_lived, not_met
from tests.chaos.stack.ground import ground
from tests.chaos.verdict import Verdict, as_json, show

Say = Callable[[str], None]


async def run(plan: Plan, say: Say) -> Verdict:
    """One whole fault run."""
    began = time.monotonic()
    faults = FaultPlan(plan.seed, plan.rates, TIMING, overdue_after=OVERDUE_AFTER)
    async with (
        ground(faults, workers=plan.workers, mutant=plan.mutant, keep=plan.keep) as made,
        listening(made, plan.seed) as listener,
    ):
        say(f"started after {time.monotonic() - began:.0f} s, seed {plan.seed}")
        shop = Shop(plan.seed)
        pool = await shop.publish(made.database, made.vault, keys=plan.orders)
        people = People(made, shop, plan.seed)
        people.witness.imported_again = min(len(pool), IMPORTED_AGAIN)
        keeping = asyncio.create_task(made.processes.keep_running())
        await make_trouble(made, people, plan, say)
        not_kept_promises = not_kept(plan, faults, made.broken)
        faults.stop()
        made.simulators.stop_faults()
        listener.well = True
        await settle(made, people, plan.patience, say)
        if plan.fresh:
            await prove_it_works(made, people, plan.fresh, plan.patience, say)
            await settle(made, people, plan.patience, say)
        before = await read_scene(made, shop, people.witness, pool, datetime.now(UTC))
        await erase_some(made, people, before)
        await listener.hear_all(made, plan.patience, say)
        keeping.cancel()
        scene = await read_scene(made, shop, people.witness, pool, datetime.now(UTC))
        scene.heard = listener.heard
        people.witness.unwell += left_of_them(scene)
        as_before(scene, before)
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
            not_kept_promises + not_lived(plan, acts, scene),
            time.monotonic() - began,
            made.processes.crashes,
            made.processes.found_no_server,
            not_met(plan, struck),
            plan.keep,
        )


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
    parser.add_argument("--mutant", default="", choices=["", *MUTANTS], metavar="NAME")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    rounds = given.rounds if given.rounds is not None else max(3, given.orders // 200)
    plan = Plan(given.orders, seed, rounds, given.workers, at_once=given.at_once, keep=given.keep)
    if given.mutant:
        plan = replace(mutated(given.mutant), keep=given.keep)
        if MUTANTS[given.mutant].at_the_desk:
            MUTANTS[given.mutant].apply()
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))  # it would write to stdout
    verdict = asyncio.run(_quietly(plan))
    if given.json:
        print(as_json(verdict))
    else:
        show(verdict, Console(width=160))
    sys.exit(0 if verdict.good else 1)


if __name__ == "__main__":
    process.run(main)
