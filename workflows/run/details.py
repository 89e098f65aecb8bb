"""What operations see when they open a run in Temporal's UI: its deliveries, kept current.

It is written anew at every move, so of a large order it shows only what tells most.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.fulfilment.holds import BY_A_PERSON
from domain.fulfilment.pauses import Pause
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState, OrderState
from domain.fulfilment.steps import NextAction
from domain.messages import DeliveryBrief
from domain.notes.note import say
from domain.notes.runs import (
    ASK_AT,
    BUY_AT,
    COUNT,
    DELIVERIES,
    FIRST_AND_THEN,
    GOES_ON_AT,
    HEADINGS,
    MISSED_COMES,
    MORE,
    PAUSED,
    PAUSED_UNTIL,
    SCHEDULE_MOVES,
    STATE,
    WAITS_FOR_A_PERSON,
    WAITS_FOR_THE_ORDER,
    WAITS_UNTIL,
)
from domain.notes.words import name
from workflows.run.state import RunState

ACTS = {
    NextAction.AWAIT: WAITS_UNTIL,
    NextAction.SUBMIT: BUY_AT,
    NextAction.CHECK: ASK_AT,
    NextAction.HOLD: WAITS_FOR_A_PERSON,
}
ALL_ROWS = 30
"""An order of no more deliveries shows them all."""
NEXT_ROWS = 10
"""So many of those that come next are shown of a larger one, beside what is under way or held."""


def markdown(state: OrderState, run: RunState) -> str:
    """The order's state and its deliveries, as Markdown: all of them, or the most telling ones."""
    briefs, steps = list(run.briefs.values()), run.steps
    lines = [run.say(STATE, state=state), ""]
    if run.pause:
        lines += [_pause(run, run.pause), ""]
    shown: Sequence[DeliveryBrief] = briefs
    if len(briefs) > ALL_ROWS:
        shown = _telling(briefs, steps)
        states = [step.state for step in steps.values()]
        counts = ((states.count(each), each) for each in DeliveryState)
        told = ", ".join(run.say(COUNT, number=count, state=each) for count, each in counts if count)
        lines += [run.say(DELIVERIES, number=len(briefs), counts=told), ""]
    lines += [run.say(HEADINGS), "|---|---|---|---|---|---|"]
    lines += [_row(brief, steps[brief.id], run) for brief in shown]
    if len(shown) < len(briefs):
        lines += ["", run.say(MORE, number=len(briefs) - len(shown))]
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


def _pause(run: RunState, pause: Pause) -> str:
    """Until when nothing is released, and what follows."""
    ends = PAUSED_UNTIL.say(run.lang, at=_moment(pause.until)) if pause.until else PAUSED.say(run.lang)
    return run.say(FIRST_AND_THEN, first=ends, then=run.say(SCHEDULE_MOVES if pause.shift else MISSED_COMES))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%SZ}"


def _next(step: Snapshot, run: RunState) -> str:
    """What comes next about a delivery, and when."""
    if run.held_with_the_order(step):
        return run.say(WAITS_FOR_THE_ORDER)
    held = step.next_action is NextAction.HOLD
    if held and step.at and step.reason in BY_A_PERSON:
        return run.say(GOES_ON_AT, at=_moment(step.at))
    when = step.deadline if held else step.at
    if when is None or step.next_action is NextAction.DONE:
        return ""
    return run.say(ACTS[step.next_action], at=_moment(when))


def _row(brief: DeliveryBrief, step: Snapshot, run: RunState) -> str:
    lang = run.lang
    cells = (
        f"{brief.title} ({brief.name})",
        brief.connections[step.offer],
        name("state", step.state, lang),
        name("reason", step.reason, lang) if step.reason else "",
        _next(step, run),
        say(step.note, lang),
    )
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"
