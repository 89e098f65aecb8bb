"""`perkflow order adopt`: give an order that lost its run, or whose run does not go on, a new one."""

import asyncio
import getpass
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from temporalio.client import Client

from activities.runs.adopt import lost_orders
from activities.runs.mend import replace
from activities.runs.start import adopt as adopt_one
from activities.runs.status import look
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import NotFound, Usage
from starter.cli.output import AsJson, print_json
from storage.base.database import Database
from storage.upkeep import stuck
from storage.upkeep.overdue import Work, overdue_orders
from storage.views.order_lines import GRACE
from storage.views.orders import OrderToAdopt, order_to_adopt
from storage.views.stuck_orders import MOST_STUCK, list_stuck

A_MOMENT = timedelta(minutes=1)
"""What a person names is overdue after that; what nobody named, after the sweep's own grace."""


@dataclass(frozen=True)
class Done:
    """What was done about an order: `why` is set where its run was replaced, `ran` where nothing was."""

    order: OrderToAdopt
    why: str | None = None
    ran: bool = False


def adopt(
    reference: Annotated[str, typer.Argument(metavar="[REF]", help="channel/order_no, or its id.")] = "",
    lost: Annotated[
        bool, typer.Option("--lost", help="Every open order that has no run, or one that does not go on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start a run for an open order that lost its own, or whose run does not go on.

    The new run goes on from the book: what was bought is not bought again, what may have been is asked about.
    """
    if bool(reference) == lost:
        raise Usage("name one order, or say --lost for all that need it")
    done = asyncio.run(_adopt(load_settings(), reference))
    adopted = [each for each in done if not each.ran]
    if as_json:
        orders = [each.order.model_dump(mode="json") | {"replaced": each.why} for each in adopted]
        print_json({"adopted": orders})
        return
    if lost and not adopted:
        print("Every open order has its run.")
    for each in done:
        number = f"{each.order.channel}/{each.order.order_no}"
        if each.ran:
            print(f"{number} has its run, which goes on: nothing of it is overdue.")
        elif each.why:
            print(f"{number} did not go on ({each.why}): it has a new run.")
        else:
            print(f"{number} has a run again.")


async def _adopt(settings: Settings, reference: str) -> list[Done]:
    async with connect(settings) as connected:
        client, database = connected.temporal, connected.database
        if reference:
            return [await mend(client, database, reference)]
        lost = [order async for order in lost_orders(client, database)]
        async with database.snapshot() as session:
            stuck_ones = await list_stuck(session, datetime.now(UTC), limit=MOST_STUCK)
        ids = {order.order_id: None for order in lost} | {line.order_id: None for line in stuck_ones}
        return [await mend(client, database, order_id, GRACE) for order_id in ids]


async def mend(client: Client, database: Database, reference: str, grace: timedelta = A_MOMENT) -> Done:
    """Give an open order a run if it has none, or another one if its own does not go on. Raises NotFound."""
    now = datetime.now(UTC)
    async with database.snapshot() as session:
        order = await order_to_adopt(session, reference)
        if order is None:
            raise NotFound(f"there is no open order {reference} in the book; closed ones need no run")
        late = await overdue_orders(session, now - grace, now, 1, [order.order_id])
    work = Work(order.order_id, order.channel, order.order_no)
    seen = await look(client, work.workflow_id)
    if not seen.running:
        await adopt_one(client, order)
        return Done(order)
    why = seen.why_failing if seen.failing else None if seen.busy else late.get(work)
    if why is None:
        return Done(order, ran=True)
    async with database.transaction() as session:
        await stuck.replaced_by_hand(session, work, why, now, getpass.getuser())
    await replace(client, database, work, seen, why)
    return Done(order, why=why)
