"""Where an order stands: the one aggregate that its policy and its gates are decided by.

The book builds it from rows, a run from its steps, a simulation from the endings it comes to. Whoever has it
says of each delivery where it stands, as often as that changes; it counts, so that asking costs little. A
release of several items is delivered once all of them are, and lost once one of them is.
"""

from collections import Counter
from typing import NamedTuple

from domain.contract.bundle import Bundle
from domain.contract.condition import Event
from domain.fulfilment.states import CLOSED, LOST, DeliveryState
from domain.planning import policy
from domain.planning.items import Item
from domain.planning.verdict import Known


class Terms(NamedTuple):
    """What an order's success policy asks for: each of these components, and so many of all."""

    required: frozenset[str] = frozenset()
    needed: int = 0

    @classmethod
    def of(cls, bundle: Bundle) -> "Terms":
        """The terms of a bundle's policy."""
        components = bundle.components
        return cls(policy.required(bundle.policy, components), policy.needed(bundle.policy, components))


class _Part(NamedTuple):
    """Where one delivery stands; a waived one as if it were delivered."""

    state: DeliveryState
    ahead: bool

    @property
    def waits(self) -> bool:
        return self.ahead and self.state not in CLOSED


_MADE = {DeliveryState.DELIVERED}
ANYTHING_GOES = Terms()
"""What is asked of something that no policy undoes."""


class OrderStanding:
    """Where each delivery of an order stands, and what that comes to for its components."""

    def __init__(self, terms: Terms = ANYTHING_GOES) -> None:
        self._terms = terms
        self._parts: dict[Item, _Part] = {}
        self._planned: Counter[str] = Counter()
        self._delivered: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._is_doomed: bool | None = None

    def put(
        self, item: Item, state: DeliveryState, *, waived: bool = False, pivot_ahead: bool = False
    ) -> None:
        """A delivery stands there now. `pivot_ahead`: it is irreversible, and no purchase of it was begun.

        A waived one neither fails the order nor keeps anything waiting, as if it were delivered.
        """
        part = _Part(DeliveryState.DELIVERED if waived else state, pivot_ahead)
        old = self._parts.get(item)
        if part == old:
            return
        if old is not None:
            self._count(item[0], old, -1)
        self._parts[item] = part
        self._count(item[0], part, 1)
        self._is_doomed = None

    def _count(self, component: str, part: _Part, by: int) -> None:
        self._planned[component] += by
        self._delivered[component] += by * (part.state is DeliveryState.DELIVERED)
        self._lost[component] += by * (part.state in LOST)
        self._waiting[component] += by * part.waits

    @property
    def done(self) -> dict[str, bool]:
        """For each component, whether all its deliveries are made or waived."""
        return {each: self._delivered[each] == count for each, count in self._planned.items()}

    @property
    def lost(self) -> dict[str, bool]:
        """For each component, whether one of its deliveries is lost for good."""
        return {each: self._lost[each] > 0 for each in self._planned}

    @property
    def doomed(self) -> bool:
        """Whether the policy says that the order must be undone."""
        if self._is_doomed is None:
            waiting = {each for each, count in self._waiting.items() if count}
            self._is_doomed = policy.is_doomed(*self._terms, self.lost, waiting)
        return self._is_doomed

    @property
    def cancelling_undoes(self) -> bool:
        """Whether the policy would revoke what was delivered, if what is left were cancelled."""
        return policy.cancelling_undoes(*self._terms, self.done)

    def may_pass_pivot(self, component: str) -> bool:
        """Whether nothing but its own failure could undo the order, where it cannot be revoked."""
        return policy.may_pass_pivot(component, *self._terms, self.done)

    def pivot_waits(self, item: Item) -> bool:
        """Whether it is irreversible, not begun, and not the only one that could still undo the order."""
        return self._parts[item].ahead and not self.may_pass_pivot(item[0])

    def known(self, happened: frozenset[tuple[Event, str, int]] = frozenset(), *, confirmed: bool) -> Known:
        """All that conditions may ask, with the order's events."""
        releases: dict[tuple[str, int], set[DeliveryState]] = {}
        for (component, release, _), part in self._parts.items():
            releases.setdefault((component, release), set()).add(part.state)
        lost = frozenset(each for each, states in releases.items() if states & LOST)
        alive = {component for component, _ in releases.keys() - lost}
        return Known(
            delivered=frozenset(each for each, states in releases.items() if states == _MADE),
            happened=happened,
            confirmed=confirmed,
            impossible=frozenset(self._planned) - alive,
            impossible_releases=lost,
        )
