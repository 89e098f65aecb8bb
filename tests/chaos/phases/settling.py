"""After the faults: until nothing is left that works by itself, and then, whether all is well again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import func, select
from temporalio.service import RPCError

from activities.runs.adopt import Sweeper
from domain.fulfilment.states import CLOSED
from domain.fulfilment.steps import NextAction
from domain.messages import Swept
from domain.supply.health import LONGEST_WAIT, CircuitState
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from starter.schedule import keep_up
from storage.base.unavailable import DatabaseUnavailable
from storage.supply.health import read_health
from storage.tables import Attempt, CaseRow, Delivery, Order
from tests.chaos.people.buyers import LATER
from tests.chaos.people.shop import FRESH
from tests.chaos.people.support import People
from tests.chaos.phases.verifying import verify_untold
from tests.chaos.stack.ground import Ground

Say = Callable[[str], None]
BY_ITSELF = timedelta(seconds=15)
"""What is due within so long is left to Perkflow's own timers."""
FOR_PEOPLE = timedelta(hours=1)
"""A hold whose deadline is farther away than this waits for a person."""
CIRCUITS_CLOSE = LONGEST_WAIT.total_seconds() + 120
"""How long circuits may take to close by themselves, in seconds."""


class Patience:
    """Over once nothing has got better for so many seconds, however long it takes on a busy machine."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._least: int | None = None
        self._ends = time.monotonic() + seconds

    def over(self, left: int | str) -> bool:
        """Whether to give up, with so many left; a question mark is no news."""
        if isinstance(left, int) and (self._least is None or left < self._least):
            self._least, self._ends = left, time.monotonic() + self._seconds
        return time.monotonic() > self._ends


async def settle(made: Ground, people: People, patience: float, say: Say) -> None:
    """Wait until only people could go on, sweeping often; whatever waits long is asked about at once."""
    waiting, quiet, left = Patience(patience), 0, cast("int | str", "?")
    sweeper = Sweeper(made.client, made.database, lambda: datetime.now(UTC), [])
    while quiet < 2 and not waiting.over(left):
        with suppress(*LATER):
            await keep_up(made.client)
            await sweeper.one_round(Swept(orders=[]))
        with suppress(*LATER):
            await people.confirm_refunds()
        await asyncio.sleep(3)
        with suppress(*LATER):
            await _hurry(made, people)
            await verify_untold(made)
        left = await later(lambda: count_left(made))
        say(f"settling: {left} left")
        quiet = quiet + 1 if left == 0 else 0


async def _hurry(made: Ground, people: People) -> None:
    """Support asks about what would be asked about much later, and has failed refunds decided again."""
    soon = datetime.now(UTC) + BY_ITSELF
    async with made.database.transaction() as session:
        waits = select(Delivery).where(Delivery.next_action == NextAction.CHECK.value)
        waits = waits.where(Delivery.state != "held", Delivery.next_action_at > soon)
        rows = list(await session.scalars(waits.limit(50)))
        failed = select(CaseRow).where(CaseRow.kind == "refund_failed", CaseRow.closed_at.is_(None))
        cases = list(await session.scalars(failed))
        orders = {row.id: row for row in await session.scalars(select(Order))}
    chance = random.Random()
    targets = [(row.order_id, row.id) for row in rows]
    for order_id, delivery_id in targets + [(case.order_id, case.delivery_id) for case in cases]:
        order = orders[order_id]
        request = HumanAct(
            request_id=f"hurry-{chance.randrange(10**12)}",
            order_id=order_id,
            delivery_id=delivery_id,
            act=Act.RETRY,
            actor="support",
            reason=f"how does it stand ({chance.randrange(10**9)})",
        )
        people.witness.asked.add(request.request_id)
        with suppress(ActRefused, *LATER):
            await made.desk.act(f"{order.channel}/{order.order_no}", request)


async def count_left(made: Ground) -> int:
    """Orders, cases, deliveries and questions that go on by themselves, soon."""
    now = datetime.now(UTC)
    waits = (Delivery.state == "held") & (Delivery.hold_deadline > now + FOR_PEOPLE)
    waiting_orders, waiting = select(Delivery.order_id).where(waits), select(Delivery.id).where(waits)
    follows = Delivery.order_id.in_(waiting_orders) & Delivery.next_action.in_(["await", "submit"])
    open_ones = Delivery.state.not_in([state.value for state in CLOSED])
    orders, cases, deliveries, asked_again = (
        select(func.count()).select_from(table) for table in (Order, CaseRow, Delivery, Attempt)
    )
    queries = (
        orders.where(Order.closed_at.is_(None), Order.id.not_in(waiting_orders)),
        cases.where(CaseRow.closed_at.is_(None), CaseRow.delivery_id.not_in(waiting)),
        deliveries.where(open_ones, ~waits, ~follows),
        asked_again.where(Attempt.verify_at < now + timedelta(minutes=5)),
    )
    async with made.database.transaction() as session:
        return sum([int(await session.scalar(query) or 0) for query in queries])


async def later(count: Callable[[], Awaitable[int]]) -> int | str:
    """What is counted, or a question mark while a server is away."""
    try:
        return await count()
    except (DatabaseUnavailable, RPCError):
        return "?"


async def prove_it_works(made: Ground, people: People, orders: int, patience: float, say: Say) -> None:
    """Circuits close by themselves, nothing stays paused, and whatever is ordered then succeeds."""
    probes = await _until_circuits_close(made, people, FRESH + orders, say)
    numbers = range(FRESH, FRESH + orders)
    await asyncio.gather(*(people.buy(number) for number in numbers))
    people.witness.fresh += [people.number_of(number) for number in numbers]
    waiting = Patience(patience)
    while (left := await _still_open(made, people.witness.fresh)) and not waiting.over(left):
        say(f"fresh orders: {left} open")
        await asyncio.sleep(1)
    for name in set(people.witness.fresh) - set(people.witness.receipts):
        people.witness.unwell.append(f"{name} came after all faults, and was not accepted")
    say(f"{orders} fresh orders, after {probes} to close circuits")


async def _until_circuits_close(made: Ground, people: People, number: int, say: Say) -> int:
    """Go on buying, one order at a time, while a supplier is left alone; return how many that took."""
    ends, probes = time.monotonic() + CIRCUITS_CLOSE, 0
    while True:
        async with made.database.transaction() as session:
            health = await read_health(session)
        paused = [view.connection for view in health if view.paused_at is not None]
        broken = [view for view in health if view.circuit is not CircuitState.CLOSED]
        if paused or (broken and time.monotonic() > ends):
            people.witness.unwell += [f"{connection} is still paused" for connection in paused]
            for view in broken:
                why = f"the circuit of {view.connection} is still {view.circuit}: {view.last_error}"
                people.witness.unwell.append(why)
            return probes
        if not broken:
            return probes
        say(f"waiting for the circuit of {', '.join(view.connection for view in broken)}")
        await people.buy(number + probes)
        probes += 1
        await asyncio.sleep(10)


async def _still_open(made: Ground, names: list[str]) -> int:
    async with made.database.transaction() as session:
        orders = list(await session.scalars(select(Order).where(Order.closed_at.is_(None))))
    return len({f"{order.channel}/{order.order_no}" for order in orders} & set(names))
