"""The loud part of a fault run: orders are placed and people act while everything breaks."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from tests.chaos.faults.disturbances import disturb, kill_at_work
from tests.chaos.faults.rubbish import Outsiders
from tests.chaos.people.support import People
from tests.chaos.people.verbs import undone
from tests.chaos.phases.settling import count_left, later
from tests.chaos.plan import MANY_ORDERS, Plan
from tests.chaos.stack.ground import Ground
from tests.chaos.verdict import told

PEOPLE = 6
ON_PURPOSE = 500_000
"""Orders from this number on are placed so that somebody calls a supplier that is down."""
Say = Callable[[str], None]


async def make_trouble(made: Ground, people: People, plan: Plan, say: Say) -> None:
    """Place every order while everything breaks."""
    gate, placed, more = asyncio.Semaphore(plan.at_once), 0, iter(range(ON_PURPOSE, ON_PURPOSE + 1000))

    async def buy(number: int) -> None:
        nonlocal placed
        async with gate:
            await people.buy(number)
            placed += 1

    async def buy_one_more() -> None:
        await people.buy(next(more))

    buying = asyncio.gather(*(buy(number) for number in range(plan.orders)))
    breaking = asyncio.gather(
        disturb(made, plan.seed, rounds=plan.rounds, pause=plan.pause, buy=buy_one_more),
        kill_at_work(made, plan.seed, plan.kills, buy=buy_one_more),
    )
    helping = [asyncio.create_task(people.support(n, plan.support_every)) for n in range(1, PEOPLE + 1)]
    outsiders = Outsiders(made, people.witness, plan.seed)
    helping.append(asyncio.create_task(outsiders.send(plan.rubbish_every)))
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
        await _until_nothing_is_overdue(made, buy_one_more)
        wanted = undone(()) if plan.orders >= MANY_ORDERS else plan.until
        await _until_done(people, Counter(wanted), buy_one_more)
    finally:
        for person in helping:
            person.cancel()
        await asyncio.gather(*helping, return_exceptions=True)


async def _until_nothing_is_overdue(made: Ground, buy: Callable[[], Awaitable[None]]) -> None:
    """Place orders while a fault could have struck and did not; a hundred at most."""
    for _ in range(100):
        if not (made.plan.overdue and made.plan.overdue.left_out):
            return
        await buy()
        await asyncio.sleep(1)


async def _until_done(people: People, wanted: Counter[str], buy: Callable[[], Awaitable[None]]) -> None:
    """Place orders while something has not been done so often yet; two hundred at most."""
    for _ in range(200):
        if wanted <= Counter(people.witness.acts):
            return
        await buy()
        await asyncio.sleep(0.5)
