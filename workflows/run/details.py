"""What operations see when they open a run in Temporal's UI: its deliveries, kept current.

It is written anew at every move, so of a large order it shows only what tells most.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState, OrderState
from domain.fulfilment.steps import NextAction
from domain.messages import DeliveryBrief

ACTS = {
    NextAction.AWAIT: "waits for its condition, or until",
    NextAction.SUBMIT: "buy",
    NextAction.CHECK: "ask the supplier",
    NextAction.HOLD: "waits for a person until",
    NextAction.DONE: "",
}
ALL_ROWS = 30
"""An order of no more deliveries shows them all."""
NEXT_ROWS = 10
"""So many of those that come next are shown of a larger one, beside what is under way or held."""


def markdown(state: OrderState, briefs: Sequence[DeliveryBrief], steps: Mapping[str, Snapshot]) -> str:
    """The order's state and its deliveries, as Markdown: all of them, or the most telling ones."""
    lines = [f"**{state}**", ""]
    shown = briefs
    if len(briefs) > ALL_ROWS:
        shown = _telling(briefs, steps)
        states = [step.state for step in steps.values()]
        counts = ((states.count(each), each) for each in DeliveryState)
        told = ", ".join(f"{count} {each}" for count, each in counts if count)
        lines += [f"{len(briefs)} deliveries: {told}", ""]
    lines += ["| delivery | supplier | state | reason | next | note |", "|---|---|---|---|---|---|"]
    lines += [_row(brief, steps[brief.id]) for brief in shown]
    if len(shown) < len(briefs):
        lines += ["", f"{len(briefs) - len(shown)} more: `perkflow order show`"]
    return "\n".join(lines)


def _telling(briefs: Sequence[DeliveryBrief], steps: Mapping[str, Snapshot]) -> list[DeliveryBrief]:
    """What is held, then what else is under way, as much as there is room for; then what comes next."""
    held: list[DeliveryBrief] = []
    under_way: list[DeliveryBrief] = []
    dated: list[tuple[datetime, int, DeliveryBrief]] = []
    done, waits, planned = (
        NextAction.DONE,
        DeliveryState.HELD,
        DeliveryState.PLANNED,
    )  # a look-up takes a while
    for brief in briefs:
        step = steps[brief.id]
        if step.next_action is done:
            continue
        if step.state is waits:
            held.append(brief)
        elif step.state is not planned:
            under_way.append(brief)
        elif step.at is not None:
            dated.append((step.at, len(dated), brief))
    open_ones = [*held, *under_way][: ALL_ROWS - NEXT_ROWS]
    return [*open_ones, *(brief for _, _, brief in sorted(dated)[:NEXT_ROWS])]


def _row(brief: DeliveryBrief, step: Snapshot) -> str:
    when = step.deadline if step.next_action is NextAction.HOLD else step.at
    act = (
        f"{ACTS[step.next_action]} {when:%Y-%m-%d %H:%M:%SZ}"
        if when and step.next_action is not NextAction.DONE
        else ""
    )
    cells = (
        f"{brief.title} ({brief.component} #{brief.release})",
        brief.connections[step.offer],
        step.state.value,
        step.reason.value if step.reason else "",
        act,
        step.note,
    )
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"
