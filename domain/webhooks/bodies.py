"""The bodies of public events. None holds a credential, an account, or words that a person wrote."""

from datetime import datetime

from pydantic import BaseModel, Field

from domain.money import Money


class PublicDelivery(BaseModel):
    """A delivery as receivers know it."""

    id: str
    component: str
    release: int
    item: int
    title: str
    kind: str
    units: int
    units_delivered: int
    state: str
    hold_reason: str | None
    hold_deadline: datetime | None
    due_at: datetime | None
    delivered_at: datetime | None
    waived: bool


class PublicRefund(BaseModel):
    """A refund as receivers know it."""

    id: str
    delivery_id: str
    amount: Money
    state: str


class PublicOrder(BaseModel):
    """An order as receivers know it."""

    id: str
    order_no: str
    state: str
    paused: bool
    closed: bool
    bundle: str
    bundle_version: int
    quantity: int
    paid: Money


class PublicSupplier(BaseModel):
    """What happened to a connection, or to a product of our own stock."""

    connection: str
    product: str | None = None
    reason: str | None = None


class PublicBundle(BaseModel):
    """A bundle as it can be sold since then."""

    id: str
    sellable: bool
    limited_by: str | None
    component: str | None
    """The one that limits it."""


class PublicEndpoint(BaseModel):
    """An endpoint that something happened to."""

    id: str
    reason: str | None = None


class EventData(BaseModel):
    """What an event is about. Each part is whole: it says all that receivers know of it by now."""

    order: PublicOrder | None = None
    deliveries: list[PublicDelivery] | None = Field(None, description="Of `order.accepted`: the plan")
    delivery: PublicDelivery | None = None
    refund: PublicRefund | None = None
    supplier: PublicSupplier | None = None
    bundle: PublicBundle | None = None
    endpoint: PublicEndpoint | None = None


class Notification(BaseModel):
    """One public event, as it is sent and read.

    Several may be sent at the same time, and one again: keep with each order, delivery and refund the `epoch`
    and `sequence` of the event that it came with, and leave alone what is older.
    """

    id: str = Field(description="The same whenever this event is sent; also the header `webhook-id`")
    type: str
    timestamp: datetime = Field(description="When it happened")
    livemode: bool = Field(description="False for a test channel")
    channel: str | None = Field(description="Whose it is; null for suppliers, stock and our own endpoints")
    epoch: int = Field(description="Larger after the database was restored: then numbers count anew")
    sequence: int | None = Field(description="Counts the events of one order from 1, without a gap")
    data: EventData
