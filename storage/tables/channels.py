"""Channels that sell over HTTP, and the keys that they show."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table

STILL_HELD = "freed_at IS NULL AND order_id IS NULL"


class Channel(Table):
    """A checkout system: live, or a test one for good."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("name", "livemode"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    livemode: Mapped[bool]
    signs: Mapped[bool] = mapped_column(server_default="false")
    """It has asked that its requests are refused unless they are signed."""
    created_at: Mapped[datetime]


class ChannelSecret(Table):
    """A secret with which a channel signs its requests; two of them while one replaces the other."""

    __tablename__ = "channel_secrets"

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channels.name"), index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ends_at: Mapped[datetime | None]


class ChannelKey(Table):
    """A key of a channel. The key itself is nowhere: only its SHA-256."""

    __tablename__ = "channel_keys"
    __table_args__ = (
        ForeignKeyConstraint(["channel", "livemode"], ["channels.name", "channels.livemode"]),
        Index("uq_channel_keys_digest", "digest", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    livemode: Mapped[bool]
    digest: Mapped[str]
    scopes: Mapped[list[Any]]
    label: Mapped[str]
    rate_per_minute: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ends_at: Mapped[datetime | None]
    """From when on it opens nothing; None while nobody revoked it."""


class OrderRequest(Table):
    """The document that an Idempotency-Key named, of those that channels send with orders."""

    __tablename__ = "order_requests"

    channel: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Keyed, of the document."""
    named_at: Mapped[datetime] = mapped_column(index=True)


class HoldToken(Table):
    """What is held for an order before its buyer pays. The token is nowhere: only its SHA-256."""

    __tablename__ = "hold_tokens"
    __table_args__ = (
        Index("uq_hold_tokens_digest", "digest", unique=True),
        Index("ix_hold_tokens_number", "channel", "order_no", postgresql_where=text(STILL_HELD)),
        Index("ix_hold_tokens_buyer", "buyer_index", postgresql_where=text(STILL_HELD)),
        Index(
            "ix_hold_tokens_accounts", "accounts", postgresql_using="gin", postgresql_where=text(STILL_HELD)
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    channel: Mapped[str]
    livemode: Mapped[bool]
    order_no: Mapped[str]
    bundle_id: Mapped[str]
    bundle_version: Mapped[int]
    quantity: Mapped[int]
    buyer_index: Mapped[str]
    accounts: Mapped[list[str]] = mapped_column(ARRAY(String))
    """The blind indexes of where it goes."""
    units: Mapped[dict[str, Any]]
    """How many units of each benefit."""
    units_to: Mapped[dict[str, Any]]
    """How many of each benefit go to each account."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    freed_at: Mapped[datetime | None]
    """When its channel ended it, or another one of the same order number took its place."""
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"), index=True)
    """The order that redeemed it."""


class Cancellation(Table):
    """A cancellation that a channel asked for, once per id. Its words are with the act, not here."""

    __tablename__ = "cancellations"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Keyed, of who asked and why."""
    asked_at: Mapped[datetime]
    state: Mapped[str]
    refusal: Mapped[str]
