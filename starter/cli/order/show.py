"""`perkflow order show`: everything about one order but what is sealed."""

import asyncio
from datetime import tzinfo
from typing import Annotated, Any

import typer

from domain.notes.note import read, told_in
from domain.notes.words import Language
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings, ui_address
from starter.cli.language import Lang
from starter.cli.order.acts.parameters import Reference
from starter.cli.order_views.order import print_order
from starter.cli.order_views.temporal_ui import run_address, workflow_id
from starter.cli.output import AsJson, print_json
from starter.desk.read import order_of
from storage.views.orders import EventView, OrderView


def show(
    reference: Reference,
    whole: Annotated[
        bool, typer.Option("--all", help="Every delivery by itself, and the whole timeline.")
    ] = False,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Show an order: what it waits for, deliveries and attempts, what happens next, refund and timeline.

    Of an order with more than 25 deliveries, releases that stand alike are one line, unless --all is given.
    """
    settings = load_settings()
    order = asyncio.run(_read(settings, reference))
    address = ui_address(settings)
    if as_json:
        where = {"workflow_id": workflow_id(order), "temporal_ui": run_address(address, workflow_id(order))}
        shown = order.model_dump(mode="json", context=told_in(lang, order.zone))
        print_json({**shown, "events": [_event(each, lang, order.zone) for each in order.events], **where})
    else:
        print_order(order, address, lang, whole=whole)


def _event(event: EventView, lang: Language, zone: tzinfo) -> dict[str, Any]:
    """An event for programs; its note has a text beside the code."""
    shown = event.model_dump(mode="json")
    if note := read(shown["data"].get("note")):
        shown["data"]["note"] = note.model_dump(mode="json", context=told_in(lang, zone))
    return shown


async def _read(settings: Settings, reference: str) -> OrderView:
    async with open_book(settings) as database:
        return await order_of(database, reference)
