"""The tables of the book.

What a row may say is guarded by the database itself: one order per number, one unresolved attempt per
delivery, one delivery per single-use credential, one event per sequence number.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        bytes: LargeBinary,
        int: BigInteger,
        str: String,
    }


class CatalogueVersion(Table):
    """A catalogue as published; the newest is in force."""

    __tablename__ = "catalogue_versions"

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class BundleVersion(Table):
    """A bundle as published, with what its benefits were then. Never updated."""

    __tablename__ = "bundle_versions"

    bundle_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    document: Mapped[dict[str, Any]]
    benefit_kinds: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class Order(Table):
    """One purchase. A rejected one leaves its number free."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(
            "uq_orders_number",
            "channel",
            "order_no",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index("ix_orders_buyer", "channel", "buyer_ref"),
        Index("ix_orders_state", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    order_no: Mapped[str]
    digest: Mapped[str]
    bundle_id: Mapped[str]
    bundle_version: Mapped[int]
    quantity: Mapped[int]
    price_amount: Mapped[int]
    currency: Mapped[str]
    buyer_ref: Mapped[str]
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
    paused_note: Mapped[str | None]
    last_event: Mapped[int] = mapped_column(server_default="0")


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


class Delivery(Table):
    """One release of one component."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("order_id", "component", "release"),
        Index("ix_deliveries_next", "next_action_at"),
        Index("ix_deliveries_held", "hold_reason", postgresql_where=text("state = 'held'")),
        CheckConstraint("state <> 'held' OR (hold_reason IS NOT NULL AND hold_deadline IS NOT NULL)", "hold"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    component: Mapped[str]
    release: Mapped[int]
    benefit: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]
    units: Mapped[int]
    role: Mapped[str]
    reversibility: Mapped[str]
    pivot: Mapped[bool]
    shared_credential: Mapped[bool]
    recipient: Mapped[str | None]
    due_at: Mapped[datetime | None]
    """None while its schedule waits for a condition."""
    claim: Mapped[dict[str, Any] | None]
    """By what rule its account may be given later (`domain.release.Claim`), with the account's type."""
    share_amount: Mapped[int]
    max_unit_cost: Mapped[int]
    cost_currency: Mapped[str]
    offers: Mapped[list[Any]]
    state: Mapped[str]
    offer: Mapped[int]
    units_delivered: Mapped[int]
    hold_reason: Mapped[str | None]
    held_since: Mapped[datetime | None]
    hold_deadline: Mapped[datetime | None]
    next_action: Mapped[str | None]
    next_action_at: Mapped[datetime | None]
    note: Mapped[str]
    delivered_at: Mapped[datetime | None]
    waived: Mapped[bool] = mapped_column(server_default="false")
    """Left out by a person's decision: its share is kept, and the order does not fail by it."""
    changes: Mapped[int] = mapped_column(server_default="0")
    """How often it changed: what a run compares with what it has seen."""
    tries: Mapped[int] = mapped_column(server_default="0")
    """The number of the last attempt."""
    tried: Mapped[int] = mapped_column(server_default="0")
    """The offer of the last attempt; -1 for one that a person made."""


class GateRow(Table):
    """What a component of an order waits for beyond its instants (`domain.gates.PlannedGate`)."""

    __tablename__ = "gates"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    gate: Mapped[dict[str, Any]]
    verdict: Mapped[str | None]
    """None while it is closed; how it was decided, once it was."""
    decided_at: Mapped[datetime | None]


class FactRow(Table):
    """Something that happened to an order and was reported, once per event id."""

    __tablename__ = "facts"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    component: Mapped[str]
    release: Mapped[int]
    actor: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime]


