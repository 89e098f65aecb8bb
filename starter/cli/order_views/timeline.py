"""The timeline of an order as a table for people."""

from datetime import tzinfo
from typing import Any

from domain.notes.names import NAMES
from domain.notes.note import read, say
from domain.notes.sentences import labels
from domain.notes.sentences.orders import ByWhom, TimelineWithout
from domain.notes.words import Language, Words, name
from starter.cli.output import clock, print_records
from starter.desk.explain.runs import READABLE
from storage.views.orders import EventView, OrderView

_COLUMNS = (labels.NUMBER, labels.AT, labels.EVENT, labels.DELIVERY, labels.DETAILS)
_BEFORE_THE_NOTE = {
    "state": labels.STATE,
    "old": labels.OLD,
    "new": labels.NEW,
    "hold_reason": labels.HOLD_REASON,
}
_BEHIND_IT = {"code": labels.CODE, "amount": labels.AMOUNT, "refund": labels.REFUND}


def print_events(order: OrderView, lang: Language, *, shorten: bool) -> None:
    """One line per event; only the newest when shortened."""
    about = {delivery.id: f"{delivery.component} #{delivery.number}" for delivery in order.deliveries}
    events = order.events[-READABLE:] if shorten else order.events
    left = len(order.events) - len(events)
    rows = [
        (
            event.seq,
            clock(event.at, order.zone),
            event.type,
            about.get(event.delivery_id or ""),
            _details(event, lang, order.zone),
        )
        for event in events
    ]
    title = TimelineWithout(events=left).say(lang) if left else labels.TIMELINE.say(lang)
    print_records(title, labels.columns(lang, _COLUMNS, right=(labels.NUMBER,)), rows)
    print()


def _details(event: EventView, lang: Language, zone: tzinfo) -> str:
    """What an event says that a person wants to read."""
    data: dict[str, Any] = event.data
    note = say(read(data.get("note")), lang, zone)
    details = [
        *_valued(_BEFORE_THE_NOTE, data, lang),
        *([f"{labels.NOTE.say(lang)} {note}"] if note else []),
        *_valued(_BEHIND_IT, data, lang),
    ]
    if data.get("actor") and "note" not in data:
        details.append(ByWhom(actor=data["actor"], reason=data["reason"]).say(lang))
    return (", " if lang is Language.EN else "，").join(details)


def _valued(shown: dict[str, Words], data: dict[str, Any], lang: Language) -> list[str]:
    return [
        f"{label.say(lang)} {_value(field, data[field], lang)}"
        for field, label in shown.items()
        if data.get(field) not in (None, "")
    ]


def _value(field: str, value: Any, lang: Language) -> str:
    if field == "hold_reason" and lang is Language.ZH:
        return name("reason", str(value), lang)
    if field in ("state", "old", "new"):
        return name("state" if value in NAMES["state"] else "order", str(value), lang)
    return str(value)
