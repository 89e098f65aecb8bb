"""`perkflow bundle simulate`: what an order of a bundle would bring, before there is one."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.simulation.timeline import timeline
from domain.validation.bundle import check_bundle
from domain.validation.order import check_order
from domain.validation.problems import Problem
from settings import Settings
from starter.cli.bundle.timeline_view import print_timeline, timeline_json
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json
from starter.desk.contracts.any_order import any_order
from starter.desk.contracts.order_now import refused_now
from starter.desk.errors import NotFound
from starter.documents.reading import Loaded, load
from storage.contracts.bundles import current_catalogue


def simulate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The bundle, YAML or JSON.")],
    order: Annotated[
        Path | None,
        typer.Option("--order", metavar="FILE", help="The order; unset: one bundle, ordered now."),
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", metavar="FILE", help="Instead of the published one.")
    ] = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Show when everything of an order would come, and what a cancellation would pay back at each moment.

    What depends on more than time is shown as it goes if what it waits for happens as soon as it can, and if
    nothing happens. Nothing is written. With --catalogue no server is needed.
    """
    bundle = load(file, Bundle)
    placed = load(order, OrderDocument) if order else None
    supply = load(catalogue, Catalogue).value if catalogue else asyncio.run(_published(load_settings()))
    bundle.refuse(check_bundle(bundle.value, supply))
    now = datetime.now(UTC)
    if placed is not None:
        _check(placed, bundle.value, supply, now)
        document = placed.value
    else:
        document = _any_order(bundle.value)
        bundle.refuse(refused_now(bundle.value, now, document.stated))
    found = timeline(bundle.value, supply, document, document.anchor(now))
    if as_json:
        print_json(timeline_json(found, bundle.value))
    else:
        print_timeline(found, bundle.value, lang)


async def _published(settings: Settings) -> Catalogue:
    async with open_book(settings) as database, database.transaction() as session:
        found = await current_catalogue(session)
    if found is None:
        raise NotFound(
            "no catalogue is published: `perkflow catalogue publish FILE`, or name one with --catalogue"
        )
    return found


def _check(order: Loaded[OrderDocument], bundle: Bundle, catalogue: Catalogue, now: datetime) -> None:
    """Raises InvalidDocument when it is no order of this bundle."""
    if order.value.bundle != bundle.id:
        order.refuse([Problem(("bundle",), f"must be {bundle.id}, the bundle that is simulated")])
    if order.value.version != bundle.version:
        order.refuse([Problem(("version",), f"must be {bundle.version}, the version that is simulated")])
    order.refuse(check_order(order.value, bundle, catalogue, now))


def _any_order(bundle: Bundle) -> OrderDocument:
    """One bundle for nobody. Raises Usage when the bundle asks for what only an order can tell."""
    if bundle.attributes:
        asked = ", ".join(f"{name} (a {kind})" for name, kind in bundle.attributes.items())
        raise Usage(f"the bundle asks orders to state {asked}: name an order that does, with --order FILE")
    return any_order(bundle)
