"""What Perkflow answers, as /openapi.json has it. Instants are ISO 8601 texts in UTC."""

from typing import Any, TypedDict

from .documents import Money
from .errors import FieldProblem

Note = dict[str, Any]
"""A reason: its `code`, its parameters, and a `text` for people."""


class Availability(TypedDict):
    """A bundle as it can be sold now. `left` is null where our own stock does not limit it."""

    bundle: str
    version: int
    title: str
    price: Money
    sellable: bool
    left: int | None
    limited_by: str | None
    component: str | None
    at: str
    livemode: bool


class WouldBeRefused(TypedDict):
    """Why an order would be refused, by the code that placing it would be answered with."""

    code: str
    detail: str
    component: str | None
    errors: list[FieldProblem]


class HoldMade(TypedDict):
    """What is held for an order until it is placed. The token is told this once."""

    id: str
    token: str
    expires_at: str
    address: str


class OrderCheck(TypedDict):
    """Whether an order would be accepted now, and what is held for it where that was asked for."""

    order_no: str
    livemode: bool
    acceptable: bool
    refusal: WouldBeRefused | None
    hold: HoldMade | None


class PlannedDelivery(TypedDict):
    """One delivery of a receipt's plan."""

    delivery_id: str
    component: str
    release: int
    item: int
    items: int
    title: str
    units: int
    due_at: str | None
    share: Money


class Receipt(TypedDict):
    """An order that was accepted; the same however often it is placed."""

    order_id: str
    order_no: str
    livemode: bool
    bundle: str
    version: int
    quantity: int
    price: Money
    discount: Money | None
    placed_at: str
    address: str
    deliveries: list[PlannedDelivery]


class RefundOfDelivery(TypedDict):
    """A refund of a delivery."""

    id: str
    amount: Money
    state: str
    reason: Note
    decided_at: str
    settled_at: str | None
    outcome_note: str | None
    replaced_by: str | None


class Refund(RefundOfDelivery):
    """A refund, with what it is for."""

    order_no: str
    delivery_id: str
    component: str
    livemode: bool


class RefundSettled(TypedDict):
    """What became of a refund. `news`: it was not known before."""

    id: str
    livemode: bool
    state: str
    news: bool


class Delivery(TypedDict):
    """One delivery as it stands."""

    id: str
    component: str
    release: int
    item: int
    items: int
    title: str
    kind: str
    units: int
    units_delivered: int
    share: Money
    state: str
    due_at: str | None
    delivered_at: str | None
    hold_reason: str | None
    hold_deadline: str | None
    next_action: str | None
    next_action_at: str | None
    note: Note | None
    account: str | None
    waived: bool
    refunds: list[RefundOfDelivery]


class RefundSums(TypedDict):
    """What of an order's refunds is in which state; null where nothing is."""

    to_pay: Money | None
    paid: Money | None
    failed: Money | None
    withheld: Money | None


class Pause(TypedDict):
    """That nothing of an order is released."""

    since: str
    reason: str
    note: Note | None
    until: str | None
    shift: bool


class Gate(TypedDict):
    """What a component waits for."""

    component: str
    waits_for: str
    not_before: str
    by: str | None
    otherwise: str | None
    verdict: str | None
    decided_at: str | None


class ReportedEvent(TypedDict):
    """What the shop said that happened to an order."""

    event_id: str
    event: str
    component: str
    release: int
    actor: str
    note: str
    at: str


class MissingAccount(TypedDict):
    """An account that components wait for."""

    account: str
    type: str
    components: list[str]


class Order(TypedDict):
    """An order as it stands."""

    order_id: str
    order_no: str
    livemode: bool
    bundle: str
    version: int
    quantity: int
    price: Money
    discount: Money | None
    state: str
    accepted_at: str
    closed_at: str | None
    rejection_code: str | None
    rejection_message: str | None
    erased_at: str | None
    address: str
    time_zone: str
    refund_sums: RefundSums
    paused: Pause | None
    gates: list[Gate]
    order_events: list[ReportedEvent]
    accounts_missing: list[MissingAccount]
    deliveries: list[Delivery]


class EventNoted(TypedDict):
    """An event of an order as it is known. `news`: it was not known before."""

    order_no: str
    livemode: bool
    event: str
    event_id: str
    news: bool


class AccountGiven(TypedDict):
    """Which deliveries go to an account now, or go on by it."""

    request_id: str
    order_no: str
    livemode: bool
    component: str
    moved: list[str]


class Cancellation(TypedDict):
    """A cancellation: `requested` while nobody decided, then `done`, or `refused` with the reason."""

    id: str
    order_no: str
    livemode: bool
    state: str
    refusal: str | None
    asked_at: str
    address: str


class Link(TypedDict):
    """A link for a buyer; its address is told this once."""

    id: str
    livemode: bool
    url: str
    expires_at: str
