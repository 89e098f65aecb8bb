"""What of an order was delivered so far, and what would be paid back if all that is left were cancelled."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from domain.contract.bundle import Bundle, Reversibility
from domain.money import Money
from domain.planning.plan import PlannedDelivery
from domain.planning.policy import cancelling_undoes
from domain.simulation.endings import Fate


class Undoable(BaseModel):
    """How many delivered releases of a component can still be taken back."""

    model_config = ConfigDict(frozen=True)

    component: str
    releases: int
    reversibility: Reversibility


class Tally:
    """Counts an order's releases as they come to their end."""

    def __init__(self, bundle: Bundle, planned: Sequence[PlannedDelivery]) -> None:
        self._bundle = bundle
        self._left = sum(each.share.amount for each in planned)
        """What is not delivered, and not forfeited either."""
        self._delivered_worth = 0
        self._delivered: Counter[str] = Counter()
        self._forfeited: Counter[str] = Counter()
        self._planned = Counter(each.component for each in planned)

    def count(self, component: str, share: Money, fate: Fate) -> None:
        """One release came to its end. A refund changes nothing: it was to be paid back before as well."""
        if fate is Fate.REFUNDED:
            return
        self._left -= share.amount
        if fate is Fate.RELEASED:
            self._delivered[component] += 1
            self._delivered_worth += share.amount
        else:
            self._forfeited[component] += 1

    @property
    def policy_undoes(self) -> bool:
        """Whether the policy would take back what was delivered."""
        components = self._bundle.components
        ended = self._delivered + self._forfeited
        done = {each.id: ended[each.id] == self._planned[each.id] for each in components}
        return cancelling_undoes(self._bundle.policy, components, done)

    @property
    def refund(self) -> Money:
        """What is paid back in all. Before a policy is satisfied, nothing irreversible was delivered."""
        taken_back = self._delivered_worth if self.policy_undoes else 0
        return Money(amount=self._left + taken_back, currency=self._bundle.price.currency)

    def undoable(self) -> Iterator[Undoable]:
        """What was delivered and can still be taken back, in contract order."""
        for component in self._bundle.components:
            count, reversibility = self._delivered[component.id], component.reversibility
            if count and reversibility is not Reversibility.IRREVERSIBLE:
                yield Undoable(component=component.id, releases=count, reversibility=reversibility)
