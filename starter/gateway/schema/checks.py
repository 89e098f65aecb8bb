"""Whether an order would be accepted, as its channel is told, and what is held for it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from domain.contract.order import OrderDocument
from starter.desk.selling.holds import HoldState
from starter.gateway.problems.answers import FieldProblem

LONGEST_HOLD = 900
"""Seconds. Whoever pays takes minutes; and what is held, nobody else can buy."""


class OrderToCheck(OrderDocument):
    """An order that is not paid yet. `hold`: for how many seconds it is to be held."""

    hold: int | None = Field(None, ge=1, le=LONGEST_HOLD)


class OrderToPlace(OrderDocument):
    """A paid order. `hold_token`: of the hold that was made for it."""

    hold_token: Annotated[str, Field(pattern=r"^hold_[A-Za-z0-9_-]{43}$")] | None = Field(None, repr=False)


class WouldBeRefused(BaseModel):
    """Why an order would be refused; the code is the one that placing it would be answered with."""

    code: str
    detail: str
    component: str | None = None
    errors: list[FieldProblem] = []


class HoldMade(BaseModel):
    """What is held for an order until it is placed. The token is told this once."""

    id: str
    token: str
    expires_at: datetime
    address: str


class OrderCheck(BaseModel):
    """Whether an order would be accepted now. Nothing is kept for it beside a hold that was asked for."""

    order_no: str
    livemode: bool
    acceptable: bool
    refusal: WouldBeRefused | None
    hold: HoldMade | None


class OrderHold(BaseModel):
    """A hold, without its token."""

    id: str
    livemode: bool
    order_no: str
    """As it was asked for; the order that redeems it may have another number."""
    bundle: str
    version: int
    quantity: int
    state: HoldState
    created_at: datetime
    expires_at: datetime
