"""`perkflow order adopt`: give an order that lost its run a new one, which continues from the book."""

import asyncio
from typing import Annotated

import typer

from activities.adoption import adopt as adopt_one
from activities.adoption import lost_orders
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import NotFound, Usage
from starter.cli.output import AsJson, print_json
from storage.reading import OrderToAdopt, order_to_adopt


def adopt(
    reference: Annotated[str, typer.Argument(metavar="[REF]", help="channel/order_no, or its id.")] = "",
    lost: Annotated[bool, typer.Option("--lost", help="Every open order that has no running run.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start a run for an open order that lost its own; what was bought is not bought again."""
    if bool(reference) == lost:
        raise Usage("name one order, or say --lost for all that need it")
    adopted = asyncio.run(_adopt(load_settings(), reference))
    if as_json:
        print_json({"adopted": [order.model_dump(mode="json") for order in adopted]})
    elif not adopted:
        print("Every open order has its run.")
    for order in () if as_json else adopted:
        print(f"{order.channel}/{order.order_no} has a run again.")


async def _adopt(settings: Settings, reference: str) -> list[OrderToAdopt]:
    async with connect(settings) as connected:
        if not reference:
            orders = [order async for order in lost_orders(connected.temporal, connected.database)]
        else:
            async with connected.database.transaction() as session:
                order = await order_to_adopt(session, reference)
            if order is None:
                raise NotFound(f"there is no open order {reference} in the book; closed ones need no run")
            orders = [order]
        for order in orders:
            await adopt_one(connected.temporal, order)
        return orders
