"""`perkflow keys`: the keys of the ring, what lies under each, and replacing one by another."""

import asyncio
import sys
from functools import reduce
from typing import Any

import typer

from domain.notes.sentences import labels
from domain.notes.sentences.keys import (
    AllUnder,
    ClosedRunsLeft,
    DoNotOpen,
    FingerprintsStay,
    KeyCanGo,
    NoProcessHasIt,
    NotFinished,
    OpenRunsLeft,
    UnderDataKeys,
    WorkerHas,
)
from domain.notes.sentences.sentence import AndMore, Followed, Listed, Plain, Sentence
from domain.notes.words import Language, name
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import REFUSED
from starter.cli.language import Lang
from starter.cli.output import AsJson, clock, print_json, print_records, print_text
from starter.desk.keys import Keys, KeyStatus

app = typer.Typer(
    no_args_is_help=True,
    help="The keys that seal orders: what lies under each, and replacing one.\n\n"
    "To replace a key of PERKFLOW_KEYRING: put the new one behind the others on every worker, gateway and "
    "client, and start those again; then put it in front everywhere; then run `perkflow keys rewrap` until "
    "it says that it is finished; then take the old one out. PERKFLOW_FINGERPRINT_KEY is another key and "
    "never changes.",
)
_COLUMNS = (
    labels.KEY,
    labels.HERE,
    labels.DATA_KEYS,
    labels.STOCK_KEYS,
    labels.CALLBACKS,
    labels.WEBHOOK_SECRETS,
    labels.SIGNING_SECRETS,
    labels.OPEN_RUNS,
    labels.CLOSED_RUNS,
    labels.GONE_AT,
)
_COUNTS = _COLUMNS[2:9]


@app.command("list")
def list_(as_json: AsJson = False, *, lang: Lang) -> None:
    """Show how much lies under each key, in the book and in Temporal, and which keys the workers have.

    Every history that Temporal keeps is read for it.
    """
    found = asyncio.run(_ask(load_settings(), rewrap=False, quiet=as_json))
    if as_json:
        print_json(_as_json(found))
        return
    _print(found, lang)
    for each in found.keys:
        if each.is_empty and not each.seals:
            print_text(KeyCanGo(key=each.key).say(lang))


@app.command("rewrap")
def rewrap(as_json: AsJson = False, *, lang: Lang) -> None:
    """Put everything under the key in front; 1 while something is left, with what that is and until when.

    Run it again until it is finished: it goes on where it ended, and changes nothing twice. The book is
    wrapped at once. Open orders are told to go on in a new run; what their old ones leave in Temporal is
    there until its retention has passed, and so long the old key must stay behind the others.
    """
    found = asyncio.run(_ask(load_settings(), rewrap=True, quiet=as_json))
    left = found.left
    if as_json:
        print_json({"finished": not left, **_as_json(found)})
    else:
        _print(found, lang)
        front = found.keys[0].key
        for each in left:
            print_text(NotFinished(key=each.key, left=_left(each, front)).say(lang))
        if not left:
            print_text(AllUnder(key=front).say(lang))
    if left:
        raise typer.Exit(REFUSED)


async def _ask(settings: Settings, *, rewrap: bool, quiet: bool) -> Keys:
    def progress(line: str) -> None:
        if not quiet:
            print(line, file=sys.stderr, flush=True)

    async with connect(settings) as connected:
        desk = connected.desk
        return await (desk.rewrap_keys(progress) if rewrap else desk.keys(progress))


def _as_json(found: Keys) -> dict[str, Any]:
    return found.model_dump(mode="json")


def _print(found: Keys, lang: Language) -> None:
    rows = [
        (
            each.key,
            name("held_key", "seals" if each.seals else "opens" if each.in_ring else "missing", lang),
            each.data_keys,
            each.pool_keys,
            each.callbacks,
            each.webhook_secrets,
            each.channel_secrets,
            each.open_runs,
            each.closed_runs,
            clock(each.closed_runs_until),
        )
        for each in found.keys
    ]
    print_records(labels.KEYS.say(lang), labels.columns(lang, _COLUMNS, right=_COUNTS), rows)
    for worker in found.workers:
        has = WorkerHas(worker=worker.name, keys=tuple(worker.keys), front=worker.keys[0])
        print_text(has.say(lang))
    print_text(UnderDataKeys(**found.untouched).say(lang))
    print_text(FingerprintsStay().say(lang))


def _left(each: KeyStatus, front: str) -> Sentence:
    """What is left under a key, and what becomes of it."""
    told: list[Sentence] = []
    if values := each.in_book:
        told.append(DoNotOpen(values=values) if each.in_ring else NoProcessHasIt(values=values, front=front))
    if each.open_runs:
        first = Listed(parts=tuple(Plain(text=run) for run in each.named))
        more = each.open_runs - len(each.named)
        named = AndMore(first=first, more=more) if more > 0 else first
        told.append(OpenRunsLeft(runs=each.open_runs, named=named))
    if each.closed_runs:
        told.append(ClosedRunsLeft(runs=each.closed_runs, until=each.closed_runs_until))
    return reduce(lambda first, second: Followed(first=first, second=second), told)
