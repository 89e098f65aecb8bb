"""The feed of all events: how far it is settled, and how far each consumer has come."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table


class FeedRow(Table):
    """The feed's one row."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[int]
    """Which feed it is, larger than any before it: a restored book begins another (`storage.feed.epoch`)."""
    settled: Mapped[int] = mapped_column(server_default="0")
    """No event will ever be added at or before this position (`storage.feed.settling`)."""
    fence: Mapped[int | None]
    """The position that is settled once every transaction before `fence_xid` has ended."""
    fence_xid: Mapped[int | None]
    pruned_number: Mapped[int] = mapped_column(server_default="0")
    """Public events up to this number are no longer kept."""
    pruned_at: Mapped[datetime | None]
    """When the latest of them happened."""


class FeedEpoch(Table):
    """An epoch that began because the book was restored, and what it has in common with the one before."""

    __tablename__ = "feed_epochs"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shared_until: Mapped[int]
    """Up to this position events are the same."""
    shared_number: Mapped[int]
    """Up to this number public events are the same."""


class FeedCursor(Table):
    """How far one consumer has come."""

    __tablename__ = "feed_cursors"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    position: Mapped[int]
    moved_at: Mapped[datetime]
