"""`perkflow supplier list / pause / resume`: how the connections fare, and which nothing is bought at."""

import asyncio
import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.notes.progress import SupplierResumed
from domain.notes.sentences import labels
from domain.notes.sentences.sentence import Sentence
from domain.notes.sentences.suppliers import (
    BoughtFromAgain,
    BoughtFromAgainAnd,
    BoughtFromAllAlong,
    BoughtFromAllAlongAnd,
    Fares,
    FaresUnknown,
    LeftAlone,
    NeedsAttention,
    NothingIsBoughtAt,
    OnTrial,
    Silent,
    SupplierPausedBy,
)
from domain.supply.health import CircuitState, wait_after
from domain.verbs.human_act import words_too_long
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_records, print_text
from starter.cli.supply.wake import tell_runs
from starter.outlines import read_outlines
from storage.base.unavailable import DatabaseUnavailable
from storage.supply import health
from storage.supply.health import HealthView
from storage.supply.restock import wake_for_supplier
from workflows.queues import query_queue, submit_queue

Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]
_COLUMNS = (labels.NAME, labels.PROTOCOL, labels.PURCHASES, labels.QUESTIONS, labels.FARES)
Health = Mapping[str, HealthView] | None
"""By connection; one that is missing fares well. None: there is no book to read."""


def list_(as_json: AsJson = False, *, lang: Lang) -> None:
    """List the connections: protocols, task queues and, where there is a book, how they fare."""
    settings = load_settings()
    outlines = read_outlines(settings)
    known = asyncio.run(_read(settings))
    rows = [(name, o.protocol, submit_queue(name), query_queue(name)) for name, o in outlines.items()]
    if as_json:
        names = ("name", "protocol", "submit_queue", "query_queue")
        shown = [
            {
                **dict(zip(names, row, strict=True)),
                "sandbox_of": outlines[row[0]].sandbox_of,
                "health": _as_json(known, row[0]),
            }
            for row in rows
        ]
        print_json({"connections": shown})
    else:
        fared = [(*row, _in_words(known, row[0]).say(lang)) for row in rows]
        print_records(labels.CONNECTIONS.say(lang), labels.columns(lang, _COLUMNS), fared)


def pause(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why; everybody sees it.")],
    actor: Annotated[str, typer.Option(help="Who; the account you are logged in with, unless given.")] = "",
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Buy nothing at a connection until it is resumed; what was bought is still asked about."""
    if not reason.strip():
        raise Usage("--reason: say why, since whoever finds the connection paused will ask")
    if why := words_too_long(actor, reason.strip()):
        raise Usage(f"--{why}")
    asyncio.run(_pause(load_settings(), name, actor or getpass.getuser(), reason.strip()))
    if as_json:
        print_json({"name": name, "paused": True})
    else:
        print_text(NothingIsBoughtAt(name=name, command=f"perkflow supplier resume {name}").say(lang))


def resume(name: Name, as_json: AsJson = False, *, lang: Lang) -> None:
    """Buy at a connection again, whether it was paused or left alone for not answering."""
    changed, woken = asyncio.run(_resume(load_settings(), name))
    if as_json:
        print_json({"name": name, "paused": False, "changed": changed, "woken": woken})
    else:
        print_text(_resumed(name, changed, woken).say(lang))


def fares(view: HealthView) -> Sentence:
    """How a connection fares."""
    silent = Silent(times=view.failures, last=view.last_error)
    if view.paused_at is not None:
        return SupplierPausedBy(actor=view.paused_by, since=view.paused_at, reason=view.paused_reason)
    if view.circuit is CircuitState.HALF_OPEN:
        return OnTrial(since=view.opened_at, silent=silent)
    if view.opened_at is not None:
        until = view.opened_at + wait_after(view.failures)
        return LeftAlone(since=view.opened_at, until=until, silent=silent)
    if view.failures:
        return silent
    if view.trouble is not None:
        return NeedsAttention(since=view.trouble_since, trouble=view.trouble, said=view.trouble_message)
    return Fares()


def _resumed(name: str, changed: bool, woken: int) -> Sentence:
    if woken:
        return (BoughtFromAgainAnd if changed else BoughtFromAllAlongAnd)(name=name, woken=woken)
    return (BoughtFromAgain if changed else BoughtFromAllAlong)(name=name)


async def _read(settings: Settings) -> Health:
    if settings.database_url is None:
        return None
    try:
        async with open_book(settings) as database, database.transaction() as session:
            return {view.connection: view for view in await health.read_health(session)}
    except DatabaseUnavailable:
        return None


def _as_json(known: Health, name: str) -> dict[str, object] | None:
    if known is None:
        return None
    return _view(known, name).model_dump(mode="json", exclude={"connection"})


def _in_words(known: Health, name: str) -> Sentence:
    return FaresUnknown() if known is None else fares(_view(known, name))


def _view(known: Mapping[str, HealthView], name: str) -> HealthView:
    return known.get(name, HealthView(connection=name))


async def _pause(settings: Settings, name: str, actor: str, reason: str) -> None:
    _check_name(settings, name)
    async with open_book(settings) as database, database.transaction() as session:
        await health.pause(session, name, actor, reason, datetime.now(UTC))


async def _resume(settings: Settings, name: str) -> tuple[bool, int]:
    """Whether that changed anything, and how many deliveries go on that were held for the connection."""
    _check_name(settings, name)
    async with open_book(settings) as database:
        async with database.transaction() as session:
            changed = await health.resume(session, name, datetime.now(UTC))
        woken = await wake_for_supplier(database, name, SupplierResumed(supplier=name), datetime.now(UTC))
    await tell_runs(settings, woken)
    return changed, len(woken)


def _check_name(settings: Settings, name: str) -> None:
    outlines = read_outlines(settings)
    if name not in outlines:
        raise Usage(f"there is no connection {name}; configured are: {', '.join(sorted(outlines))}")
