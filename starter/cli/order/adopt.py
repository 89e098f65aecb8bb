"""`perkflow order adopt`: give an order that lost its run, or whose run does not go on, a new one."""

import asyncio
from typing import Annotated

import typer

from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.output import AsJson, print_json
from starter.desk.adopt import Adopted


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


async def _adopt(settings: Settings, reference: str) -> list[Adopted]:
    async with connect(settings) as connected:
        return [await connected.desk.adopt(reference)] if reference else await connected.desk.adopt_all()
