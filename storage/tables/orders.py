"""An order, what it waits for, and what happened to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.notes.note import Note
from storage.tables.base import Table, Xid


class Order(Table):
    """One purchase. A rejected one leaves its number free."""

    __tablename__ = "orders"
    __table_args__ = (
        ForeignKeyConstraint(["channel", "livemode"], ["channels.name", "channels.livemode"]),
        Index(
            "uq_orders_number",
            "channel",
            "order_no",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index("ix_orders_rejected", "channel", "order_no", postgresql_where=text("state = 'rejected'")),
        Index("ix_orders_buyer_index", "buyer_index", "channel"),
        Index("ix_orders_newest", text("accepted_at DESC"), "id"),
        Index("ix_orders_state", "state", text("accepted_at DESC"), "id"),
        Index("ix_orders_open", "accepted_at", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_orders_open_id", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_orders_paused", "paused_for", postgresql_where=text("paused_for IS NOT NULL")),
        Index(
            "ix_orders_erased",
            "erased_at",
            "id",
            postgresql_where=text("erased_at IS NOT NULL AND histories_erased_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    livemode: Mapped[bool]
    """As its channel is, for good: a test order is bought at sandboxes alone (`same_side`, a trigger)."""
    order_no: Mapped[str]
    digest: Mapped[str]
    bundle_id: Mapped[str]
    bundle_version: Mapped[int]
    quantity: Mapped[int]
    price_amount: Mapped[int]
    """What was paid: shares and refunds are parts of it."""
    discount_amount: Mapped[int] = mapped_column(server_default="0")
    """What its bundles cost more than that."""
    currency: Mapped[str]
    buyer_ref: Mapped[str]
    buyer_index: Mapped[str]
    """By what limits know the buyer, however the reference is written."""
    state: Mapped[str]
    policy: Mapped[dict[str, Any]]
    hold_seconds: Mapped[int]
    rejection_code: Mapped[str | None]
    rejection_message: Mapped[str | None]
    sealed_context: Mapped[bytes | None]
    placed_at: Mapped[datetime]
    accepted_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    """When somebody cancelled what was left of it."""
    closed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    """Since when nothing more of it is released."""
    paused_for: Mapped[str | None]
    """The reason under which what comes due meanwhile is held."""
    paused_until: Mapped[datetime | None]
    """When a pause that a person asked for ends by itself; None where that takes a person too."""
    pause_shifts: Mapped[bool] = mapped_column(server_default="false")
    """What is not released by its end moves by its length."""
    lang: Mapped[str]
    """What its runs write into Temporal is in this language."""
    paused_note: Mapped[Note | None]
    last_event: Mapped[int] = mapped_column(server_default="0")
    erased_at: Mapped[datetime | None]
    """Since when its buyer is not known any more."""
    histories_erased_at: Mapped[datetime | None]
    """When Temporal had forgotten him too."""


class DataKey(Table):
    """The key that seals one order's personal data and credentials. Dropping it erases them."""

    __tablename__ = "data_keys"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    wrapped: Mapped[bytes]


class RecipientRow(Table):
    """An account an order delivers to: sealed, and findable by blind index."""

    __tablename__ = "recipients"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    sealed: Mapped[bytes]
    blind_index: Mapped[str] = mapped_column(index=True)
    fingerprint: Mapped[str | None]
    """Of one that a person handed in: all of it, keyed."""


class GateRow(Table):
    """What a component of an order waits for beyond its instants (`domain.planning.gates.PlannedGate`)."""

    __tablename__ = "gates"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    gate: Mapped[dict[str, Any]]
    verdict: Mapped[str | None]
    """None while it is closed; how it was decided, once it was."""
    decided_at: Mapped[datetime | None]


class OrderEventRow(Table):
    """An order event, once per event id."""

    __tablename__ = "order_events"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    component: Mapped[str]
    release: Mapped[int]
    actor: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime]
    said_at: Mapped[datetime | None]
    """When it happened, where the channel says that."""


class ActRow(Table):
    """What a person did to an order or to a delivery of it, once per request id."""

    __tablename__ = "acts"
    __table_args__ = (Index("ix_acts_at", "at"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    request_id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    act: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    digest: Mapped[str]
    """Of all that was asked for (`storage.base.requests`)."""
    case_number: Mapped[int | None]
    """The case that it opened or joined."""


class CaseRow(Table):
    """Aftercare of one delivery. Workflow id: `case/{channel}/{order_no}/{number}`."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("order_id", "request_id"),
        Index("uq_cases_open", "delivery_id", unique=True, postgresql_where=text("closed_at IS NULL")),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    kind: Mapped[str]
    request_id: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    next_action_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Note | None]


class Event(Table):
    """One change, in the transaction that made it. No personal data, ever."""

    __tablename__ = "events"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str]
    delivery_id: Mapped[str | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    digest: Mapped[str]
    xid: Mapped[int] = mapped_column(Xid, server_default=text("pg_current_xact_id()"))
    """The transaction that wrote it."""
    position: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    """Its place in the feed (`storage.feed`)."""


class UnopenedOrder(Table):
    """An order of which something sealed did not open when it was needed; gone once it opens again."""

    __tablename__ = "unopened_orders"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    why: Mapped[Note]
    since: Mapped[datetime]


class StuckRun(Table):
    """A run that did not go on though there was something to do, with what was done about that."""

    __tablename__ = "stuck_runs"

    workflow_id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    case_number: Mapped[int]
    """0 for the order's own run."""
    why: Mapped[Note]
    notified_at: Mapped[datetime | None]
    """When the run was notified to read the book again; None while it is well."""
    replaced: Mapped[int] = mapped_column(server_default="0")
    replaced_at: Mapped[datetime | None]
