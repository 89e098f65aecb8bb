"""When an order may be called shipped, by its bundle's `shipped_when`."""

from domain.contract.bundle import Role, ShippedWhen
from domain.fulfilment.states import CLOSED, DeliveryState
from domain.webhooks.standing import OrderStanding


def is_shippable(standing: OrderStanding) -> bool:
    """Whether something of it is delivered, and nothing that it waits for is open any more."""
    rule = ShippedWhen(standing.frame.shipped_when)
    awaited = [
        each
        for each in standing.frame.deliveries.values()
        if rule is not ShippedWhen.CORE or each.role == Role.CORE
    ]
    columns = [standing.columns.get(each.id, {}) for each in awaited]
    delivered = any(each.get("state") == DeliveryState.DELIVERED for each in columns)
    if rule is ShippedWhen.FIRST_DELIVERY:
        return delivered
    return delivered and all(each.get("state") in CLOSED or each.get("waived") for each in columns)
