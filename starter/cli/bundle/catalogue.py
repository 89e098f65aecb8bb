"""`perkflow catalogue`: which benefits exist and who supplies them."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from domain.contract.catalogue import Catalogue
from starter.cli.bundle.commands import ConnectionsFile, publish_files, tell_published
from starter.cli.environment import load_settings
from starter.cli.output import AsJson
from starter.documents.reading import load

app = typer.Typer(help="Which benefits exist, and who supplies them.", no_args_is_help=True)


@app.callback()
def catalogue() -> None:
    """Keeps `publish` a word of its own, though it is the only one yet."""


@app.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The catalogue, YAML or JSON.")],
    connections: ConnectionsFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a catalogue in force for new orders; orders that were accepted keep the offers they have."""
    loaded = load(file, Catalogue)
    done = asyncio.run(publish_files(load_settings(), None, loaded, connections))
    tell_published(done, as_json=as_json)
