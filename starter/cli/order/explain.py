"""`perkflow order explain`: each delivery as a paragraph, from the book alone; it names no account."""

import asyncio
from datetime import UTC, datetime, tzinfo
from typing import Annotated

import typer

from domain.notes.sentences.acting import CanBeDone, CanBeDoneEach, CanDo
from domain.notes.sentences.sentence import paragraph
from domain.notes.words import Language
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.language import Lang
from starter.cli.order.acts.parameters import Reference
from starter.cli.output import AsJson, print_json, print_text
from starter.desk.explain.explanation import Explanation, chosen, explanation, opening
from starter.desk.explain.runs import Run, runs
from starter.desk.read import order_of
from storage.views.orders import OrderView


def explain(
    reference: Reference,
    component: Annotated[
        str,
        typer.Argument(
            metavar="COMPONENT",
            help="component, or component#release[.item]; unset: what is open.",
        ),
    ] = "",
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Explain each open delivery: what was promised and tried, why it waits, what comes next, what helps."""
    order, now = asyncio.run(_read(load_settings(), reference)), datetime.now(UTC)
    found = chosen(order, component)
    if as_json:
        shown = [explanation(order, Run([each]), now).as_json(lang, order.zone) for each in found]
        number = f"{order.channel}/{order.order_no}"
        print_json({"order": number, "order_id": order.order_id, "state": order.state, "deliveries": shown})
        return
    for sentence in opening(order):
        print_text(paragraph([sentence], lang, order.zone))
    for run in runs(found, collapse=True):
        _print(explanation(order, run, now), lang, order.zone, each=not run.is_one)


async def _read(settings: Settings, reference: str) -> OrderView:
    async with open_book(settings) as database:
        return await order_of(database, reference)


def _print(explained: Explanation, lang: Language, zone: tzinfo, *, each: bool) -> None:
    print()
    print_text(explained.say(lang, zone))
    if explained.can:
        print_text((CanBeDoneEach() if each else CanBeDone()).say(lang))
    for option in explained.can:
        print_text(f"  {CanDo(what=option.what, command=option.command).say(lang)}", "    ")
