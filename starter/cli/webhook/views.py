"""Endpoints and their logs as people read them."""

from domain.notes.sentences import labels
from domain.notes.sentences.sentence import Sentence
from domain.notes.sentences.webhooks import (
    OF_EVERYBODY,
    Answers,
    DisabledAsFailing,
    DisabledAsGone,
    DisabledByPerson,
    FailingSince,
)
from domain.notes.words import Language
from starter.cli.output import clock, print_json, print_records
from storage.webhooks.endpoints import FAILING, GONE, Endpoint
from storage.webhooks.log import Sent

ENDPOINT_COLUMNS = (
    labels.NAME,
    labels.CHANNEL,
    labels.ADDRESS,
    labels.EVENTS,
    labels.TO_SEND,
    labels.NOT_TAKEN,
    labels.FARES,
)
NUMBERS = (labels.TO_SEND, labels.NOT_TAKEN)
LOG_COLUMNS = (
    labels.DELIVERY,
    labels.EVENT,
    labels.STATE,
    labels.TRIES,
    labels.NEXT_TRY,
    labels.LAST_ANSWER,
)


def endpoint_row(each: Endpoint, lang: Language) -> tuple[object, ...]:
    """An endpoint, with how it fares."""
    owner = each.channel or OF_EVERYBODY.say(lang)
    events = ", ".join(each.events)
    return (each.id, owner, each.url, events, each.open, each.failed, _fares(each).say(lang))


def log_row(each: Sent) -> tuple[object, ...]:
    """One event, with what was last answered."""
    last = each.tries[-1] if each.tries else None
    answer = " ".join(str(part) for part in (last.status, last.answer) if part) if last else ""
    return (each.id, each.type, each.state, len(each.tries), clock(each.next_try_at), answer[:120])


def show(each: Endpoint, as_json: bool, lang: Language) -> None:
    """Print one endpoint."""
    if as_json:
        print_json(each.model_dump(mode="json"))
    else:
        columns = labels.columns(lang, ENDPOINT_COLUMNS, right=NUMBERS)
        print_records("", columns, [endpoint_row(each, lang)])


def _fares(each: Endpoint) -> Sentence:
    if each.disabled_at is not None:
        kinds = {GONE: DisabledAsGone, FAILING: DisabledAsFailing}
        return kinds.get(each.disabled_for or "", DisabledByPerson)(at=each.disabled_at)
    return FailingSince(since=each.failing_since) if each.failing_since else Answers()
