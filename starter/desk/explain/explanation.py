"""What is to be said of a delivery, from the book alone: in no language yet, and naming no account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from domain.fulfilment.states import CLOSED, DeliveryState
from domain.fulfilment.steps import NextAction
from domain.notes.aftercare import why_opened
from domain.notes.sentences.next_steps import BoughtAt, NextIsBoughtAt
from domain.notes.sentences.orders import BuyerErased, OrderOwes, OrderStands, WithheldEvents
from domain.notes.sentences.sentence import Followed, Plain, Sentence, WithNote, WithWhy, paragraph
from domain.notes.sentences.situation import (
    Answered,
    ComesLast,
    DeliveredOn,
    EventCame,
    HeldSince,
    InCase,
    ItIs,
    ItWaitsFor,
    MomentHasCome,
    NothingBought,
    PartDelivered,
    PromisedFor,
    PromisedFromTo,
    PromisedOnceMet,
    Sold,
    SoldTo,
    Tried,
    TriedOften,
    WaitsForItsMoment,
)
from domain.notes.words import Language
from domain.planning.wording import WhatItWaitsFor
from starter.desk.explain.naming import is_open, label, named, numbers
from starter.desk.explain.next_step import what_next
from starter.desk.explain.options import Option, options
from starter.desk.explain.runs import Run
from starter.desk.explain.situation import pause_line, refund_parts, why_held
from storage.views.deliveries import AttemptView, DeliveryView
from storage.views.orders import OrderView
from storage.views.plans import GateView

_COLON = {Language.EN: ": ", Language.ZH: "："}


@dataclass(frozen=True)
class Explanation:
    """One delivery, or a run of releases that stand alike."""

    delivery: Sentence
    state: str
    promised: Sentence
    happened: list[Sentence]
    waits_for: Sentence
    next: Sentence | None
    next_at: datetime | None
    can: list[Option] = field(default_factory=list)

    def say(self, lang: Language, zone: tzinfo = UTC) -> str:
        """All of it in a row."""
        told = [self.promised, *self.happened, self.waits_for, *([self.next] if self.next else [])]
        return f"{self.delivery.say(lang, zone)}{_COLON[lang]}{paragraph(told, lang, zone)}"

    def as_json(self, lang: Language, zone: tzinfo = UTC) -> dict[str, Any]:
        """All of it for programs; `text` is in this language and zone."""
        at = self.next_at.isoformat().replace("+00:00", "Z") if self.next_at else None
        return {
            "delivery": self.delivery.say(Language.EN),
            "state": self.state,
            "promised": _as_json(self.promised, lang, zone),
            "happened": [_as_json(each, lang, zone) for each in self.happened],
            "waits_for": _as_json(self.waits_for, lang, zone),
            "next": _as_json(self.next, lang, zone) if self.next else None,
            "next_at": at,
            "can": [option.as_json(lang) for option in self.can],
            "text": self.say(lang, zone),
        }


def chosen(order: OrderView, component: str) -> list[DeliveryView]:
    """The deliveries that are explained: of all or of one component the open ones. Raises NotFound.

    Where none is open, all.
    """
    found = named(order, component) if component else order.deliveries
    return [each for each in found if is_open(each)] or found


def opening(order: OrderView) -> list[Sentence]:
    """How the order stands as a whole."""
    number, left = f"{order.channel}/{order.order_no}", sum(map(is_open, order.deliveries))
    stands = OrderStands(number=number, state=order.state, still_open=left, of=len(order.deliveries))
    refund = refund_parts(order.refund_sums)
    told: list[Sentence] = [OrderOwes(order=stands, refund=refund) if refund else stands]
    if order.stuck:
        told.append(WithheldEvents(number=number, why=order.stuck))
    if order.erased_at:
        return [*told, BuyerErased(at=order.erased_at)]
    return [*told, pause_line(order.paused, number, order.refund_sums)] if order.paused else told


def explanation(order: OrderView, run: Run, now: datetime) -> Explanation:
    """What is to be said of a run of releases (or a single one) of an order."""
    first = run.first
    gate = next((g for g in order.gates if g.component == first.component and g.verdict is None), None)
    comes = what_next(first, now, gate, order.paused)
    if isinstance(comes, BoughtAt) and not run.is_one:
        comes = NextIsBoughtAt(at=comes.at)
    return Explanation(
        delivery=Plain(text=label(order, first)) if run.is_one else numbers(run.deliveries),
        state=first.state,
        promised=_promised(run),
        happened=[*_happened(order, run)],
        waits_for=_waiting(order, first, gate, now),
        next=comes,
        next_at=first.next_action_at,
        can=options(order, first, now),
    )


def _promised(run: Run) -> Sentence:
    first, (_, units), share = run.first, run.units, run.share
    what: Sentence = Sold(units=units, title=first.title, share=share)
    if first.account:
        what = SoldTo(units=units, title=first.title, share=share, account=first.account)
    if first.due_at is None:
        return PromisedOnceMet(what=what)
    if run.is_one:
        return PromisedFor(what=what, at=first.due_at)
    return PromisedFromTo(what=what, first=first.due_at, last=run.last.due_at)


def _happened(order: OrderView, run: Run) -> Iterator[Sentence]:
    delivery, releases = run.first, {0, *(each.release for each in run.deliveries)}
    for event in order.order_events:
        if event.component == delivery.component and event.release in releases:
            number = f"#{event.release}" if event.release else ""
            yield EventCame(event=event.event, about=f"{event.component}{number}", at=event.at)
    for attempt in delivery.attempts:
        yield _tried(attempt)
    if not delivery.attempts and delivery.state not in CLOSED:
        yield NothingBought()
    if 0 < delivery.units_delivered < delivery.units:
        yield PartDelivered(units=delivery.units_delivered, of=delivery.units)


def _tried(attempt: AttemptView) -> Sentence:
    number, connection, at = attempt.number, attempt.connection, attempt.opened_at
    answer: Sentence = Answered(state=attempt.state)
    if attempt.code:
        answer = WithWhy(what=answer, why=Plain(text=attempt.code))
    if attempt.submissions > 1:
        times = attempt.submissions
        return TriedOften(number=number, connection=connection, at=at, times=times, answer=answer)
    return Tried(number=number, connection=connection, at=at, answer=answer)


def _waiting(order: OrderView, delivery: DeliveryView, gate: GateView | None, now: datetime) -> Sentence:
    standing = _standing(delivery, gate, now)
    if delivery.note:
        standing = WithNote(what=standing, note=delivery.note)
    case = next((c for c in order.cases if c.delivery_id == delivery.id and c.closed_at is None), None)
    if case is None:
        return standing
    about = InCase(number=case.number, kind=case.kind, reason=why_opened(case.kind, case.reason))
    return Followed(first=about, second=standing)


def _standing(delivery: DeliveryView, gate: GateView | None, now: datetime) -> Sentence:
    why = why_held(delivery)
    if delivery.state == DeliveryState.DELIVERED:
        return DeliveredOn(at=delivery.delivered_at)
    if why is not None:
        return HeldSince(since=delivery.held_since, why=why)
    if gate is not None and delivery.next_action == NextAction.AWAIT:
        return ItWaitsFor(what=WhatItWaitsFor(gate.gate))
    if delivery.state != DeliveryState.PLANNED:
        return ItIs(state=delivery.state)
    early = delivery.due_at is not None and delivery.due_at > now
    if delivery.pivot_waits and not early:
        return ComesLast()
    return WaitsForItsMoment() if early else MomentHasCome()


def _as_json(sentence: Sentence, lang: Language, zone: tzinfo) -> dict[str, Any]:
    return {**sentence.as_json(), "text": sentence.say(lang, zone)}
