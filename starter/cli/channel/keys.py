"""`perkflow channel key`: made, listed, revoked. A key is shown once."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from domain.access import SELLING, Scope
from domain.contract.document import Duration, Identifier
from domain.notes.sentences import labels
from domain.notes.sentences.keys import KeyEnds, KeyMade
from domain.notes.words import clock
from starter.cli.channel import signing
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_records, print_text
from starter.desk.channels.keys import RATE_PER_MINUTE, ChannelKeys
from storage.channels.keys import Grant
from storage.tables import ChannelKey

Result = TypeVar("Result")

channel = typer.Typer(help="Who sells over HTTP, and with which keys.", no_args_is_help=True)
app = typer.Typer(help="The keys of channels; each is shown once.", no_args_is_help=True)
channel.add_typer(app, name="key")
channel.add_typer(signing.app, name="signing")
_COLUMNS = (labels.KEY, labels.CHANNEL, labels.MODE, labels.LABEL, labels.MAY, labels.MADE, labels.ENDS)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel, as its orders name it.")],
    test: Annotated[bool, typer.Option("--test", help="Of a test channel; unset: it sells live.")] = False,
    scope: Annotated[
        list[Scope] | None, typer.Option("--scope", help="What it may do; unset: what a checkout needs.")
    ] = None,
    label: Annotated[str, typer.Option(help="What people know it by.")] = "",
    rate: Annotated[int, typer.Option(min=1, max=1_000_000, help="Requests a minute.")] = RATE_PER_MINUTE,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Make a key for a channel and show it, which nothing does again.

    To replace one: add another, use it everywhere, then `perkflow channel key revoke` the old one.
    """
    _check(Identifier, name, "CHANNEL: must have lower-case letters, digits, - and _ alone")
    grant = Grant(name, not test, tuple(scope or SELLING), rate, label, getpass.getuser())
    made, secret = _with_book(lambda keys: keys.add(grant))
    if as_json:
        print_json({"key": secret, **_as_json(made)})
    else:
        print_text(KeyMade(key=secret, name=made.id, channel=name).say(lang))


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(metavar="CHANNEL", help="Only this one.")] = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """List the keys: what each may do, since when, until when. None is shown itself."""
    found = _with_book(lambda keys: keys.list(name))
    if as_json:
        print_json({"keys": [_as_json(each) for each in found]})
    else:
        print_records("", labels.columns(lang, _COLUMNS), [_row(each) for each in found])


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its name, key_…, as the list has it.")],
    after: Annotated[
        str, typer.Option(metavar="DURATION", help="Only after this: PT24H lets both open meanwhile.")
    ] = "PT0S",
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Let a key open nothing any more."""
    wait: timedelta = _check(Duration, after, "--after: must be an ISO 8601 duration, such as PT24H")
    ended = _with_book(lambda keys: keys.revoke(key, wait))
    if as_json:
        print_json(_as_json(ended))
    else:
        assert ended.ends_at is not None
        print_text(KeyEnds(name=ended.id, channel=ended.channel, at=ended.ends_at).say(lang))


def _check(kind: Any, value: str, message: str) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        raise Usage(message) from None


def _with_book(ask: Callable[[ChannelKeys], Awaitable[Result]]) -> Result:
    async def asked() -> Result:
        async with open_book(load_settings()) as database:
            return await ask(ChannelKeys(database))

    return asyncio.run(asked())


def _as_json(key: ChannelKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "channel": key.channel,
        "livemode": key.livemode,
        "label": key.label,
        "scopes": key.scopes,
        "rate_per_minute": key.rate_per_minute,
        "created_at": key.created_at.astimezone(UTC).isoformat(),
        "created_by": key.created_by,
        "ends_at": key.ends_at.astimezone(UTC).isoformat() if key.ends_at else None,
    }


def _row(key: ChannelKey) -> Sequence[object]:
    mode = "live" if key.livemode else "test"
    ends = _moment(key.ends_at) if key.ends_at else None
    return key.id, key.channel, mode, key.label, " ".join(key.scopes), _moment(key.created_at), ends


def _moment(at: datetime) -> str:
    return clock(at, UTC)
