"""What a fault run promises to have been through, as far as its size can keep it."""

from collections import Counter

from domain.fulfilment.cases import CaseKind
from domain.verbs.verb import Act
from simulator.faults.plan import FaultPlan
from tests.chaos.audit.scene import Scene
from tests.chaos.people.verbs import undone
from tests.chaos.plan import MANY_ORDERS, Plan


def not_kept(plan: Plan, faults: FaultPlan, broken: dict[str, int]) -> list[str]:
    """The faults that never struck though they could have, often; the disturbances that are too few.

    A fault is promised once it could have hit more than `OVERDUE_AFTER` calls: then it hits the next one.
    """
    missing = sorted(faults.overdue.left_out) if faults.overdue else []
    return missing + [
        f"{what}: {broken.get(what, 0)} of {n}"
        for what, n in plan.promised.items()
        if broken.get(what, 0) < n
    ]


def not_met(plan: Plan, struck: dict[str, int]) -> list[str]:
    """The faults that are asked for, and that a run of this size did not meet."""
    kinds = {name.rpartition(":")[2] for name, rate in plan.rates.items() if rate > 0}
    return sorted(kinds - set(struck))


def not_lived(plan: Plan, acts: dict[str, int], scene: Scene) -> list[str]:
    """What people and aftercare did not get to do in a run that is long enough for all of it."""
    if plan.orders < MANY_ORDERS:
        return []
    kinds = {kind.value for kind in CaseKind} - {case.kind for case in scene.cases}
    runs = Counter(run.id for run in scene.runs if run.id.startswith(("order/", "case/")))
    again = [] if any(count > 1 for count in runs.values()) else ["an order that went on in a new run"]
    not_done = undone(acts) | ({Act.ERASE.value} - set(acts))
    return [*sorted(not_done), *(f"a case: {kind}" for kind in sorted(kinds)), *again]
