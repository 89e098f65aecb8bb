"""How an order goes if everything is delivered when it is due, decided by the rules that real orders follow.

There are two courses: one in which all that its conditions hope for happens as soon as it can, and one in
which nothing more happens, so that no order event comes and nobody gives an account.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.contract.bundle import Bundle
from domain.contract.condition import Event, Happened
from domain.contract.release import AccountClaim, Unclaimed
from domain.fulfilment.states import DeliveryState
from domain.planning.gates import PlannedGate, judge, next_look, scheduled
from domain.planning.items import Item
from domain.planning.plan import PlannedDelivery, pivots
from domain.planning.standing import OrderStanding, Terms
from domain.planning.verdict import Verdict, hoped_for
from domain.simulation.endings import Because, Ending, Fate


class Course:
    """The endings of all deliveries of an order placed at `anchor` (UTC-aware), in the order they come in.

    The bundle is valid: nothing waits in a circle, and what waits for a condition has a deadline. `unclaimed`
    are the components whose account the order does not name, with their claims.
    """

    def __init__(
        self,
        bundle: Bundle,
        planned: Sequence[PlannedDelivery],
        gates: Sequence[PlannedGate],
        unclaimed: dict[str, AccountClaim],
        anchor: datetime,
        *,
        hopeful: bool,
    ) -> None:
        self._bundle = bundle
        self._components = {component.id: component for component in bundle.components}
        last = pivots(bundle)
        self._pivots = [name for name in self._components if name in last]
        self._planned: dict[str, deque[Item]] = {component: deque() for component in self._components}
        for each in planned:
            self._planned[each.component].append(each.place)
        self._due = {each.place: each.due_at for each in planned}
        self._closed = {gate.component: gate for gate in gates}
        self._unclaimed = {} if hopeful else unclaimed
        self._claim_ends: dict[Item, datetime] = {}
        conditions = [gate.condition for gate in gates if hopeful and gate.condition is not None]
        hopes = (hope for condition in conditions for hope in hoped_for(condition))
        self._hopes = frozenset(hope for hope in hopes if hope.event is not Event.DELIVERED)
        self._reported: set[tuple[Event, str, int]] = set()
        self._standing = OrderStanding(Terms.of(bundle))
        for item in self._due:
            self._standing.put(item, DeliveryState.PLANNED, pivot_ahead=item[0] in last)
        self.endings: dict[Item, Ending] = {}
        now: datetime | None = anchor
        while now is not None:
            while self._decide_gates(now) or self._end_claims(now) or self._release_due(now):
                self._undo_if_doomed(now)
            now = min(self._looks(now), default=None)

    def _looks(self, now: datetime) -> Iterator[datetime]:
        """Every later moment at which time alone may change something."""
        firsts = (self._due[items[0]] for items in self._planned.values() if items)
        looks = (next_look(gate, now) for gate in self._closed.values())
        for at in (*firsts, *looks, *self._claim_ends.values()):
            if at is not None and at > now:
                yield at

    def _decide_gates(self, now: datetime) -> bool:
        """Decide the gates that can be by now, all by the same facts, since a delivery takes its time."""
        if not self._closed:
            return False
        confirmed = Happened(Event.CONFIRMED) in self._hopes
        known = self._standing.known(frozenset(self._reported), confirmed=confirmed)
        verdicts = [(gate, judge(gate, known, now)) for gate in self._closed.values()]
        decided = [(gate, verdict) for gate, verdict in verdicts if verdict is not Verdict.PENDING]
        for gate, verdict in decided:
            del self._closed[gate.component]
            items = self._planned[gate.component]
            if verdict is Verdict.IMPOSSIBLE:
                while items:
                    self._end(items.popleft(), Ending(now, Fate.REFUNDED, Because.CONDITION))
            elif gate.starts_schedule:
                started = scheduled(self._components[gate.component], now, self._bundle.zone)
                self._due.update({item: started[item[1] - 1] for item in items})
        return bool(decided)

    def _end_claims(self, now: datetime) -> bool:
        """What nobody claimed in time is refunded or forfeited."""
        ended = [item for item, end in self._claim_ends.items() if end <= now]
        for item in ended:
            del self._claim_ends[item]
            forfeits = self._unclaimed[item[0]].otherwise is Unclaimed.FORFEIT
            fate = Fate.FORFEITED if forfeits else Fate.REFUNDED
            self._end(item, Ending(now, fate, Because.NO_ACCOUNT))
        return bool(ended)

    def _release_due(self, now: datetime) -> bool:
        """Release what is due; an irreversible part once nothing else is and the policy allows it."""
        others = [name for name in self._components if name not in self._pivots]
        if any([self._release_of(name, now) for name in others]):
            return True
        may_pass = self._standing.may_pass_pivot
        return any(may_pass(name) and self._release_of(name, now) for name in self._pivots)

    def _release_of(self, component: str, now: datetime) -> bool:
        items, before = self._planned[component], len(self._planned[component])
        while component not in self._closed and items and self._is_due(items[0], now):
            item = items.popleft()
            if claim := self._unclaimed.get(component):
                self._claim_ends[item] = now + claim.within
                continue
            self._end(item, Ending(now, Fate.RELEASED))
            release = item[1]
            for hope in self._hopes:
                if hope.component == component and hope.release in (None, release):
                    self._reported.add((hope.event, component, release))
        return len(items) < before

    def _is_due(self, item: Item, now: datetime) -> bool:
        due = self._due[item]
        return due is not None and due <= now

    def _undo_if_doomed(self, now: datetime) -> None:
        """The policy gives up all that is left once it cannot do without what is lost."""
        if self._standing.doomed:
            left = [*self._claim_ends, *(each for items in self._planned.values() for each in items)]
            self._claim_ends.clear()
            self._closed.clear()
            for items in self._planned.values():
                items.clear()
            for item in left:
                self._end(item, Ending(now, Fate.REFUNDED, Because.POLICY))

    def _end(self, item: Item, ending: Ending) -> None:
        self.endings[item] = ending
        delivered = ending.fate is Fate.RELEASED
        state = DeliveryState.DELIVERED if delivered else DeliveryState.CANCELLED
        self._standing.put(item, state, waived=ending.fate is Fate.FORFEITED)
