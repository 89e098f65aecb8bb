"""What channels and their support may ask for, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from domain.contract.document import Document, Identifier
from domain.contract.order import Moment, Recipient
from domain.planning.order_events import OrderEventKind
from domain.supply.outcomes import MOST_UNITS
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, Need, OrderVerb, Verb
from starter.desk.handed_in import Unit

Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]
Person = Annotated[
    str,
    Field(
        min_length=1,
        max_length=35,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Who of yours asks; it stays in the timeline",
    ),
]


class Asked(Document):
    """Who asks for something, and why."""

    reason: Line
    actor: Person | None = None


class EventBody(Document):
    """What happened to an order outside of Perkflow. `component`: of an activation and a redemption."""

    event: OrderEventKind
    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:#()-]{1,64}$")] | None = Field(
        None, description="Your id for it; unset: one is made of the event"
    )
    component: Identifier | None = None
    release: Annotated[int, Field(ge=1, le=100_000)] | None = None
    at: Moment | None = None
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class RecipientBody(Document):
    """The account that a component goes to."""

    recipient: Recipient
    reason: Line = "the buyer gave it"
    actor: Person | None = None


class Confirmation(Document):
    """That a refund's money was moved."""

    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class Failure(Document):
    """That a refund's money could not be moved, and why."""

    reason: Line


class EventAnswer(BaseModel):
    """An event as it is known. `news`: it was not known before."""

    order_no: str
    livemode: bool
    event: OrderEventKind
    event_id: str
    news: bool


class CancellationAnswer(BaseModel):
    """A cancellation: `requested` while nobody decided, then `done`, or `refused` with the reason."""

    id: str
    order_no: str
    livemode: bool
    state: str
    refusal: str | None
    asked_at: datetime
    address: str


class ActAnswer(BaseModel):
    """What an act did to a delivery. `case`: the number of the aftercare that it opened or joined."""

    request_id: str
    livemode: bool
    delivery_id: str
    state: str
    next_action: str
    next_action_at: datetime | None
    case: int | None


class OrderActAnswer(BaseModel):
    """What an act did to an order: the deliveries that stand elsewhere now."""

    request_id: str
    order_no: str
    livemode: bool
    moved: list[str]


class RecipientAnswer(BaseModel):
    """Which deliveries go to the account now, or go on by it."""

    request_id: str
    order_no: str
    livemode: bool
    component: str
    moved: list[str]


class RefundAnswer(BaseModel):
    """What became of a refund. `news`: it was not known before."""

    id: str
    livemode: bool
    state: str
    news: bool


_FIELDS: Mapping[Need, tuple[Any, Any]] = {
    Need.CONNECTION: (Identifier, ...),
    Need.RECIPIENT: (Recipient, ...),
    Need.CREDENTIALS: (Annotated[list[Unit], Field(max_length=MOST_UNITS)], []),
    Need.SUPPLIER_SAYS: (Literal["not_sold"] | None, None),
    Need.PAID: (bool, False),
    Need.UNTIL: (Moment | None, None),
    Need.SHIFT: (bool, False),
    Need.UNUSABLE: (bool, False),
}
"""How each need of a verb is given."""
ASKED_OTHERWISE = frozenset({Act.CANCEL, Act.BIND_RECIPIENT})
"""Verbs that have addresses of another kind."""


def _body(verb: Verb) -> type[Asked]:
    fields = {need.value: _FIELDS[need] for need in verb.needs}
    if verb.act is Act.CHANGE_RECIPIENT:
        fields["later_too"] = (bool, False)
    if isinstance(verb, OrderVerb) and verb.final:
        fields["confirmed"] = (Literal[True], ...)
    name = "".join(part.title() for part in verb.act.value.split("_"))
    return create_model(f"{name}Body", __base__=Asked, __doc__=verb.help, **fields)  # type: ignore[no-any-return, call-overload]


OF_DELIVERIES = {verb: _body(verb) for verb in DELIVERY_VERBS.values()}
OF_ORDERS = {verb: _body(verb) for act, verb in ORDER_VERBS.items() if act not in ASKED_OTHERWISE}
