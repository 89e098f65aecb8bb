"""The deliveries of an order and what was tried for them, as tables for people."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.notes.sentences import labels
from domain.notes.sentences.next_steps import BoughtWhenDue, FirstAt, LastAt, NextAt
from domain.notes.sentences.situation import WaitsFor
from domain.notes.words import Language, name
from domain.planning.wording import WhatItWaitsFor
from starter.cli.output import Reader, clock, print_records
from starter.desk.explain.next_step import what_next
from starter.desk.explain.runs import Run, runs
from starter.desk.explain.situation import refund_parts, why_held
from storage.views.orders import OrderView
from storage.views.plans import GateView, PauseView

_DELIVERIES = (
    labels.DELIVERY,
    labels.WHAT,
    labels.UNITS,
    labels.SHARE,
    labels.STATE,
    labels.DUE,
    labels.WHY,
    labels.NEXT,
    labels.REFUND,
)
_ATTEMPTS = (
    labels.ATTEMPT,
    labels.SUPPLIER,
    labels.STATE,
    labels.CODE,
    labels.SENT,
    labels.CHARGED,
    labels.PAID_BACK,
    labels.OUR_NUMBER,
    labels.THEIR_NUMBER,
)


def print_deliveries(order: OrderView, lang: Language, *, shorten: bool) -> None:
    """One line per delivery, with its attempts below; runs of those that stand alike when shortened."""
    gates = {gate.component: gate for gate in order.gates if gate.verdict is None}
    shown = runs(order.deliveries, collapse=shorten)
    columns = labels.columns(lang, _DELIVERIES, right=(labels.UNITS, labels.SHARE, labels.REFUND))
    rows = [
        _row(run, gates.get(run.first.component), Reader(lang, order.zone), pause=order.paused)
        for run in shown
    ]
    print_records(labels.DELIVERIES.say(lang), columns, rows)
    print()
    _print_attempts([run for run in shown if run.is_one], lang)


def _row(run: Run, gate: GateView | None, reader: Reader, *, pause: PauseView | None) -> tuple[object, ...]:
    first, (delivered, units) = run.first, run.units
    waits = gate is not None and first.next_action == NextAction.AWAIT
    waits_for = WaitsFor(what=WhatItWaitsFor(gate.gate)) if gate and waits else None
    return (
        run.name,
        first.title,
        f"{delivered}/{units}",
        run.share,
        name("state", first.state, reader.lang),
        _due(run, reader),
        reader.told(why_held(first) or waits_for or first.note),
        _next(run, gate, reader, pause=pause),
        reader.told(refund_parts(run.refunds)),
    )


def _due(run: Run, reader: Reader) -> str:
    at = run.first.due_at
    if run.is_one or at is None:
        return clock(at, reader.zone)
    return reader.told(NextAt(at=at) if run.first.state == DeliveryState.PLANNED else FirstAt(at=at))


def _next(run: Run, gate: GateView | None, reader: Reader, *, pause: PauseView | None) -> str:
    first = run.first
    if first.state == DeliveryState.DELIVERED and not run.is_one:
        return reader.told(LastAt(at=run.last.delivered_at))
    planned = first.state == DeliveryState.PLANNED and first.next_action == NextAction.SUBMIT
    if planned and first.next_action_at == first.due_at and pause is None and not _is_due(run):
        return reader.told(BoughtWhenDue())
    comes = what_next(first, datetime.now(UTC), gate, pause)
    return reader.told(comes) or clock(first.delivered_at, reader.zone)


def _is_due(run: Run) -> bool:
    return run.first.due_at is not None and run.first.due_at <= datetime.now(UTC)


def _print_attempts(shown: Sequence[Run], lang: Language) -> None:
    rows = [
        (
            f"{run.name}.{attempt.number}",
            f"{attempt.connection}/{attempt.product}",
            name("attempt_state", attempt.state, lang),
            attempt.code,
            attempt.submissions,
            attempt.charged,
            attempt.credited,
            attempt.key,
            attempt.supplier_order,
        )
        for run in shown
        for attempt in run.first.attempts
    ]
    if not rows:
        return
    columns = labels.columns(lang, _ATTEMPTS, right=(labels.SENT, labels.CHARGED, labels.PAID_BACK))
    print_records(labels.ATTEMPTS.say(lang), columns, rows)
    print()
