"""Public events, and where each order stands for receivers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.notes.note import Note
from storage.tables.base import Table


class PublicEvent(Table):
    """A public event, as receivers get it."""

    __tablename__ = "public_events"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        Index("ix_public_events_at", "at"),
        Index("ix_public_events_channel", "channel", "at", "number", "type"),
        Index("ix_public_events_of_channel", "channel", "number"),
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    """Ascends as events were made public: one transaction after the other makes them."""
    id: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"))
    sequence: Mapped[int | None]
    channel: Mapped[str | None]
    livemode: Mapped[bool]
    type: Mapped[str]
    at: Mapped[datetime]
    made_at: Mapped[datetime]
    """When it was made public; ascends with its number."""
    body: Mapped[dict[str, Any]]


class PublicOrder(Table):
    """How far the events of an order are public, and where it stands for receivers by then."""

    __tablename__ = "public_orders"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    seq: Mapped[int]
    """Of its last event that was looked at."""
    sequence: Mapped[int]
    """Of its last public event, which may have been pruned since; 0 before there is one."""
    was_shippable: Mapped[bool]
    state: Mapped[str | None]
    """None where the book was restored: what follows is folded from its events again."""
    paused: Mapped[bool]
    closed: Mapped[bool]
    still_open: Mapped[int]
    delivered: Mapped[int]


class PublicDelivery(Table):
    """Where a delivery stands for receivers, by the events of its order that were looked at."""

    __tablename__ = "public_deliveries"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    face: Mapped[dict[str, Any]]


class WithheldOrder(Table):
    """An order whose events cannot be made public; gone once they are."""

    __tablename__ = "withheld_orders"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    why: Mapped[Note]
    since: Mapped[datetime]
    try_at: Mapped[datetime] = mapped_column(index=True)
