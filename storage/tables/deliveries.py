"""A delivery, what was bought for it, what was issued and what is owed back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.notes.note import Note
from domain.planning.items import Item, number_of
from storage.tables.base import Table


class Delivery(Table):
    """One release of one component, or an item of it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("order_id", "component", "release", "item"),
        Index("ix_deliveries_next", "next_action_at", postgresql_where=text("next_action_at IS NOT NULL")),
        Index("ix_deliveries_held", "hold_reason", postgresql_where=text("state = 'held'")),
        Index("ix_deliveries_held_since", "held_since", postgresql_where=text("held_since IS NOT NULL")),
        CheckConstraint("state <> 'held' OR (hold_reason IS NOT NULL AND hold_deadline IS NOT NULL)", "hold"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    component: Mapped[str]
    release: Mapped[int]
    item: Mapped[int] = mapped_column(server_default="1")
    items: Mapped[int] = mapped_column(server_default="1")
    """How many deliveries the release was divided into."""
    benefit: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]
    units: Mapped[int]
    role: Mapped[str]
    reversibility: Mapped[str]
    pivot: Mapped[bool]
    shared_credential: Mapped[bool]
    case_sensitive: Mapped[bool] = mapped_column(server_default="false")
    """Its keys differ by the case of their letters."""
    recipient: Mapped[str | None]
    due_at: Mapped[datetime | None]
    """None while its schedule waits for a condition."""
    claim: Mapped[dict[str, Any] | None]
    """By what rule its account may be given later (`contract.release.Claim`), with the account's type."""
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
    note: Mapped[Note | None]
    delivered_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    """Since when somebody has seen what was delivered."""
    waived: Mapped[bool] = mapped_column(server_default="false")
    """Left out by a person's decision: its share is kept, and the order does not fail by it."""
    revision: Mapped[int] = mapped_column(server_default="0")
    """How often it changed: what a run compares with what it has seen."""
    tries: Mapped[int] = mapped_column(server_default="0")
    """The number of the last attempt."""
    tried: Mapped[int] = mapped_column(server_default="0")
    """The offer of the last attempt; -1 for one that a person made."""

    @property
    def place(self) -> Item:
        """Which delivery of its order it is."""
        return self.component, self.release, self.item

    @property
    def number(self) -> str:
        """Its number as people read it."""
        return number_of(self.release, self.item, self.items)


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
    kept_at: Mapped[datetime | None]
    """When its supplier refused to take it back."""
    verify_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the supplier is asked again whether a delivered purchase still stands."""
    verifications: Mapped[int] = mapped_column(server_default="0")
    askable: Mapped[bool] = mapped_column(server_default="true")
    """Its supplier can be asked about it by our number."""
    asked_at: Mapped[datetime | None]
    """When its supplier was asked about it last."""
    doubted_at: Mapped[datetime | None]
    """When it was first left to a person to find out what became of it."""
    code: Mapped[str | None]
    reason: Mapped[str | None]
    answered: Mapped[dict[str, Any] | None]
    """What its last request was answered with, where that did not decide it (`purchasing.answers`)."""


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
    """Since when it is not the buyer's any more: its supplier took it back, or it was written off."""
    reveals: Mapped[int] = mapped_column(server_default="0")
    """How often a link showed it to its buyer."""


class CredentialSecret(Table):
    """The fingerprint of one part of a single-use credential that nothing else may hold: one key is one key.

    Gone with a credential that was handed in and never delivered.
    """

    __tablename__ = "credential_secrets"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    credential_id: Mapped[str] = mapped_column(
        ForeignKey("credentials.id", onupdate="CASCADE", ondelete="CASCADE"), index=True
    )


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
    reason: Mapped[Note]
    decided_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When the channel said that the money was moved, or could not be."""
    outcome_note: Mapped[str | None]
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("refunds.id"))
    """The refund that was decided instead of this one, which failed."""
