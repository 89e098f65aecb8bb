"""`perkflow bundle`: for whoever composes bundles."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.simulation.refundable import refundable
from domain.validation.remarks import remarks
from settings import Settings
from starter.cli.bundle.publishing import check_files, publish
from starter.cli.bundle.refundable_view import print_refundable, refundable_json
from starter.cli.bundle.simulate import simulate
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import problems_json
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json
from starter.desk.contracts.order_now import refused_now
from starter.desk.contracts.publishing import Published
from starter.documents.reading import Loaded, load
from starter.outlines import read_outlines
from storage.base.unavailable import DatabaseUnavailable
from storage.contracts.bundles import current_catalogue

app = typer.Typer(help="Compose bundles: validate, simulate and publish contracts.", no_args_is_help=True)
app.command("simulate")(simulate)

BundleFile = Annotated[Path, typer.Argument(metavar="FILE", help="The bundle, YAML or JSON.")]
CatalogueFile = Annotated[
    Path | None, typer.Option("--catalogue", metavar="FILE", help="A catalogue that is not published yet.")
]
ConnectionsFile = Annotated[
    Path | None,
    typer.Option("--connections", metavar="FILE", help="Instead of PERKFLOW_CONNECTIONS; only names count."),
]


class Kind(StrEnum):
    """The documents that have a JSON Schema."""

    BUNDLE = "bundle"
    CATALOGUE = "catalogue"
    ORDER = "order"


MODELS: dict[Kind, type[BaseModel]] = {
    Kind.BUNDLE: Bundle,
    Kind.CATALOGUE: Catalogue,
    Kind.ORDER: OrderDocument,
}


@app.command("validate")
def validate(
    file: BundleFile,
    catalogue: CatalogueFile = None,
    connections: ConnectionsFile = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Say whether a bundle could be published, what of it can be paid back, and what may not be meant.

    It warns when an order placed now would be refused; such a bundle may still be sold at another time.
    With --catalogue no server is needed: without one, what is published already is not compared.
    """
    bundle = load(file, Bundle)
    supply = load(catalogue, Catalogue) if catalogue else None
    compared, agreed = asyncio.run(_validate(load_settings(), bundle, supply, connections))
    value, back, now = bundle.value, refundable(bundle.value, agreed), datetime.now(UTC)
    warnings = bundle.locate([*refused_now(value, now, {}), *remarks(value, agreed, now)])
    if as_json:
        found = {"bundle": value.id, "version": value.version, "compared_with_book": compared}
        told = {"warnings": problems_json(warnings), "refundable": refundable_json(back)}
        print_json({"valid": True, **found, **told})
        return
    print_refundable(back, lang)
    book = "and with what is published" if compared else "but not with what is published (no database)"
    print(f"{value.id} version {value.version} is valid: checked by itself, {book}.")
    for warning in warnings:
        print(f"Warning: {warning.in_file(file)}")


async def _validate(
    settings: Settings,
    bundle: Loaded[Bundle],
    catalogue: Loaded[Catalogue] | None,
    connections_file: Path | None,
) -> tuple[bool, Catalogue]:
    """Whether the bundle was also compared with the book, and the catalogue that it is valid over.

    Raises when it is not valid.
    """
    outlines = read_outlines(settings, connections_file) if catalogue else {}
    if catalogue is not None:
        check_files(bundle, catalogue, outlines)
        if settings.database_url is None:
            return False, catalogue.value
    try:
        async with open_book(settings) as database:
            await publish(database, bundle, catalogue, outlines, dry_run=True)
            async with database.transaction() as session:
                published = await current_catalogue(session)
    except DatabaseUnavailable:
        if catalogue is None:
            raise
        return False, catalogue.value
    supply = catalogue.value if catalogue is not None else published
    assert supply is not None  # nothing can be published without one
    return True, supply


@app.command("publish")
def publish_(
    file: BundleFile,
    catalogue: CatalogueFile = None,
    connections: ConnectionsFile = None,
    as_json: AsJson = False,
) -> None:
    """Publish a bundle version, which never changes afterwards; the catalogue first, when one is given."""
    bundle = load(file, Bundle)
    supply = load(catalogue, Catalogue) if catalogue else None
    done = asyncio.run(publish_files(load_settings(), bundle, supply, connections))
    tell_published(done, as_json=as_json)


async def publish_files(
    settings: Settings,
    bundle: Loaded[Bundle] | None,
    catalogue: Loaded[Catalogue] | None,
    connections_file: Path | None,
) -> Published:
    """Publish in the book that the settings name."""
    outlines = read_outlines(settings, connections_file) if catalogue else {}
    async with open_book(settings) as database:
        return await publish(database, bundle, catalogue, outlines)


def tell_published(done: Published, *, as_json: bool) -> None:
    """Print what was published and what had been before."""
    if as_json:
        print_json(done.model_dump())
        return
    if done.bundle is not None:
        how = "published" if done.new_bundle else "was published just so already"
        print(f"{done.bundle} version {done.version}: {how}.")
    if done.new_catalogue:
        print("The catalogue is in force.")
    elif done.bundle is None:
        print("This catalogue was in force already.")


@app.command("schema")
def schema(
    kind: Annotated[Kind, typer.Argument(help="Of which document.")] = Kind.BUNDLE, as_json: AsJson = False
) -> None:
    """Print the JSON Schema of a document, for editors and other programs. It is JSON in any case."""
    print_json(json_schema(kind))


def json_schema(kind: Kind) -> dict[str, object]:
    """The JSON Schema (2020-12) of a document as it is written by hand."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **MODELS[kind].model_json_schema(mode="validation"),
    }
