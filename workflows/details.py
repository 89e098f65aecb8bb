"""What operations see when they open a run in Temporal's UI: a table of deliveries, kept current."""

from collections.abc import Mapping, Sequence

from domain.messages import DeliveryBrief
from domain.states import OrderState
from domain.steps import Step, Then

ACTS = {
    Then.AWAIT: "waits for its condition, at the latest until",
    Then.SUBMIT: "buy",
    Then.CHECK: "ask the supplier",
    Then.HOLD: "waits for a person until",
    Then.DONE: "",
}


def markdown(state: OrderState, briefs: Sequence[DeliveryBrief], steps: Mapping[str, Step]) -> str:
    """The order's state and one row a delivery, as Markdown."""
    lines = [
        f"**{state}**",
        "",
        "| delivery | supplier | state | reason | next | note |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(brief, steps[brief.id]) for brief in briefs]
    return "\n".join(lines)


def _row(brief: DeliveryBrief, step: Step) -> str:
    when = step.deadline if step.then is Then.HOLD else step.at
    act = f"{ACTS[step.then]} {when:%Y-%m-%d %H:%M:%SZ}" if when and step.then is not Then.DONE else ""
    cells = (
        f"{brief.title} ({brief.component} #{brief.release})",
        brief.connections[step.offer],
        step.state.value,
        step.reason.value if step.reason else "",
        act,
        step.note,
    )
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"
