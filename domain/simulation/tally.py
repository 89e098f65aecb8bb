"""What of an order was delivered so far, and what would be paid back if all that is left were cancelled."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from domain.contract.bundle import Bundle, Reversibility
from domain.fulfilment.states import DeliveryState
from domain.money import Money
from domain.planning.items import Item
from domain.planning.plan import PlannedDelivery
from domain.planning.standing import OrderStanding, Terms
from domain.simulation.endings import Fate


class Undoable(BaseModel):
    """How many deliveries of a component were made and can still be revoked."""

    model_config = ConfigDict(frozen=True)

    component: str
    releases: int
    reversibility: Reversibility


class Tally:
    """Counts an order's deliveries as they come to their end."""

    def __init__(self, bundle: Bundle, planned: Sequence[PlannedDelivery]) -> None:
        self._bundle = bundle
        self._left = sum(each.share.amount for each in planned)
        """What is not delivered, and not forfeited either."""
        self._delivered_worth = 0
        self._delivered: Counter[str] = Counter()
        self._standing = OrderStanding(Terms.of(bundle))
        for each in planned:
            self._standing.put(each.place, DeliveryState.PLANNED)

    def count(self, item: Item, share: Money, fate: Fate) -> None:
        """One delivery came to its end. A refund changes nothing: it was to be paid back before as well."""
        if fate is Fate.REFUNDED:
            return
        self._left -= share.amount
        if fate is Fate.RELEASED:
            self._delivered[item[0]] += 1
            self._delivered_worth += share.amount
        self._standing.put(item, DeliveryState.DELIVERED, waived=fate is Fate.FORFEITED)

    @property
    def policy_undoes(self) -> bool:
        """Whether the policy would revoke what was delivered."""
        return self._standing.cancelling_undoes

    @property
    def refund(self) -> Money:
        """What is paid back in all. Before a policy is satisfied, nothing irreversible was delivered."""
        taken_back = self._delivered_worth if self.policy_undoes else 0
        return Money(amount=self._left + taken_back, currency=self._bundle.price.currency)

    def undoable(self) -> Iterator[Undoable]:
        """What was delivered and can still be revoked, in contract order."""
        for component in self._bundle.components:
            count, reversibility = self._delivered[component.id], component.reversibility
            if count and reversibility is not Reversibility.IRREVERSIBLE:
                yield Undoable(component=component.id, releases=count, reversibility=reversibility)
