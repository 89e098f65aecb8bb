"""When an order may be called shipped, by its bundle's `shipped_when`."""

from collections.abc import Mapping
from typing import Any

from domain.contract.bundle import Role, ShippedWhen
from domain.fulfilment.states import CLOSED, DeliveryState


def is_awaited(rule: ShippedWhen, role: str) -> bool:
    """Whether a delivery of this role is waited for."""
    return rule is not ShippedWhen.CORE or role == Role.CORE


def is_delivered(face: Mapping[str, Any]) -> bool:
    """Whether a delivery that stands so is delivered."""
    return bool(face.get("state") == DeliveryState.DELIVERED)


def is_open(face: Mapping[str, Any]) -> bool:
    """Whether something is still to come of a delivery that stands so; not of one that was not planned."""
    return bool(face) and face.get("state") not in CLOSED and not face.get("waived")


def is_shippable(rule: ShippedWhen, *, delivered: int, still_open: int) -> bool:
    """Whether, of the deliveries that are waited for, one is delivered, and none is open that must not be."""
    return delivered > 0 and (rule is ShippedWhen.FIRST_DELIVERY or still_open == 0)
