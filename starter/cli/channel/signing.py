"""`perkflow channel signing`: secrets with which a channel signs its requests, and whether it must."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from typing import Annotated, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from domain.contract.document import Duration
from domain.notes.sentences import labels
from domain.notes.sentences.keys import MustSign, NeedNotSign, SigningSecretEnded, SigningSecretMade
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, clock, print_json, print_records, print_text
from starter.connect import open_vault
from starter.desk.channels.signing import Signing

Result = TypeVar("Result")

app = typer.Typer(help="Secrets with which a channel signs its requests.", no_args_is_help=True)
_COLUMNS = (labels.NAME, labels.CHANNEL, labels.SIGNATURES_REQUIRED, labels.MADE, labels.ENDS)
Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel, as its orders name it.")]


@app.command("add")
def add(
    name: Channel,
    overlap: Annotated[
        str, typer.Option(metavar="DURATION", help="How long those before it are good beside it.")
    ] = "PT24H",
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Make a secret and show it, which nothing does again; the ones before end after a day."""
    try:
        lasts: timedelta = TypeAdapter(Duration).validate_python(overlap)
    except ValidationError:
        raise Usage("--overlap: must be an ISO 8601 duration, such as PT24H") from None
    row, secret = _with_book(lambda signing: signing.add(name, getpass.getuser(), lasts))
    if as_json:
        print_json({"secret": secret, "id": row.id, "channel": name})
    else:
        print_text(SigningSecretMade(secret=secret, name=row.id, channel=name).say(lang))


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(metavar="CHANNEL", help="Only this one.")] = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """List the secrets, and which channels must sign. None is shown itself."""
    listed = _with_book(lambda signing: signing.list(name))
    found = [
        {
            "id": row.id,
            "channel": row.channel,
            "required": signs,
            "created_at": row.created_at.astimezone(UTC).isoformat(),
            "ends_at": row.ends_at.astimezone(UTC).isoformat() if row.ends_at else None,
        }
        for row, signs in listed
    ]
    if as_json:
        print_json({"secrets": found})
        return
    rows = [
        (row.id, row.channel, "yes" if signs else "no", clock(row.created_at, UTC), clock(row.ends_at, UTC))
        for row, signs in listed
    ]
    print_records("", labels.columns(lang, _COLUMNS), rows)


@app.command("require")
def require(
    name: Channel,
    off: Annotated[bool, typer.Option("--off", help="Take them without a signature again.")] = False,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Refuse requests of a channel that are not signed, whichever of its keys they show."""
    _with_book(lambda signing: signing.require(name, required=not off))
    if as_json:
        print_json({"channel": name, "required": not off})
    else:
        print_text((NeedNotSign if off else MustSign)(channel=name).say(lang))


@app.command("revoke")
def revoke(
    secret: Annotated[str, typer.Argument(metavar="SECRET", help="Its name, chs_…, as the list has it.")],
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Let a secret sign nothing any more, at once: it is in wrong hands."""
    row = _with_book(lambda signing: signing.revoke(secret))
    if as_json:
        print_json({"id": row.id, "channel": row.channel})
    else:
        print_text(SigningSecretEnded(name=row.id, channel=row.channel).say(lang))


def _with_book(ask: Callable[[Signing], Awaitable[Result]]) -> Result:
    async def asked() -> Result:
        settings = load_settings()
        async with open_book(settings) as database:
            return await ask(Signing(database, open_vault(settings).ring))

    return asyncio.run(asked())
