"""The deliveries of an order and what was tried for them, as tables for people."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from starter.cli.order_views.runs import Run, runs
from starter.cli.order_views.words import refund_words, what_next, why_held
from starter.cli.output import clock, print_table
from storage.views.orders import OrderView
from storage.views.plans import GateView

_COLUMNS = ("delivery", "what", "units>", "share>", "state", "due", "why", "next / delivered", "refund>")


def print_deliveries(order: OrderView, *, shorten: bool) -> None:
    """One line per delivery, with its attempts below; runs of those that stand alike when shortened."""
    gates = {gate.component: gate for gate in order.gates if gate.verdict is None}
    shown = runs(order.deliveries, collapse=shorten)
    paused = order.paused is not None
    print_table("Deliveries", _COLUMNS, [_row(run, gates.get(run.first.component), paused) for run in shown])
    print()
    _print_attempts([run for run in shown if run.is_one])


def _row(run: Run, gate: GateView | None, paused: bool) -> tuple[object, ...]:
    first, (delivered, units) = run.first, run.units
    waits = f"waits for {gate.waits_for}" if gate and first.next_action == NextAction.AWAIT else ""
    return (
        run.name,
        first.title,
        f"{delivered}/{units}",
        run.share,
        first.state,
        _due(run),
        why_held(first) or waits or first.note,
        _next(run, gate, paused),
        refund_words(run.refunds),
    )


def _due(run: Run) -> str:
    if run.is_one or run.first.due_at is None:
        return clock(run.first.due_at)
    return f"{'next' if run.first.state == DeliveryState.PLANNED else 'from'} {clock(run.first.due_at)}"


def _next(run: Run, gate: GateView | None, paused: bool) -> str:
    first = run.first
    if first.state == DeliveryState.DELIVERED and not run.is_one:
        return f"last {clock(run.last.delivered_at)}"
    planned = first.state == DeliveryState.PLANNED and first.next_action == NextAction.SUBMIT
    if planned and first.next_action_at == first.due_at and not paused and not _is_due(run):
        return "bought when it is due"
    return what_next(first, datetime.now(UTC), gate, paused=paused) or clock(first.delivered_at)


def _is_due(run: Run) -> bool:
    return run.first.due_at is not None and run.first.due_at <= datetime.now(UTC)


def _print_attempts(shown: Sequence[Run]) -> None:
    rows = [
        (
            f"{run.name}.{attempt.number}",
            f"{attempt.connection}/{attempt.product}",
            attempt.state,
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
    columns = (
        "attempt",
        "supplier",
        "state",
        "code",
        "sent>",
        "charged>",
        "paid back>",
        "our number",
        "their number",
    )
    print_table("Attempts", columns, rows)
    print()
