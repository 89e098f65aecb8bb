"""`perkflow sandbox`: a receiver of events is sent whole lifecycles, and its answers are shown."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from activities.webhooks.posting import Poster
from domain.notes.sentences import labels
from domain.webhooks.bodies import Notification
from domain.webhooks.scenarios import SCENARIOS, events_of
from starter.cli.errors import REFUSED, Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_records
from starter.cli.sandbox.secret import SecretFile, checked_url, secret_for
from storage.webhooks.sending import Answer, Letter

app = typer.Typer(help="Try a receiver of events with orders that never were.", no_args_is_help=True)
_COLUMNS = (labels.NUMBER, labels.EVENT, labels.ORDER, labels.STATUS, labels.TOOK, labels.LAST_ANSWER)


@app.command("scenarios")
def scenarios(as_json: AsJson = False, *, lang: Lang) -> None:
    """List the lifecycles that can be played."""
    if as_json:
        told = {
            name: [each.type for each in events_of(name, "sandbox", datetime.now(UTC))] for name in SCENARIOS
        }
        print_json({"scenarios": told})
    else:
        rows = [(name, told) for name, (told, _) in SCENARIOS.items()]
        print_records("", labels.columns(lang, (labels.NAME, labels.WHAT)), rows)


@app.command("play")
def play(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=f"One of: {', '.join(SCENARIOS)}.")],
    to: Annotated[str, typer.Option(metavar="URL", help="Where the events are sent to.")],
    channel: Annotated[str, typer.Option(help="Whose order it is, as the events say.")] = "sandbox",
    secret_file: SecretFile = None,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Send the signed webhooks of a whole lifecycle, and show what is answered; 1 if one was not accepted.

    Each event is sent once, whatever is answered. Nothing of it is in any book.
    """
    if scenario not in SCENARIOS:
        raise Usage(f"there is no scenario {scenario}; there are: {', '.join(SCENARIOS)}")
    url, secret = checked_url("--to", to), secret_for(secret_file, lang)
    events = events_of(scenario, channel, datetime.now(UTC))
    answers = asyncio.run(_send(events, url, secret))
    if as_json:
        sent = [_as_json(*each) for each in zip(events, answers, strict=True)]
        print_json({"scenario": scenario, "to": url, "accepted": _all_accepted(answers), "events": sent})
    else:
        rows = [_row(n, *each) for n, each in enumerate(zip(events, answers, strict=True), start=1)]
        print_records("", labels.columns(lang, _COLUMNS, right=(labels.NUMBER, labels.TOOK)), rows)
    if not _all_accepted(answers):
        raise typer.Exit(REFUSED)


async def _send(events: Sequence[Notification], url: str, secret: str) -> list[Answer]:
    poster = Poster(loopback=True)
    return [
        await poster.post(Letter("sandbox", url, each.id, each.model_dump(mode="json"), [secret]))
        for each in events
    ]


def _all_accepted(answers: Sequence[Answer]) -> bool:
    return all(each.is_good for each in answers)


def _row(number: int, event: Notification, answer: Answer) -> tuple[object, ...]:
    order = event.data.order
    took = f"{answer.took.total_seconds() * 1000:.0f} ms"
    return (number, event.type, order.order_no if order else "", answer.status, took, answer.text[:120])


def _as_json(event: Notification, answer: Answer) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "status": answer.status,
        "accepted": answer.is_good,
        "took_ms": round(answer.took.total_seconds() * 1000),
        "answer": answer.text,
    }
