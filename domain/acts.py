"""What people may do about a delivery, and when it must be refused. Pure: the book applies it."""

from enum import StrEnum

from pydantic import Field

from domain.messages import Message
from domain.states import CLOSED, DeliveryState, HoldReason


class Act(StrEnum):
    """The verbs of support and operations."""

    RETRY = "retry"
    SUBSTITUTE = "substitute"
    REFUND = "refund"
    HOLD = "hold"
    RELEASE = "release"


class HumanAct(Message):
    """One act of one person on one delivery. The same `request_id` again has no second effect."""

    request_id: str = Field(min_length=1, max_length=64)
    order_id: str
    delivery_id: str
    act: Act
    actor: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=500)
    connection: str = ""
    """For `substitute`: the connection to buy from instead."""


def refusal(
    act: Act, state: DeliveryState, reason: HoldReason | None, *, unresolved: bool, units_delivered: int
) -> str | None:
    """Why an act must be refused, for the person who asked; None when it may be done.

    `unresolved`: an attempt's fate is not known, so nothing may be bought, given up or paid back.
    """
    if state in CLOSED:
        return f"the delivery is {state}: there is nothing left to {act}"
    if units_delivered and act in (Act.RETRY, Act.RELEASE, Act.SUBSTITUTE):
        return f"{units_delivered} units are delivered already, and buying again would buy those twice"
    if reason is HoldReason.DUPLICATE_CREDENTIAL and act in (Act.RETRY, Act.RELEASE):
        return "its supplier sent a credential that somebody else has: substitute another one, or refund"
    if unresolved and act not in (Act.RETRY, Act.RELEASE):
        return "the supplier may have sold it: retry asks what became of it, and only then can this be done"
    if act in (Act.RETRY, Act.RELEASE) and state is DeliveryState.PLANNED:
        return "it is not due yet, so there is nothing to try again"
    if act is Act.HOLD and state is DeliveryState.HELD:
        return "it is held already"
    return None
