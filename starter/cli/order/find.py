"""`perkflow order find`: orders by what their buyer knows, which is neither printed nor written anywhere."""

import asyncio
from typing import Annotated

import typer

from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.order_views.table import as_json_line, print_orders
from starter.cli.output import AsJson, print_json
from starter.connect import open_vault
from storage.views.order_lines import OrderLine
from storage.views.orders import orders_to


def find(
    context: typer.Context,
    account: Annotated[
        str, typer.Option(metavar="VALUE", help="A phone, e-mail, account or address; - reads it from stdin.")
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Find the orders that deliver to an account, the newest first. The account is not shown."""
    if context.args:
        raise Usage("find takes --account VALUE and nothing beside it but --limit, --json and --lang")
    value = typer.get_text_stream("stdin").readline() if account == "-" else account
    if not value.strip():
        raise Usage("--account: is empty")
    orders = asyncio.run(_find(load_settings(), value, limit))
    if as_json:
        print_json({"orders": [as_json_line(order, lang) for order in orders]})
    else:
        print_orders(orders, lang)


async def _find(settings: Settings, account: str, limit: int) -> list[OrderLine]:
    index = open_vault(settings).fingerprints.account(account)
    async with open_book(settings) as database, database.snapshot() as session:
        return await orders_to(session, index, limit=limit)