class Attempt(Table):
    """One purchase at one supplier under one key, written before the call."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("delivery_id", "number"),
        Index(
            "uq_attempts_unresolved",
            "delivery_id",
            unique=True,
            postgresql_where=text("state IN ('open', 'pending', 'uncertain')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    connection: Mapped[str]
    product: Mapped[str]
    offer: Mapped[int]
    state: Mapped[str]
    submissions: Mapped[int]
    checks: Mapped[int]
    """Questions in a row that decided nothing: what became of it, and once delivered, whether it stands."""
    opened_at: Mapped[datetime]
    submitted_at: Mapped[datetime]
    in_flight: Mapped[bool]
    """A request may be under way or have been lost: ask before sending again."""
    closed_at: Mapped[datetime | None]
    supplier_order: Mapped[str | None]
    charged_amount: Mapped[int | None]
    charged_currency: Mapped[str | None]
    credited_amount: Mapped[int | None]
    supplier_time: Mapped[datetime | None]
    revoking_since: Mapped[datetime | None]
    recheck_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the supplier is asked again whether a delivered purchase still stands."""
    rechecks: Mapped[int] = mapped_column(server_default="0")
    askable: Mapped[bool] = mapped_column(server_default="true")
    """Its supplier can be asked about it by our number."""
    asked_at: Mapped[datetime | None]
    """When its supplier was asked about it last."""
    doubted_at: Mapped[datetime | None]
    """When it was first left to a person to find out what became of it."""
    code: Mapped[str | None]
    reason: Mapped[str | None]


class ExchangeRow(Table):
    """The last request and response of one act of an attempt, sealed, for reconciliation."""

    __tablename__ = "exchanges"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    sealed: Mapped[bytes]


class Credential(Table):
    """One issued unit, sealed. A single-use one belongs to one delivery, ever."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("attempt_id", "unit"),
        Index("uq_credentials_fingerprint", "fingerprint", unique=True, postgresql_where=text("NOT shared")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), index=True)
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempts.id"))
    """None: handed in by a person and not delivered yet."""
    unit: Mapped[int]
    sealed: Mapped[bytes]
    fingerprint: Mapped[str]
    shared: Mapped[bool]
    expires_at: Mapped[datetime | None]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Refund(Table):
    """What is owed back for one delivery; the channel moves the money. After a failed one comes another.

    Decided under the order's lock, each for what was owed beyond those before it.
    """

    __tablename__ = "refunds"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    number: Mapped[int]
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    reported_at: Mapped[datetime | None]
    """When the channel said that the money was moved, or could not be."""
    report: Mapped[str | None]
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("refunds.id"))
    """The refund that was decided instead of this one, which failed."""


class ActRow(Table):
    """What a person did to a delivery. The same request again has no second effect."""

    __tablename__ = "acts"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    request_id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    act: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


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
    outcome: Mapped[str | None]


class Callback(Table):
    """A supplier's report that its signature vouches for, stored once before it is acknowledged."""

    __tablename__ = "callbacks"
    __table_args__ = (UniqueConstraint("connection", "digest"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    connection: Mapped[str]
    digest: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    supplier_order: Mapped[str | None]
    claim: Mapped[str]
    """What it says of the order: delivered, failed, pending or other. A hint, never the truth."""
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempts.id"), index=True)
    verdict: Mapped[str]
    """Whether it is bound to one of our attempts, or why not."""
    times: Mapped[int] = mapped_column(server_default="1")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    sealed: Mapped[bytes]


class ConnectionHealth(Table):
    """How a supplier connection fares, for routing and for people; no row means that nothing is wrong."""

    __tablename__ = "connection_health"

    connection: Mapped[str] = mapped_column(primary_key=True)
    circuit: Mapped[str] = mapped_column(server_default="closed")
    failures: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    last_failure_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str | None]
    paused_reason: Mapped[str | None]
    updated_at: Mapped[datetime]


class Mark(Table):
    """A moment the book has seen, by name; what somebody outside it remembers is compared with that."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Event(Table):
    """One change, in the transaction that made it. No personal data, ever."""

    __tablename__ = "events"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str]
    delivery_id: Mapped[str | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    digest: Mapped[str]


class PoolKey(Table):
    """One key of our own stock."""

    __tablename__ = "pool_keys"
    __table_args__ = (
        Index(
            "ix_pool_keys_available",
            "connection",
            "product",
            "expires_at",
            postgresql_where=text("state = 'available'"),
        ),
        Index("ix_pool_keys_purchase", "connection", "purchase_key"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    connection: Mapped[str]
    product: Mapped[str]
    sealed: Mapped[bytes]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    cost_amount: Mapped[int]
    expires_at: Mapped[datetime | None]
    state: Mapped[str]
    purchase_key: Mapped[str | None]
    imported_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
