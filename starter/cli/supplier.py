"""`perkflow supplier`: the connections to suppliers."""

import asyncio
import getpass
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import BaseModel

from adapters.protocol import NotSent, Supplier, SupplierError
from adapters.registry import build
from domain.catalogue import Catalogue, Offer
from domain.health import CircuitState
from domain.money import Money
from settings import Settings
from starter.cli.connections import read_outlines
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import REFUSED, NotFound, Usage
from starter.cli.output import AsJson, clock, print_json, print_table
from starter.connect import open_vault, read_connections
from storage.bundles import current_catalogue
from storage.database import DatabaseUnavailable
from storage.health import HealthView, pause, read_health, resume
from storage.pool_stock import PoolStock
from workflows.queues import query_queue, submit_queue

app = typer.Typer(help="The connections to suppliers.", no_args_is_help=True)


class Answer(BaseModel):
    """What a supplier says of one product; `error` when it gave no usable answer."""

    connection: str
    product: str
    state: str | None = None
    available: int | None = None
    price: Money | None = None
    our_cost: Money
    error: str | None = None


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the connections: protocols, task queues and, where there is a book, how they fare."""
    settings = load_settings()
    outlines = read_outlines(settings)
    health = {view.connection: view for view in asyncio.run(_health(settings))}
    rows = [(name, o.protocol, submit_queue(name), query_queue(name)) for name, o in outlines.items()]
    names = ("name", "protocol", "submit_queue", "query_queue")
    if as_json:
        shown = [{**dict(zip(names, row, strict=True)), "health": _shown(health, row[0])} for row in rows]
        print_json({"connections": shown})
    else:
        columns = ("name", "protocol", "purchases", "questions", "fares")
        print_table("Connections", columns, [(*row, fares(health.get(row[0]))) for row in rows])


def _shown(health: Mapping[str, HealthView], name: str) -> dict[str, object]:
    return health.get(name, HealthView(connection=name)).model_dump(mode="json", exclude={"connection"})


def fares(health: HealthView | None) -> str:
    """How a connection fares, in words."""
    if health is None:
        return "well"
    if health.paused_at is not None:
        return f"paused by {health.paused_by} since {clock(health.paused_at)}: {health.paused_reason}"
    if health.circuit is not CircuitState.CLOSED:
        since = clock(health.last_failure_at)
        return f"left alone: no answer {health.failures} times, last at {since}: {health.last_error}"
    return f"no answer the last {health.failures} times" if health.failures else "well"


async def _health(settings: Settings) -> Sequence[HealthView]:
    """Nothing where there is no book to read."""
    if settings.database_url is None:
        return []
    try:
        async with open_book(settings) as database, database.transaction() as session:
            return await read_health(session)
    except DatabaseUnavailable:
        return []


@app.command("pause")
def pause_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The connection.")],
    reason: Annotated[str, typer.Option(help="Why; everybody sees it.")],
    actor: Annotated[str, typer.Option(help="Who; the account you are logged in with.")] = "",
    as_json: AsJson = False,
) -> None:
    """Buy nothing at a connection until it is resumed; what was bought is still asked about."""
    asyncio.run(_switch(load_settings(), name, actor or getpass.getuser(), reason))
    if as_json:
        print_json({"name": name, "paused": True})
    else:
        print(f"Nothing is bought at {name} until `perkflow supplier resume {name}`.")


@app.command("resume")
def resume_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The connection.")], as_json: AsJson = False
) -> None:
    """Buy at a connection again, whether it was paused or left alone for not answering."""
    asyncio.run(_switch(load_settings(), name, "", ""))
    if as_json:
        print_json({"name": name, "paused": False})
    else:
        print(f"{name} is bought from again.")


async def _switch(settings: Settings, name: str, actor: str, reason: str) -> None:
    """Pause for a reason; resume without one."""
    outlines = read_outlines(settings)
    if name not in outlines:
        raise Usage(f"there is no connection {name}; configured are: {', '.join(sorted(outlines))}")
    async with open_book(settings) as database, database.transaction() as session:
        if reason:
            await pause(session, name, actor, reason, datetime.now(UTC))
        else:
            await resume(session, name, datetime.now(UTC))


@app.command("check")
def check(
    name: Annotated[str | None, typer.Argument(help="Only this connection.")] = None, as_json: AsJson = False
) -> None:
    """Ask each connection for stock and price of what the catalogue buys there; 1 if one does not answer."""
    answers = asyncio.run(_check(load_settings(), name))
    if as_json:
        print_json({"products": [answer.model_dump(mode="json") for answer in answers]})
    else:
        _print(answers)
    if any(answer.error for answer in answers):
        raise typer.Exit(REFUSED)


async def _check(settings: Settings, name: str | None) -> list[Answer]:
    connections = read_connections(settings)
    if name is not None and name not in connections:
        raise Usage(f"there is no connection {name}; configured are: {', '.join(sorted(connections))}")
    async with open_book(settings) as database:
        async with database.transaction() as session:
            catalogue = await current_catalogue(session)
        if catalogue is None:
            raise NotFound("no catalogue is published: `perkflow catalogue publish FILE`")
        stock = PoolStock(database, open_vault(settings))
        chosen = {key: config for key, config in connections.items() if name in (None, key)}
        suppliers = {key: build(key, config, stock) for key, config in chosen.items()}
        try:
            return await ask(suppliers, catalogue)
        finally:
            for supplier in suppliers.values():
                await supplier.aclose()


async def ask(suppliers: Mapping[str, Supplier], catalogue: Catalogue) -> list[Answer]:
    """Every product that these suppliers are bought from, each asked for once, all at the same time."""
    offers = {
        (offer.connection, offer.product): offer
        for benefit in catalogue.benefits
        for offer in benefit.offers
        if offer.connection in suppliers
    }
    wanted = sorted(offers.items())
    return await asyncio.gather(*(_ask(suppliers[offer.connection], offer) for _, offer in wanted))


async def _ask(supplier: Supplier, offer: Offer) -> Answer:
    asked = Answer(connection=offer.connection, product=offer.product, our_cost=offer.cost)
    try:
        level = await supplier.stock(offer.product)
    except (SupplierError, NotSent) as error:
        return asked.model_copy(update={"error": str(error)})
    found = {"state": level.state, "available": level.available, "price": level.unit_cost}
    return asked.model_copy(update=found)


def _print(answers: list[Answer]) -> None:
    rows = [
        (
            answer.connection,
            answer.product,
            answer.error or answer.state,
            answer.available,
            answer.price,
            answer.our_cost,
            _remark(answer),
        )
        for answer in answers
    ]
    columns = ("connection", "product", "says", "available>", "price>", "in our catalogue>", "")
    print_table("Stock and price", columns, rows)


def _remark(answer: Answer) -> str:
    if answer.price is None or answer.price.amount <= answer.our_cost.amount:
        return ""
    return "dearer than our catalogue says"
