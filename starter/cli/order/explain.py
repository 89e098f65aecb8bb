"""`perkflow order explain`: each delivery as a paragraph, from the book alone; it names no account."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from domain.fulfilment.states import CLOSED, AttemptState, DeliveryState
from domain.fulfilment.steps import NextAction
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.order_views.naming import Reference, is_open, label, named, numbers
from starter.cli.order_views.options import Option, options
from starter.cli.order_views.runs import Run, runs
from starter.cli.order_views.words import pause_line, refund_words, what_next, why_held
from starter.cli.output import AsJson, clock, print_json
from starter.desk.read import order_of
from storage.views.deliveries import AttemptView, DeliveryView
from storage.views.orders import OrderView

_ANSWERS: dict[str, str] = {
    AttemptState.OPEN: "it has not answered",
    AttemptState.PENDING: "it has accepted the order and not finished it",
    AttemptState.UNCERTAIN: "it may or may not have sold it",
    AttemptState.DELIVERED: "it delivered",
    AttemptState.PARTIAL: "it delivered a part",
    AttemptState.REJECTED: "it refused",
    AttemptState.REVOKED: "it took it back",
    AttemptState.SURFACED: "it refused, and sold it after all",
    AttemptState.DISPUTED: "it sent a credential that somebody else has",
}


@dataclass(frozen=True)
class Explanation:
    """One delivery, or a run of releases that stand alike, in sentences."""

    delivery: str
    state: str
    promised: str
    happened: list[str]
    waits_for: str
    next: str
    next_at: datetime | None
    can: list[Option] = field(default_factory=list)

    @property
    def paragraph(self) -> str:
        """All of it in a row."""
        sentences = [self.promised, *self.happened, self.waits_for, self.next]
        return f"{self.delivery}: " + " ".join(f"{_capital(each)}." for each in sentences if each)


def explain(
    reference: Reference,
    component: Annotated[
        str,
        typer.Argument(metavar="COMPONENT", help="component, or component#release; unset: all that is open."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Explain each open delivery: what was promised and tried, why it waits, what comes next, what helps."""
    order = asyncio.run(_read(load_settings(), reference))
    chosen = _chosen(order, component)
    if as_json:
        shown = [_as_json(explanation(order, Run([each]))) for each in chosen]
        number = f"{order.channel}/{order.order_no}"
        print_json({"order": number, "order_id": order.order_id, "state": order.state, "deliveries": shown})
        return
    print(_opening(order))
    for run in runs(chosen, collapse=True):
        _print(explanation(order, run), each=not run.is_one)


async def _read(settings: Settings, reference: str) -> OrderView:
    async with open_book(settings) as database:
        return await order_of(database, reference)


def _chosen(order: OrderView, component: str) -> list[DeliveryView]:
    found = named(order, component) if component else order.deliveries
    still_open = [each for each in found if is_open(each)]
    return still_open or (found if component else [])


def _opening(order: OrderView) -> str:
    number, left = f"{order.channel}/{order.order_no}", sum(map(is_open, order.deliveries))
    refund = f"; refund: {owed}" if (owed := refund_words(order.refund_sums)) else ""
    told = f"Order {number} is {order.state}: {left} of {len(order.deliveries)} deliveries are open{refund}."
    return f"{told}\n{pause_line(order.paused, number, order.refund_sums)}." if order.paused else told


def _print(explained: Explanation, *, each: bool) -> None:
    print(f"\n{explained.paragraph}")
    if explained.can:
        print(f"What a person can do{', with each by its number' if each else ''}:")
    for option in explained.can:
        print(f"  {option.what}: {option.command}")


def explanation(order: OrderView, run: Run) -> Explanation:
    """What is to be said of a run of releases (or a single one) of an order."""
    first = run.first
    gate = next((g for g in order.gates if g.component == first.component and g.verdict is None), None)
    now = datetime.now(UTC)
    told = what_next(first, now, gate, paused=order.paused is not None)
    return Explanation(
        delivery=label(order, first) if run.is_one else numbers(run.deliveries),
        state=first.state,
        promised=_promised(run),
        happened=[*_happened(order, run)],
        waits_for=_waiting(order, first, gate.waits_for if gate else "", now),
        next=told if run.is_one or not told.startswith("bought at") else f"the next one is {told}",
        next_at=first.next_action_at,
        can=options(order, first, now),
    )


def _promised(run: Run) -> str:
    first, (_, units) = run.first, run.units
    what = f"{units} x {first.title} for {run.share}" + (
        f" to the account {first.account}" if first.account else ""
    )
    if first.due_at is None:
        return f"{what}, promised for when its condition holds"
    if run.is_one:
        return f"{what}, promised for {clock(first.due_at)}"
    return f"{what}, promised from {clock(first.due_at)} to {clock(run.last.due_at)}"


def _happened(order: OrderView, run: Run) -> Iterator[str]:
    delivery, releases = run.first, {0, *(each.release for each in run.deliveries)}
    for report in order.order_events:
        if report.component == delivery.component and report.release in releases:
            number = f"#{report.release}" if report.release else ""
            yield f"{report.event} was reported of {report.component}{number} on {clock(report.at)}"
    for attempt in delivery.attempts:
        yield _tried(attempt)
    if not delivery.attempts and delivery.state not in CLOSED:
        yield "nothing was bought for it yet"
    if 0 < delivery.units_delivered < delivery.units:
        yield f"{delivery.units_delivered} of {delivery.units} units were delivered"


def _tried(attempt: AttemptView) -> str:
    times = f", sent {attempt.submissions} times" if attempt.submissions > 1 else ""
    code = f" ({attempt.code})" if attempt.code else ""
    return (
        f"attempt {attempt.number} was made at {attempt.connection} on {clock(attempt.opened_at)}{times}: "
        f"{_ANSWERS[attempt.state]}{code}"
    )


def _waiting(order: OrderView, delivery: DeliveryView, waits_for: str, now: datetime) -> str:
    case = next((c for c in order.cases if c.delivery_id == delivery.id and c.closed_at is None), None)
    about = f"case {case.number} ({case.kind}) is open about it, since {case.reason}; " if case else ""
    note = f" ({delivery.note})" if delivery.note else ""
    if delivery.state == DeliveryState.DELIVERED:
        return f"{about}it was delivered on {clock(delivery.delivered_at)}{note}"
    if delivery.state == DeliveryState.HELD:
        return f"{about}it is held since {clock(delivery.held_since)}, {why_held(delivery)}{note}"
    if waits_for and delivery.next_action == NextAction.AWAIT:
        return f"{about}it waits for {waits_for}{note}"
    if delivery.state != DeliveryState.PLANNED:
        return f"{about}it is {delivery.state.replace('_', ' ')}{note}"
    early = delivery.due_at is not None and delivery.due_at > now
    if delivery.pivot_waits and not early:
        return f"{about}it cannot be taken back, so all that could still undo the order comes first{note}"
    return f"{about}{'it waits for its moment' if early else 'its moment has come'}{note}"


def _as_json(explained: Explanation) -> dict[str, Any]:
    at = explained.next_at.isoformat().replace("+00:00", "Z") if explained.next_at else None
    return {**asdict(explained), "next_at": at, "text": explained.paragraph}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
