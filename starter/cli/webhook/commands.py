"""`perkflow webhook`: what operations does with endpoints; channels do the same with theirs over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import typer

from domain.notes.sentences import labels
from domain.notes.sentences.webhooks import (
    EndpointAdded,
    EndpointRemoved,
    SecretReplaced,
    SentAgain,
    TestSent,
)
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_records, print_text
from starter.cli.webhook.views import ENDPOINT_COLUMNS, LOG_COLUMNS, NUMBERS, endpoint_row, log_row, show
from starter.connect import open_vault
from starter.desk.webhooks.desk import Webhooks
from storage.webhooks.secrets import OVERLAP

Found = TypeVar("Found")
app = typer.Typer(
    help="The addresses that are notified of events, and what they answered.", no_args_is_help=True
)
Endpoint = Annotated[
    str, typer.Argument(metavar="ENDPOINT", help="Its id, as `perkflow webhook list` has it.")
]


def _run(do: Callable[[Webhooks], Awaitable[Found]]) -> Found:
    async def opened() -> Found:
        settings = load_settings()
        async with open_book(settings) as database:
            return await do(Webhooks(database, open_vault(settings).ring))

    return asyncio.run(opened())


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = datetime.min
    if instant.tzinfo is None:
        raise Usage("--since: write an instant with its offset, such as 2026-12-01T09:00:00+08:00")
    return instant


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="An https address.")],
    channel: Annotated[
        str | None, typer.Option(help="Whose orders; unset: every channel's, suppliers and stock.")
    ] = None,
    events: Annotated[str, typer.Option(help="Which, with commas between: order.*,refund.decided")] = "*",
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Notify an address of what happens from now on, and print its secret once."""
    names = [each.strip() for each in events.split(",") if each.strip()]
    added = _run(lambda desk: desk.add(channel, url, names))
    if as_json:
        print_json({**added.endpoint.model_dump(mode="json"), "secret": added.secret})
    else:
        print_text(EndpointAdded(endpoint=added.endpoint.id, secret=added.secret).say(lang))


@app.command("list")
def list_(
    channel: Annotated[str | None, typer.Option(help="Only this channel's.")] = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """List the endpoints: how each fares, which are disabled and why, what is still to be sent."""
    found = _run(lambda desk: desk.all(channel))
    if as_json:
        print_json({"endpoints": [each.model_dump(mode="json") for each in found]})
    else:
        rows = [endpoint_row(each, lang) for each in found]
        print_records(labels.ENDPOINTS.say(lang), labels.columns(lang, ENDPOINT_COLUMNS, right=NUMBERS), rows)


@app.command()
def log(
    endpoint: Endpoint,
    state: Annotated[str | None, typer.Option(help="open, delivered, failed or dropped.")] = None,
    most: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=1000)] = 50,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Show what an endpoint was sent, and what it answered."""
    if state not in (None, "open", "delivered", "failed", "dropped"):
        raise Usage("--state: say open, delivered, failed or dropped")
    found = _run(lambda desk: desk.log(None, endpoint, state=state, most=most))
    if as_json:
        print_json({"deliveries": [each.model_dump(mode="json") for each in found]})
    else:
        rows = [log_row(each) for each in found]
        columns = labels.columns(lang, LOG_COLUMNS, right=(labels.TRIES,))
        print_records(labels.SENT_EVENTS.say(lang), columns, rows)


@app.command()
def replay(
    endpoint: Endpoint,
    delivery: Annotated[str | None, typer.Option(help="Only this one, as `log` has it.")] = None,
    since: Annotated[
        str | None, typer.Option(help="All since then that it has not had: 2026-12-01T09:00:00+08:00")
    ] = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Send again: one event, or all that an endpoint has not had since an instant."""
    if (delivery is None) == (since is None):
        raise Usage("say either --delivery ID or --since INSTANT")
    if delivery is not None:
        _run(lambda desk: desk.send_again(None, endpoint, delivery))
        many = 1
    else:
        instant = _instant(since or "")
        many = _run(lambda desk: desk.send_missed(None, endpoint, instant))
    if as_json:
        print_json({"events": many})
    else:
        print_text(SentAgain(events=many).say(lang))


@app.command()
def rotate(
    endpoint: Endpoint,
    overlap: Annotated[
        int, typer.Option(help="Hours in which both secrets sign.", min=0, max=24 * 30)
    ] = OVERLAP // timedelta(hours=1),
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Replace an endpoint's secret; the one before signs beside it for a while."""
    made = _run(lambda desk: desk.rotate(None, endpoint, timedelta(hours=overlap)))
    if as_json:
        print_json({"id": endpoint, "secret": made.secret, "overlap_hours": overlap})
    else:
        print_text(SecretReplaced(secret=made.secret, hours=overlap).say(lang))


@app.command()
def test(endpoint: Endpoint, as_json: AsJson = False, *, lang: Lang) -> None:
    """Send an endpoint a test event."""
    delivery = _run(lambda desk: desk.send_test(None, endpoint))
    if as_json:
        print_json({"delivery": delivery})
    else:
        print_text(TestSent(endpoint=endpoint).say(lang))


@app.command()
def enable(endpoint: Endpoint, as_json: AsJson = False, *, lang: Lang) -> None:
    """Send to a disabled endpoint again, from now on; `replay --since` sends what it missed."""
    show(_run(lambda desk: desk.enable(None, endpoint)), as_json, lang)


@app.command()
def disable(endpoint: Endpoint, as_json: AsJson = False, *, lang: Lang) -> None:
    """Send nothing to an endpoint until it is enabled."""
    show(_run(lambda desk: desk.disable(None, endpoint)), as_json, lang)


@app.command()
def remove(endpoint: Endpoint, as_json: AsJson = False, *, lang: Lang) -> None:
    """Send nothing to an endpoint any more, for good."""
    _run(lambda desk: desk.remove(None, endpoint))
    if as_json:
        print_json({"id": endpoint, "removed": True})
    else:
        print_text(EndpointRemoved(endpoint=endpoint).say(lang))
