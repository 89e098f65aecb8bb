"""When each release of an order comes, if everything comes as late as its contract allows."""

from datetime import datetime

from domain.condition import Attributes, Constant
from domain.contract import Bundle
from domain.gates import plan_gates, release_instants, scheduled
from domain.release import Otherwise


class Opening:
    """The instants of an order placed at `anchor`: conditions hold at their deadline, needs once delivered.

    The bundle is valid: nothing waits in a circle, and what waits for a condition has a deadline.
    """

    def __init__(self, bundle: Bundle, anchor: datetime, attributes: Attributes) -> None:
        self._bundle = bundle
        self._components = {c.id: c for c in bundle.components}
        self._anchor = anchor
        self._attributes = attributes
        self._instants: dict[str, list[datetime]] = {}
        self._given_up: dict[str, bool] = {}
        self._depths: dict[str, int] = {}
        self.gates = {gate.component: gate for gate in plan_gates(bundle, anchor, attributes)}

    def instant(self, component_id: str, release: int) -> datetime:
        """When this release comes; for one that is given up, when that is known at the latest."""
        if component_id not in self._instants:
            self._instants[component_id] = self._of(component_id)
        return self._instants[component_id][release - 1]

    def depth(self, component_id: str) -> int:
        """How many needs deep a component stands: what it needs has a smaller depth."""
        if component_id not in self._depths:
            needs = self._components[component_id].needs
            self._depths[component_id] = 1 + max((self.depth(need) for need in needs), default=-1)
        return self._depths[component_id]

    def gives_up(self, component_id: str) -> bool:
        """Whether the component is never released, whatever happens: its condition or a need cannot come."""
        if component_id not in self._given_up:
            self._given_up[component_id] = self._is_given_up(component_id)
        return self._given_up[component_id]

    def _is_given_up(self, component_id: str) -> bool:
        gate = self.gates.get(component_id)
        if gate is None:
            return False
        if any(self.gives_up(need) for need in gate.needs):
            return True
        if gate.otherwise is Otherwise.RELEASE:
            return False
        if isinstance(gate.condition, Constant):
            return True
        return gate.by is not None and any(self.instant(need, 1) > gate.by for need in gate.needs)

    def _of(self, component_id: str) -> list[datetime]:
        component, gate = self._components[component_id], self.gates.get(component_id)
        due = release_instants(self._bundle, component, self._anchor, self._attributes)
        if gate is None:
            return [instant for instant in due if instant is not None]
        opens = max([gate.not_before, *(self.instant(need, 1) for need in gate.needs)])
        settled = gate.condition is None or isinstance(gate.condition, Constant)
        if gate.by is not None and not settled:
            opens = max(opens, gate.by)
        if self.gives_up(component_id):
            end = self._anchor if isinstance(gate.condition, Constant) else gate.by or opens
            return [end] * len(due)
        if gate.starts_schedule:
            return scheduled(component, opens, self._bundle.zone)
        return [max(instant, opens) for instant in due if instant is not None]
