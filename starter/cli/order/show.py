"""`perkflow order show`: everything about one order but what is sealed."""

import asyncio
from typing import Annotated

import typer

from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings, ui_address
from starter.cli.order_views.naming import Reference
from starter.cli.order_views.order import print_order
from starter.cli.order_views.temporal_ui import run_address, workflow_id
from starter.cli.output import AsJson, print_json
from starter.desk.read import order_of
from storage.views.orders import OrderView


def show(
    reference: Reference,
    whole: Annotated[
        bool, typer.Option("--all", help="Every delivery by itself, and the whole timeline.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show an order: what it waits for, deliveries and attempts, what happens next, refund and timeline.

    Of an order with more than 25 deliveries, releases that stand alike are one line, unless --all is given.
    """
    settings = load_settings()
    order = asyncio.run(_read(settings, reference))
    address = ui_address(settings)
    if as_json:
        where = {"workflow_id": workflow_id(order), "temporal_ui": run_address(address, workflow_id(order))}
        print_json({**order.model_dump(mode="json"), **where})
    else:
        print_order(order, address, whole=whole)


async def _read(settings: Settings, reference: str) -> OrderView:
    async with open_book(settings) as database:
        return await order_of(database, reference)
