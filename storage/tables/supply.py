"""What stands outside orders: suppliers' callbacks and health, our own stock, moments, holders of keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.notes.note import Note
from storage.tables.base import Table


class Callback(Table):
    """A supplier's callback whose signature holds, stored once before it is acknowledged."""

    __tablename__ = "callbacks"
    __table_args__ = (UniqueConstraint("connection", "digest"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    connection: Mapped[str]
    digest: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    supplier_order: Mapped[str | None]
    stated: Mapped[str]
    """What it says of the order: delivered, failed, pending or other. It decides nothing: a query does."""
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempts.id"), index=True)
    verdict: Mapped[str]
    """Whether it is bound to one of our attempts, or why not."""
    times: Mapped[int] = mapped_column(server_default="1")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    passed_on_at: Mapped[datetime | None]
    """When its delivery's run was notified: from then on a repeat is acknowledged and no more."""
    sealed: Mapped[bytes]


class ConnectionHealth(Table):
    """How a supplier connection fares, for routing and for people; no row means that nothing is wrong."""

    __tablename__ = "connection_health"

    connection: Mapped[str] = mapped_column(primary_key=True)
    circuit: Mapped[str] = mapped_column(server_default="closed")
    failures: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime | None]
    last_error: Mapped[Note | None]
    last_failure_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    """What it refuses us for and only a person can mend: balance, credentials, clock, account_closed."""
    trouble_message: Mapped[Note | None]
    trouble_since: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str | None]
    paused_reason: Mapped[str | None]
    updated_at: Mapped[datetime]


class SandboxConnection(Table):
    """A connection to a supplier's test system: test orders are bought there, and nowhere else."""

    __tablename__ = "sandbox_connections"

    connection: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


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
        Index("ix_pool_keys_reserved", "reserved_for", postgresql_where=text("state = 'reserved'")),
        CheckConstraint(
            "CASE state WHEN 'available' THEN reserved_for IS NULL AND purchase_key IS NULL"
            " WHEN 'reserved' THEN reserved_for IS NOT NULL AND purchase_key IS NULL"
            " ELSE purchase_key IS NOT NULL END",
            "owner",
        ),
        Index("ix_pool_keys_held", "held_for", postgresql_where=text("held_for IS NOT NULL")),
        CheckConstraint(
            "(held_for IS NULL) = (held_until IS NULL) AND (held_for IS NULL OR state = 'available')",
            "held",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    connection: Mapped[str]
    product: Mapped[str]
    sealed: Mapped[bytes]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    cost_amount: Mapped[int]
    expires_at: Mapped[datetime | None]
    state: Mapped[str]
    """Whether it is available, reserved, issued or void (`storage.supply.free_keys`)."""
    reserved_for: Mapped[str | None] = mapped_column(
        ForeignKey("deliveries.id", deferrable=True, initially="DEFERRED")
    )
    """The one delivery that has it, also once it was issued to that."""
    held_for: Mapped[str | None]
    """The hold that an available key is kept for."""
    held_until: Mapped[datetime | None]
    """From then on it is free again, whoever it was kept for."""
    purchase_key: Mapped[str | None]
    imported_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]


class PoolSecret(Table):
    """The fingerprint of one part of a key in stock that no other key may hold."""

    __tablename__ = "pool_secrets"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("pool_keys.id"), index=True)


class UnsellableBundle(Table):
    """A bundle that was noticed not to be sellable; no row means that it is."""

    __tablename__ = "unsellable_bundles"

    bundle_id: Mapped[str] = mapped_column(primary_key=True)
    limited_by: Mapped[str]
    component: Mapped[str]
    since: Mapped[datetime]


class Mark(Table):
    """A moment the book has seen, by name; what somebody outside it remembers is compared with that."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class KeyHolder(Table):
    """A running worker, and which keys of the ring it has. One that is not seen any more counts no longer."""

    __tablename__ = "key_holders"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    keys: Mapped[list[Any]]
    """Their ids, the one that seals first."""
    alive_at: Mapped[datetime]
