"""`perkflow listen`: a channel's events, forwarded to a developer's machine as they happen."""

import asyncio
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from activities.webhooks.posting import Poster
from domain.notes.sentences.webhooks import Listening
from domain.notes.words import Language
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_line
from starter.cli.sandbox.feed import ASK_AGAIN_SECONDS, Bookmark, Feed, bookmark
from starter.cli.sandbox.secret import SecretFile, checked_url, secret_for
from starter.stack.dev_secrets import TEST_KEY
from starter.stack.info import running
from storage.webhooks.sending import Answer, Letter

KEY, ADDRESS = "PERKFLOW_KEY", "PERKFLOW_ADDRESS"

app = typer.Typer()


@app.command()
def listen(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the events are sent to: your machine.")],
    address: Annotated[
        str | None,
        typer.Option(help=f"The gateway; unset: {ADDRESS}, or the stack that runs on this machine."),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(help=f"A file with the channel's key; unset: {KEY}, or the test key of `perkflow up`."),
    ] = None,
    secret_file: SecretFile = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="All events that there are, and not only those to come.")
    ] = False,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Forward a channel's events as signed webhooks until Ctrl-C, one line for each.

    Events are read over HTTP with the channel's key, which needs the scope events:read. The place is kept:
    what happens while nobody listens is sent when this is started again. Each event is sent once, whatever is
    answered, and those of a page that was not finished once more.
    """
    settings = load_settings()
    to, local = checked_url("URL", url), running(settings)
    gateway = address or os.environ.get(ADDRESS) or (local.gateway if local else "")
    key = _key(key_file)
    if not gateway:
        raise Usage(f"no gateway: say --address, set {ADDRESS}, or start one with `perkflow up`")
    place, secret = bookmark(settings.home, gateway, key, to), secret_for(secret_file, lang)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
        on = Forwarding(to, secret, as_json=as_json, lang=lang)
        asyncio.run(_forward(gateway, key, on, place, from_start))


class Forwarding:
    """Sends events on, and prints a line for each."""

    def __init__(self, to: str, secret: str, *, as_json: bool, lang: Language) -> None:
        self._to, self._secret, self._as_json, self._lang = to, secret, as_json, lang
        self._poster = Poster(loopback=True)

    async def forward(self, event: dict[str, Any]) -> None:
        """Send one event, once."""
        answer = await self._poster.post(Letter("listen", self._to, event["id"], event, [self._secret]))
        print_line(_as_json(event, answer) if self._as_json else _line(event, answer))

    def begin(self, gateway: str) -> None:
        """Say what is listened to, and where it is sent."""
        self.remark(Listening(gateway=gateway, to=self._to).say(self._lang))

    def remark(self, text: str) -> None:
        """Say something that is no event, on stderr."""
        print(text, file=sys.stderr, flush=True)


async def _forward(gateway: str, key: str, on: Forwarding, place: Bookmark, from_start: bool) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=gateway, headers=headers, timeout=30, trust_env=False) as http:
        feed = Feed(http, on.remark)
        if place.cursor is None and not from_start:
            place.move(await feed.end())
        cursor = None if from_start else place.cursor
        on.begin(gateway)
        while True:
            page = await feed.after(cursor)
            for event in page.events:
                await on.forward(event)
            cursor = page.cursor
            place.move(cursor)
            if not page.has_more:
                await asyncio.sleep(ASK_AGAIN_SECONDS)


def _key(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Usage(f"--key-file: {file} cannot be read ({type(error).__name__})") from None
    found = os.environ.get(KEY) or os.environ.get(TEST_KEY)
    if not found:
        raise Usage(f"no key: say --key-file, or set {KEY}; `perkflow channel key add` makes one")
    return found.strip()


def _line(event: dict[str, Any], answer: Answer) -> str:
    order = (event["data"].get("order") or {}).get("order_no", "")
    said = answer.status if answer.status is not None else answer.text
    took = f"{answer.took.total_seconds() * 1000:.0f} ms"
    at = datetime.now(UTC).strftime("%H:%M:%S")
    return "  ".join(part for part in (at, event["type"], order, f"{said}", took) if part)


def _as_json(event: dict[str, Any], answer: Answer) -> dict[str, Any]:
    took = round(answer.took.total_seconds() * 1000)
    about = {name: event[name] for name in ("id", "type", "sequence")}
    return {**about, "status": answer.status, "accepted": answer.is_good, "took_ms": took}
