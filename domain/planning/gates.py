"""When the releases of a component are due, and what they wait for beyond that: its gate.

Computed when the order is accepted. A gate holds only what can be decided later from what is known
(`domain.planning.verdict`).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.contract.bundle import Bundle, Component
from domain.contract.calendar import deadline, earliest, instants
from domain.contract.condition import Attributes, Condition, Constant
from domain.contract.release import Otherwise
from domain.planning.verdict import Known, Verdict, decide, needs_verdict, settle_attributes


class PlannedGate(BaseModel):
    """What a component waits for beyond its instants. It opens once, and then stays open.

    It opens when a release of each component in `needs` was delivered and `condition` holds (None: nothing
    but the needs), not before `not_before`. At `by`, or as soon as the condition can never hold, `otherwise`
    decides: with `release` the condition counts as met, while the needs stay; with `refund` the component is
    given up. So it is, whatever `otherwise` says, when its needs can never be met. `starts_schedule`: the
    component's releases have no instant yet; `scheduled` gives them, from the moment the gate opens.
    """

    model_config = ConfigDict(frozen=True)

    component: str
    needs: list[str] = []
    condition: Condition | None = None
    not_before: datetime
    by: datetime | None = None
    otherwise: Otherwise = Otherwise.REFUND
    starts_schedule: bool = False


def plan_gates(bundle: Bundle, anchor: datetime, attributes: Attributes) -> list[PlannedGate]:
    """The gates of the components that wait for more than their instants, in contract order."""
    gates = (gate_of(bundle, component, anchor, attributes) for component in bundle.components)
    return [gate for gate in gates if gate is not None]


def gate_of(
    bundle: Bundle, component: Component, anchor: datetime, attributes: Attributes
) -> PlannedGate | None:
    """What a component waits for; None when it is nothing, or settled by the order's attributes."""
    rule = component.rule
    condition = None if rule.when is None else settle_attributes(rule.when, attributes)
    if isinstance(condition, Constant) and condition.value:
        condition = None
    if condition is None and not component.needs:
        return None
    return PlannedGate(
        component=component.id,
        needs=component.needs,
        condition=condition,
        not_before=earliest(rule, anchor, bundle.zone, attributes),
        by=deadline(rule, anchor, bundle.zone),
        otherwise=rule.otherwise or Otherwise.REFUND,
        starts_schedule=rule.starts_schedule,
    )


def release_instants(
    bundle: Bundle, component: Component, anchor: datetime, attributes: Attributes
) -> list[datetime] | list[None]:
    """When each release of a component is due; None for each while its schedule waits for its condition."""
    gate = gate_of(bundle, component, anchor, attributes)
    if gate is not None and gate.starts_schedule:
        return [None] * (component.rule.count or 0)
    start = earliest(component.rule, anchor, bundle.zone, attributes)
    return instants(component.rule, start, bundle.zone)


def scheduled(component: Component, started_at: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants of a schedule that started at `started_at` (UTC-aware), one for each planned release."""
    return instants(component.rule, started_at, zone)


def decided_by(gate: PlannedGate, due_at: datetime | None) -> datetime:
    """When a release that waits for a gate is looked at by itself: at the gate's end, or once it may open."""
    return gate.by or max(gate.not_before, due_at or gate.not_before)


def judge(gate: PlannedGate, known: Known, now: datetime) -> Verdict:
    """What becomes of a closed gate: it opens (`holds`), stays closed for now, or can never open."""
    needs = needs_verdict(gate.needs, known)
    if needs is Verdict.IMPOSSIBLE:
        return Verdict.IMPOSSIBLE
    met = Verdict.MET if gate.condition is None else decide(gate.condition, known)
    both = needs is Verdict.MET and met is Verdict.MET
    late = gate.by is not None and now >= gate.by
    if not both and (late or met is Verdict.IMPOSSIBLE):
        if gate.otherwise is Otherwise.REFUND:
            return Verdict.IMPOSSIBLE
        both = needs is Verdict.MET
    return Verdict.MET if both and now >= gate.not_before else Verdict.PENDING


def next_look(gate: PlannedGate, now: datetime) -> datetime | None:
    """When time alone may change what becomes of a closed gate; None when only facts can."""
    later = [at for at in (gate.not_before, gate.by) if at is not None and at > now]
    return min(later, default=None)
