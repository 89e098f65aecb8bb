"""One delivery as people and programs see it: everything but what is sealed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from domain.money import Money
from domain.planning.plan import PinnedOffer
from storage.money.refund_views import RefundView, refund_view
from storage.standing.accounts import account_name
from storage.tables import Attempt, Delivery, Order, Refund


class AttemptView(BaseModel):
    """One purchase at one supplier, without what is sealed."""

    number: int
    connection: str
    product: str
    key: str
    state: str
    submissions: int
    opened_at: datetime
    closed_at: datetime | None
    supplier_order: str | None
    charged: Money | None
    credited: Money | None
    """What of it the supplier paid back."""
    code: str | None
    askable: bool
    """Its supplier can be asked about it."""
    asked_at: datetime | None
    doubted_at: datetime | None
    """When it was first left to a person to find out what became of it."""
    submitted_at: datetime
    paused_at: datetime | None = None
    """Since when nothing is bought at its connection."""


class DeliveryView(BaseModel):
    """One delivery as it stands."""

    id: str
    component: str
    release: int
    title: str
    kind: str
    units: int
    units_delivered: int
    share: Money
    due_at: datetime | None
    """None while its schedule waits for a condition."""
    state: str
    hold_reason: str | None
    held_since: datetime | None
    hold_deadline: datetime | None
    next_action: str | None
    next_action_at: datetime | None
    note: str
    delivered_at: datetime | None
    waived: bool
    refund: Money | None
    refund_state: str | None
    refund_id: str | None
    """The refund decided last."""
    refunds: list[RefundView] = []
    """Every one of it, in the order they were decided."""
    account: str | None
    """The bundle's name for the account that it goes to."""
    recipient: str | None
    """Under which name the book has that account sealed, once somebody gave it."""
    pivot_waits: bool
    """It cannot be revoked, and more than its own failure could still undo the order."""
    connections: list[str]
    """Where it can be bought, in the order they are tried."""
    attempts: list[AttemptView]


def delivery_view(
    order: Order,
    row: Delivery,
    refunds: Sequence[Refund],
    attempts: Sequence[Attempt],
    paused: Mapping[str, datetime],
    *,
    pivot_waits: bool,
) -> DeliveryView:
    """A delivery of an order with its refunds, and with those of these attempts that are its own.

    `paused`: at which connections nothing is bought, and since when.
    """
    refund = refunds[-1] if refunds else None
    return DeliveryView(
        id=row.id,
        component=row.component,
        release=row.release,
        title=row.title,
        kind=row.kind,
        units=row.units,
        units_delivered=row.units_delivered,
        share=Money(amount=row.share_amount, currency=order.currency),
        due_at=row.due_at,
        state=row.state,
        hold_reason=row.hold_reason,
        held_since=row.held_since,
        hold_deadline=row.hold_deadline,
        next_action=row.next_action,
        next_action_at=row.next_action_at,
        note=row.note,
        delivered_at=row.delivered_at,
        refund=Money(amount=refund.amount, currency=refund.currency) if refund else None,
        refund_state=refund.state if refund else None,
        refund_id=refund.id if refund else None,
        refunds=[refund_view(each) for each in refunds],
        waived=row.waived,
        account=account_name(row) or None,
        recipient=row.recipient,
        pivot_waits=pivot_waits,
        connections=[PinnedOffer.model_validate(offer).connection for offer in row.offers],
        attempts=[_attempt(each, paused) for each in attempts if each.delivery_id == row.id],
    )


def _attempt(attempt: Attempt, paused: Mapping[str, datetime]) -> AttemptView:
    charged = (
        Money(amount=attempt.charged_amount, currency=attempt.charged_currency)
        if attempt.charged_amount is not None and attempt.charged_currency
        else None
    )
    credited = (
        Money(amount=attempt.credited_amount, currency=charged.currency)
        if charged and attempt.credited_amount
        else None
    )
    return AttemptView(
        number=attempt.number,
        connection=attempt.connection,
        product=attempt.product,
        key=attempt.key,
        state=attempt.state,
        submissions=attempt.submissions,
        opened_at=attempt.opened_at,
        closed_at=attempt.closed_at,
        supplier_order=attempt.supplier_order,
        charged=charged,
        credited=credited,
        code=attempt.code,
        askable=attempt.askable,
        asked_at=attempt.asked_at,
        doubted_at=attempt.doubted_at,
        submitted_at=attempt.submitted_at,
        paused_at=paused.get(attempt.connection),
    )
