"""Whether an order would be accepted, as its channel is told."""

from pydantic import BaseModel

from starter.gateway.problems.answers import FieldProblem


class WouldBeRefused(BaseModel):
    """Why an order would be refused; the code is the one that placing it would be answered with."""

    code: str
    detail: str
    component: str | None = None
    errors: list[FieldProblem] = []


class OrderCheck(BaseModel):
    """Whether an order would be accepted now. Nothing is kept for it."""

    order_no: str
    livemode: bool
    acceptable: bool
    refusal: WouldBeRefused | None
