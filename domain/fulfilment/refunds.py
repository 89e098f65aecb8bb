"""What is owed back for a delivery that was not made, or was revoked."""

from domain.fulfilment.states import DeliveryState
from domain.money import allocate

OWED = frozenset(
    {DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.REVOKED, DeliveryState.REFUNDED}
)


def refund_due(
    state: DeliveryState, share: int, units: int, units_delivered: int, *, waived: bool = False
) -> int:
    """Minor units owed in all for a closed delivery with this share of the price, paid back already or not.

    Nothing for a delivered one or a waived one; for one that issued only some of its units, the part of the
    missing ones.
    """
    if state not in OWED or waived or share == 0:
        return 0
    kept = min(units_delivered, units)
    return share if kept == 0 else allocate(share, [kept, units - kept])[1]
