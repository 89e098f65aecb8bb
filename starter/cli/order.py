"""`perkflow order`: place orders and find out what became of them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from domain.messages import OrderReceipt
from domain.order import OrderDocument
from domain.states import OrderState
from settings import Settings
from starter.cli.context import connect, open_book
from starter.cli.environment import load_settings, ui_address
from starter.cli.order_account import bind, readdress
from starter.cli.order_acts import VERBS
from starter.cli.order_adopt import adopt
from starter.cli.order_event import event
from starter.cli.order_explain import explain
from starter.cli.order_find import ANYTHING_ELSE, find
from starter.cli.order_naming import Reference, order_of
from starter.cli.order_view import print_order, print_orders, print_receipt
from starter.cli.order_whole import cancel, hold, release
from starter.cli.output import AsJson, print_json
from starter.cli.temporal_ui import run_address, workflow_id
from starter.client import InvalidOrder
from starter.documents import Loaded, load
from storage.reading import OrderLine, OrderView, list_orders

app = typer.Typer(help="Place orders, and see what became of them.", no_args_is_help=True)
app.command("adopt")(adopt)
app.command("find", context_settings=ANYTHING_ELSE)(find)
for _verb in (explain, event, cancel, hold, release, bind, readdress):
    app.command(_verb.__name__)(_verb)
for _name, _act in VERBS.items():
    app.command(_name)(_act)


@app.command("place")
def place(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The order, YAML or JSON.")],
    wait: Annotated[int, typer.Option(min=1, help="Seconds to wait for the receipt.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Place a paid order and print its receipt. Placing the same order again returns the same receipt."""
    document = load(file, OrderDocument)
    receipt = asyncio.run(_place(load_settings(), document, timedelta(seconds=wait)))
    if as_json:
        print_json(receipt.model_dump(mode="json"))
    else:
        print_receipt(receipt)


async def _place(settings: Settings, document: Loaded[OrderDocument], wait: timedelta) -> OrderReceipt:
    async with connect(settings) as connected:
        try:
            return await connected.orders.place(document.value, wait)
        except InvalidOrder as error:
            document.refuse(error.problems)
            raise


@app.command("show")
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


@app.command("list")
def list_(
    state: Annotated[OrderState | None, typer.Option(help="Only orders in this state.")] = None,
    held: Annotated[
        bool, typer.Option("--held", help="Only what waits for somebody: held, in a case, or charged back.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the newest orders."""
    orders = asyncio.run(_list(load_settings(), state, held, limit))
    if as_json:
        print_json({"orders": [order.model_dump(mode="json") for order in orders]})
    else:
        print_orders(orders)


async def _list(settings: Settings, state: OrderState | None, held: bool, limit: int) -> list[OrderLine]:
    async with open_book(settings) as database, database.transaction() as session:
        return await list_orders(session, state=state.value if state else None, held=held, limit=limit)
