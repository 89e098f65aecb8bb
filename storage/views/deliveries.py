"""One delivery as people and programs see it: everything but what is sealed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from domain.fulfilment.states import ISSUED
from domain.money import Money
from domain.notes.note import Note
from domain.planning.items import number_of
from domain.planning.plan import PinnedOffer
from storage.deliveries.by_hand import BY_HAND
from storage.deliveries.revealed import revealed_for_good
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
    kept_at: datetime | None
    """When its supplier refused to take it back."""
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
    item: int = 1
    items: int = 1
    """How many deliveries the release was divided into."""
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
    note: Note | None
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
    offer: int = 0
    """Which of them it is bought from, or is to be."""
    paused: list[str] = []
    """Those of them at which a person lets nothing be bought."""
    silent: list[str] = []
    """Those of them that are left alone, since they did not answer."""
    revocable: bool = True
    """Whether what was delivered may be taken back: not where its supplier never does so, or has refused."""
    attempts: list[AttemptView]

    @property
    def number(self) -> str:
        """Its number as people read it."""
        return number_of(self.release, self.item, self.items)


def delivery_view(
    order: Order,
    row: Delivery,
    refunds: Sequence[Refund],
    attempts: Sequence[Attempt],
    paused: Mapping[str, datetime],
    silent: Collection[str],
    *,
    pivot_waits: bool,
) -> DeliveryView:
    """A delivery of an order with its refunds, and with those of these attempts that are its own.

    `paused`: at which connections nothing is bought, and since when; `silent`: which did not answer.
    """
    refund = refunds[-1] if refunds else None
    offers = [PinnedOffer.model_validate(offer) for offer in row.offers]
    connections = [offer.connection for offer in offers]
    mine = [each for each in attempts if each.delivery_id == row.id]
    return DeliveryView(
        id=row.id,
        component=row.component,
        release=row.release,
        item=row.item,
        items=row.items,
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
        connections=connections,
        offer=row.offer,
        paused=[each for each in connections if each in paused],
        silent=[each for each in connections if each in silent and each not in paused],
        revocable=_revocable(offers, mine) and not revealed_for_good(row),
        attempts=[_attempt(each, paused) for each in mine],
    )


def _revocable(offers: Sequence[PinnedOffer], attempts: Sequence[Attempt]) -> bool:
    issued = [each for each in attempts if each.state in ISSUED]
    if not issued:
        return True
    stands = issued[-1]
    return stands.connection != BY_HAND and stands.kept_at is None and offers[stands.offer].revocable


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
        kept_at=attempt.kept_at,
        doubted_at=attempt.doubted_at,
        submitted_at=attempt.submitted_at,
        paused_at=paused.get(attempt.connection),
    )
