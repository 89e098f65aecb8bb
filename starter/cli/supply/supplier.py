"""`perkflow supplier`: the connections to suppliers."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import BaseModel

from adapters.registry import build_all
from adapters.supplier import NotSent, Supplier, SupplierError
from domain.contract.catalogue import Catalogue, Offer
from domain.money import Money
from domain.notes.note import Note, told_in
from domain.notes.sentences import labels
from domain.notes.sentences.suppliers import DearerThanAgreed
from domain.notes.words import Language, name
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import REFUSED, Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_records
from starter.cli.supply import health
from starter.cli.supply.wake import tell_runs
from starter.connect import open_vault, read_connections
from starter.desk.errors import NotFound
from storage.contracts.bundles import current_catalogue
from storage.supply.pool_stock import PoolStock
from storage.supply.restock import InLine, wake_for_product

app = typer.Typer(help="The connections to suppliers.", no_args_is_help=True)
app.command("list")(health.list_)
app.command("pause")(health.pause)
app.command("resume")(health.resume)


_COLUMNS = (
    labels.CONNECTION,
    labels.PRODUCT,
    labels.SAYS,
    labels.AVAILABLE,
    labels.PRICE,
    labels.IN_OUR_CATALOGUE,
    labels.REMARK,
)


class Answer(BaseModel):
    """What a supplier says of one product; `error` when it gave no usable answer."""

    connection: str
    product: str
    state: str | None = None
    available: int | None = None
    price: Money | None = None
    our_cost: Money
    error: Note | None = None


@app.command("check")
def check(
    name: Annotated[str | None, typer.Argument(help="Only this connection.")] = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Ask each connection for stock and price of what the catalogue buys there; 1 if one does not answer.

    What was held for a product, or for our balance where it is sold, is tried again if it can be had now.
    """
    answers = asyncio.run(_check(load_settings(), name))
    if as_json:
        shown = [answer.model_dump(mode="json", context=told_in(lang)) for answer in answers]
        print_json({"products": shown})
    else:
        _print(answers, lang)
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
        suppliers = build_all(chosen, stock)
        try:
            live = {key: config.sandbox_of or key for key, config in chosen.items()}
            answers = await ask(suppliers, catalogue, live)
        finally:
            for supplier in suppliers.values():
                await supplier.aclose()
        woken: list[InLine] = []
        for each in answers:
            if not each.error and each.state != "out_of_stock":
                woken += await wake_for_product(
                    database, each.connection, each.product, each.available, datetime.now(UTC)
                )
    await tell_runs(settings, woken)
    return answers


async def ask(
    suppliers: Mapping[str, Supplier], catalogue: Catalogue, live: Mapping[str, str]
) -> list[Answer]:
    """Every product that these suppliers are bought from, each asked for once, all at the same time.

    `live`: the connection that offers name where they lead to this one.
    """
    offers = {
        (name, offer.product): offer
        for name in suppliers
        for benefit in catalogue.benefits
        for offer in benefit.offers
        if offer.connection == live[name]
    }
    wanted = sorted(offers.items())
    return await asyncio.gather(*(_ask(name, suppliers[name], offer) for (name, _), offer in wanted))


async def _ask(name: str, supplier: Supplier, offer: Offer) -> Answer:
    asked = Answer(connection=name, product=offer.product, our_cost=offer.cost)
    try:
        level = await supplier.stock(offer.product)
    except (SupplierError, NotSent) as error:
        return asked.model_copy(update={"error": error.why})
    found = {"state": level.state, "available": level.available, "price": level.unit_cost}
    return asked.model_copy(update=found)


def _print(answers: list[Answer], lang: Language) -> None:
    rows = [
        (
            answer.connection,
            answer.product,
            answer.error.say(lang) if answer.error else name("stock", answer.state or "", lang),
            answer.available,
            answer.price,
            answer.our_cost,
            DearerThanAgreed().say(lang) if _is_dearer(answer) else None,
        )
        for answer in answers
    ]
    right = (labels.AVAILABLE, labels.PRICE, labels.IN_OUR_CATALOGUE)
    print_records(labels.STOCK_AND_PRICE.say(lang), labels.columns(lang, _COLUMNS, right=right), rows)


def _is_dearer(answer: Answer) -> bool:
    return answer.price is not None and answer.price.amount > answer.our_cost.amount
