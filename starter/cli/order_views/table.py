"""Orders as one line each, for people."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from domain.keys import in_a_command
from domain.notes.note import Note, told_in
from domain.notes.sentences import labels
from domain.notes.sentences.next_steps import DecidedAt, StillOpen
from domain.notes.sentences.orders import (
    NoOrders,
    NothingWaits,
    NotOpened,
    StateErased,
    Stuck,
    WithheldEvents,
)
from domain.notes.sentences.sentence import Sentence, WithNote
from domain.notes.sentences.situation import CaseFor, HeldFor
from domain.notes.upkeep import NOT_OPENED, EventsWithheld
from domain.notes.words import Language, name
from starter.cli.output import Reader, clock, print_records, print_text
from storage.views.order_lines import OrderLine, Waiting

if TYPE_CHECKING:  # slow to load
    from storage.views.deliveries import DeliveryView

_ORDERS = (labels.ORDER, labels.STATE, labels.BUNDLE, labels.PRICE, labels.ACCEPTED, labels.CLOSED)
_HELD = (labels.ORDER, labels.DELIVERY, labels.WHAT, labels.WHY, labels.SINCE, labels.UNTIL)


def as_json_line(order: OrderLine, lang: Language) -> dict[str, Any]:
    """An order of a list for programs; its notes have a text beside the code."""
    return order.model_dump(mode="json", context=told_in(lang, order.zone))


def print_orders(orders: Sequence[OrderLine], lang: Language) -> None:
    """One line per order, newest first."""
    if not orders:
        print_text(NoOrders().say(lang))
        return
    rows = [
        (
            f"{order.channel}/{order.order_no}",
            StateErased(state=order.state).say(lang) if order.erased_at else name("order", order.state, lang),
            f"{order.bundle} v{order.version} x{order.quantity}",
            order.price,
            clock(order.accepted_at, order.zone),
            clock(order.closed_at, order.zone),
        )
        for order in orders
    ]
    columns = labels.columns(lang, _ORDERS, right=(labels.PRICE,))
    print_records(labels.ORDERS.say(lang), columns, rows)
    _print_stuck(orders, lang)


def print_held(orders: Sequence[OrderLine], deliveries: Mapping[str, "DeliveryView"], lang: Language) -> None:
    """What waits of each order: what, why and until when. `deliveries` are those that wait, by their ids."""
    if not orders:
        print_text(NothingWaits().say(lang))
        return
    rows = [
        _held(order, each, deliveries.get(each.delivery_id or ""), lang)
        for order in orders
        for each in order.waits
    ]
    print_records(labels.WAITS.say(lang), labels.columns(lang, _HELD), rows)
    _print_stuck(orders, lang)


def _print_stuck(orders: Sequence[OrderLine], lang: Language) -> None:
    for order in orders:
        if order.stuck:
            said = _stuck(f"{order.channel}/{order.order_no}", order.stuck).say(lang, order.zone)
            print()
            print_text(said)


def _stuck(number: str, why: Note) -> Sentence:
    if isinstance(why, NOT_OPENED):
        return NotOpened(number=number, why=why)
    if isinstance(why, EventsWithheld):
        return WithheldEvents(number=number, why=why)
    return Stuck(number=number, why=why, command=f"perkflow order adopt {in_a_command(number)}")


def _held(
    order: OrderLine, waiting: Waiting, delivery: "DeliveryView | None", lang: Language
) -> tuple[object, ...]:
    reader = Reader(lang, order.zone)
    number = f"{order.channel}/{order.order_no}"
    about, title = waiting.about or order.bundle, delivery.title if delivery else ""
    since = clock(waiting.since, order.zone)
    return (
        number,
        about,
        title,
        reader.told(_why(waiting, delivery)),
        since,
        reader.told(_until(waiting, delivery)),
    )


def _why(waiting: Waiting, delivery: "DeliveryView | None") -> Sentence:
    """Why it waits: the reason and its name, which pages have, and what was noted."""
    from starter.desk.explain.situation import why_held  # reads more than a line of an order

    of_the_case = CaseFor(kind=waiting.reason) if delivery else HeldFor(reason=waiting.reason)
    why = (why_held(delivery) if delivery else None) or of_the_case
    return WithNote(what=why, note=waiting.note) if waiting.note else why


def _until(waiting: Waiting, delivery: "DeliveryView | None") -> Sentence:
    """Until when, and what then."""
    from starter.desk.explain.next_step import what_next

    held = delivery is not None and delivery.state == "held"
    comes = what_next(delivery, datetime.now(UTC), None, waiting.pause) if delivery and held else None
    return comes or (DecidedAt(at=waiting.deadline) if waiting.deadline else StillOpen())
