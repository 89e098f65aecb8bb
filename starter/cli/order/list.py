"""`perkflow order list`: the newest orders."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from domain.fulfilment.states import OrderState
from settings import Settings
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.order_views.table import as_json_line, print_held, print_orders
from starter.cli.output import AsJson, print_json
from starter.not_ready import database_url
from storage.views.order_lines import GRACE, OrderLine, any_stuck, connected, newest_orders

if TYPE_CHECKING:  # slow to load, as what reads more than a line of an order
    from storage.views.deliveries import DeliveryView


def list_(
    state: Annotated[OrderState | None, typer.Option(help="Only orders in this state.")] = None,
    held: Annotated[
        bool, typer.Option("--held", help="Only what waits for somebody: held, in a case, or charged back.")
    ] = False,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only orders that do not go on though there is something to do.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """List the newest orders."""
    if stuck and (held or state):
        raise Usage("--stuck is asked for by itself")
    settings, wanted = load_settings(), state.value if state else None
    if held:
        waiting, deliveries = asyncio.run(_waiting(settings, wanted, limit))
        if as_json:
            print_json({"orders": [as_json_line(order, lang) for order in waiting]})
        else:
            print_held(waiting, deliveries, lang)
        return
    orders = asyncio.run(_stuck(settings, limit) if stuck else _list(settings, wanted, limit))
    if as_json:
        print_json({"orders": [as_json_line(order, lang) for order in orders]})
    else:
        print_orders(orders, lang)


async def _list(settings: Settings, state: str | None, limit: int) -> list[OrderLine]:
    async with connected(database_url(settings)) as book:
        lines = await newest_orders(book, state=state, limit=limit)
        still_open = [line.order_id for line in lines if line.closed_at is None]
        if not await any_stuck(book, datetime.now(UTC) - GRACE, still_open):
            return lines
    return await _with_stuck(settings, lines)


async def _waiting(
    settings: Settings, state: str | None, limit: int
) -> tuple[list[OrderLine], dict[str, "DeliveryView"]]:
    """Orders of which something waits, and the deliveries that do, by their ids."""
    from starter.cli.context import open_book  # slow to load, as what reads more than a line of an order
    from storage.views.held import waiting_deliveries
    from storage.views.orders import waiting_orders
    from storage.views.stuck_orders import with_stuck

    async with open_book(settings) as database, database.snapshot() as session:
        lines = await waiting_orders(session, state=state, limit=limit)
        lines = await with_stuck(session, datetime.now(UTC), lines)
        return lines, await waiting_deliveries(session, lines)


async def _with_stuck(settings: Settings, lines: list[OrderLine]) -> list[OrderLine]:
    from starter.cli.context import open_book
    from storage.views.stuck_orders import with_stuck

    async with open_book(settings) as database, database.snapshot() as session:
        return await with_stuck(session, datetime.now(UTC), lines)


async def _stuck(settings: Settings, limit: int) -> list[OrderLine]:
    from starter.cli.context import open_book
    from storage.views.stuck_orders import list_stuck

    async with open_book(settings) as database, database.snapshot() as session:
        return await list_stuck(session, datetime.now(UTC), limit=limit)
