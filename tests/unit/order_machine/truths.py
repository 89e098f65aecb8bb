"""What is true of a model order, said in other words than the rules say it."""

from collections import Counter
from collections.abc import Collection

from domain.contract.bundle import AtLeast, Bundle, Role
from domain.fulfilment.states import AttemptState, OrderState
from domain.fulfilment.states import DeliveryState as D
from tests.unit.order_machine.rows import Delivery

NO_WAY_BACK = {
    D.DELIVERED: {D.DELIVERED, D.REVOKED},
    D.FAILED: {D.FAILED, D.REFUNDED, D.REVOKED},
    D.CANCELLED: {D.CANCELLED},
    D.REVOKED: {D.REVOKED, D.REFUNDED},
    D.REFUNDED: {D.REFUNDED},
}
BY_CASE = {
    *((D.DELIVERED, new) for new in (D.HELD, D.IN_PROGRESS)),
    (D.REVOKED, D.HELD),
    (D.REVOKED, D.IN_PROGRESS),
}
REPLACEABLE = {AttemptState.REJECTED, AttemptState.REVOKED, AttemptState.WRITTEN_OFF}


def amounts_to(states: Collection[D]) -> OrderState:
    """The state of an order, said by counting its deliveries."""
    count = Counter(states)
    total = count.total()
    lost = count[D.FAILED] + count[D.CANCELLED] + count[D.REVOKED] + count[D.REFUNDED]
    if count[D.HELD]:
        return OrderState.HELD
    if count[D.DELIVERED] + lost < total:
        return OrderState.ACKNOWLEDGED if count[D.PLANNED] == total else OrderState.IN_PROGRESS
    if count[D.DELIVERED]:
        return OrderState.PARTIAL if lost else OrderState.COMPLETED
    return OrderState.CANCELLED if count[D.CANCELLED] == total else OrderState.FAILED


def worth(d: Delivery) -> int:
    """What the units in the buyer's hands are worth: half a cent goes to them."""
    if d.step.state is D.DELIVERED:
        return d.plan.share.amount
    units = d.plan.units
    return (2 * d.plan.share.amount * min(d.units_delivered, units) + units) // (2 * units)


def stands(contract: Bundle, delivered: frozenset[str]) -> bool:
    """The policies as a composer reads them: whether an order that ended so is a success."""
    components, policy = contract.components, contract.policy
    if isinstance(policy, AtLeast):
        return len(delivered) >= policy.at_least
    must = [c for c in components if policy == "all_or_nothing" or c.role is Role.CORE]
    return policy == "best_effort" or all(c.id in delivered for c in must)
