"""What becomes of one delivery, and what that depends on, as a line of a timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.contract.bundle import Bundle, Reversibility
from domain.contract.condition import Constant
from domain.contract.order import OrderDocument
from domain.contract.release import AccountClaim, Otherwise
from domain.money import Money
from domain.planning.gates import PlannedGate
from domain.planning.items import Item, number_of
from domain.planning.plan import PlannedDelivery
from domain.planning.verdict import hoped_for
from domain.planning.wording import waits_for, why_ruled_out
from domain.simulation.endings import Because, Ending, Fate


class TimelineRelease(BaseModel):
    """What becomes of one delivery at its moment. Nothing is waited for where the order rules it out."""

    model_config = ConfigDict(frozen=True)

    component: str
    release: int
    of: int
    """How many releases its component has."""
    item: int = 1
    items: int = 1
    """How many deliveries the release is divided into."""
    title: str
    units: int
    share: Money
    reversibility: Reversibility
    waits_for: str
    ruled_out: str
    """Which comparison the order does not meet, and what it has."""
    by: datetime | None
    """None also where only the moment counts at which it is looked at."""
    otherwise: Otherwise | None
    fate: Fate
    because: Because | None
    """Why it is given up."""
    given_up: bool
    """It is refunded or forfeited at this moment, rather than released."""
    never: bool
    """It is given up whatever happens, and not only as it goes here."""
    claim: AccountClaim | None
    """Set when the order does not name the account yet."""
    claim_by: datetime | None
    """Until when the account can be given, counted from this moment."""

    @property
    def place(self) -> Item:
        """Which delivery of the order it is."""
        return self.component, self.release, self.item

    @property
    def number(self) -> str:
        """Its number as people read it."""
        return number_of(self.release, self.item, self.items)


class Teller:
    """Tells what becomes of the releases of one order."""

    def __init__(
        self,
        bundle: Bundle,
        order: OrderDocument,
        planned: Sequence[PlannedDelivery],
        gates: Sequence[PlannedGate],
        unclaimed: Mapping[str, AccountClaim],
        never: frozenset[str],
    ) -> None:
        self._order = order
        self._rules = {component.id: component.rule for component in bundle.components}
        self._planned = {each.place: each for each in planned}
        self._counts = {each.component: each.release for each in planned}
        self._gates = {gate.component: gate for gate in gates}
        self._unclaimed = unclaimed
        self._never = never

    def tell(self, item: Item, ending: Ending) -> TimelineRelease:
        """The line of a delivery that ends like this."""
        name = item[0]
        planned, gate = self._planned[item], self._gates.get(name)
        given_up = ending.fate is not Fate.RELEASED
        claim = self._unclaimed.get(name)
        return TimelineRelease(
            component=name,
            release=planned.release,
            of=self._counts[name],
            item=planned.item,
            items=planned.items,
            title=planned.title,
            units=planned.units,
            share=planned.share,
            reversibility=planned.reversibility,
            waits_for=_waits_for(gate) if gate else "",
            ruled_out=self._ruled_out(gate) if gate else "",
            by=gate.by if gate and _may_run_out(gate) else None,
            otherwise=gate.otherwise if gate and gate.by and not is_ruled_out(gate) else None,
            fate=ending.fate,
            because=ending.because,
            given_up=given_up,
            never=given_up and name in self._never,
            claim=claim,
            claim_by=None if given_up or claim is None else ending.at + claim.within,
        )

    def _ruled_out(self, gate: PlannedGate) -> str:
        when = self._rules[gate.component].when
        return why_ruled_out(when, self._order.stated) if is_ruled_out(gate) and when is not None else ""


def is_ruled_out(gate: PlannedGate) -> bool:
    """Whether the order's own attributes say that the condition never holds."""
    return isinstance(gate.condition, Constant)


def _waits_for(gate: PlannedGate) -> str:
    """What is left to wait for: where the order rules the condition out, only what comes in any case."""
    if not is_ruled_out(gate):
        return waits_for(gate)
    released = gate.otherwise is Otherwise.RELEASE
    return waits_for(gate.model_copy(update={"condition": None})) if released else ""


def _may_run_out(gate: PlannedGate) -> bool:
    """Whether something is waited for until the deadline."""
    if is_ruled_out(gate):
        return False
    return bool(gate.needs) or gate.condition is None or any(hoped_for(gate.condition))


def never_released(gates: Sequence[PlannedGate], hoped: Mapping[Item, Ending]) -> frozenset[str]:
    """The components that are given up whatever happens, given how all goes that is `hoped` for.

    Where conditions have no `not`, nothing could come that did not come so. Where they do, certain is only
    what the order rules out, and what needs that or cannot be without it.
    """
    given_up = {name for (name, *_), ending in hoped.items() if ending.fate is not Fate.RELEASED}
    conditions = [gate.condition for gate in gates if gate.condition is not None]
    if not any(any(hoped_for(condition, wanted=False)) for condition in conditions):
        return frozenset(given_up)
    never: set[str] = set()
    for _ in gates:
        never |= {gate.component for gate in gates if _is_out(gate, never)}
    lost = {name for (name, *_), ending in hoped.items() if ending.because is Because.CONDITION}
    return frozenset(given_up if lost <= never else never)


def _is_out(gate: PlannedGate, never: set[str]) -> bool:
    return (is_ruled_out(gate) and gate.otherwise is Otherwise.REFUND) or any(
        need in never for need in gate.needs
    )
