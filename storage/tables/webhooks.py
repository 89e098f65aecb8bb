"""What happens outside orders, the endpoints that are notified of events, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table, Xid


class Notice(Table):
    """Something that happened outside orders: to a supplier, our own stock, a bundle, an endpoint."""

    __tablename__ = "notices"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(Xid, server_default=text("pg_current_xact_id()"))
    feed_position: Mapped[int] = mapped_column(
        unique=True, server_default=text("nextval('events_position_seq')")
    )
    """Its place in the feed, among the events of orders."""
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    type: Mapped[str]
    about: Mapped[str]
    """A connection, a bundle, or an endpoint."""
    product: Mapped[str | None]
    """Of a connection; or the component of a bundle."""
    reason: Mapped[str | None]


class WebhookEndpoint(Table):
    """An address that is notified of events: a channel's of its own orders, ours of everything."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str | None] = mapped_column(index=True)
    """None for one of our own."""
    url: Mapped[str]
    events: Mapped[list[Any]]
    """Which, as patterns: `*`, `order.*`, `order.closed`."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_for: Mapped[str | None]
    """Why: gone, failing or by_person."""
    failing_since: Mapped[datetime | None]
    """Of the first try since the last one that went well; None while it answers."""
    answered_at: Mapped[datetime | None]
    """When it last answered well."""
    served_by: Mapped[str | None]
    """The worker that sends to it, one at a time, until `served_until`."""
    served_until: Mapped[datetime | None]


class WebhookSecret(Table):
    """A secret that signs what an endpoint gets; two of them while one replaces the other."""

    __tablename__ = "webhook_secrets"

    id: Mapped[str] = mapped_column(primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"), index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class WebhookDelivery(Table):
    """One event for one endpoint."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_number"),
        Index("ix_webhook_deliveries_open", "next_try_at", postgresql_where=text("state = 'open'")),
        Index(
            "ix_webhook_deliveries_not_had",
            "endpoint_id",
            "state",
            postgresql_where=text("state <> 'delivered'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event_number: Mapped[int] = mapped_column(ForeignKey("public_events.number"), index=True)
    state: Mapped[str]
    """open, delivered, failed, or dropped with its endpoint."""
    round: Mapped[int]
    """How often it was sent anew, each time by a job of its own."""
    tries: Mapped[int]
    """Of this round."""
    next_try_at: Mapped[datetime]
    job_at: Mapped[datetime | None]
    """When its job was last made sure of; None before there is one."""
    ended_at: Mapped[datetime | None]


class WebhookTry(Table):
    """One request to an endpoint, and what came back."""

    __tablename__ = "webhook_tries"

    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    took_ms: Mapped[int]
    status: Mapped[int | None]
    """None where nothing answered."""
    answer: Mapped[str]
    """The first of what the receiver said, or what went wrong."""
