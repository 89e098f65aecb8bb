"""The book"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make every table, each after those it refers to."""
    _contracts()
    _orders()
    _what_happens_to_orders()
    _deliveries()
    _purchases()
    _credentials()
    _aftercare()
    _own_stock()
    _upkeep()


def _text(name: str, *more: Any, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **options)


def _number(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, **options)


def _flag(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, **options)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, postgresql.JSONB(), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _contracts() -> None:
    op.create_table(
        "catalogue_versions",
        _number("number", primary_key=True),
        _text("digest"),
        _document("document"),
        _moment("published_at"),
    )
    op.create_table(
        "bundle_versions",
        _text("bundle_id", primary_key=True),
        _number("version", primary_key=True),
        _text("digest"),
        _document("document"),
        _document("benefit_kinds"),
        _moment("published_at"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        _text("id", primary_key=True),
        _text("channel"),
        _text("order_no"),
        _text("digest"),
        _text("bundle_id"),
        _number("bundle_version"),
        _number("quantity"),
        _number("price_amount"),
        _text("currency"),
        _text("buyer_ref"),
        _text("buyer_index"),
        _text("state"),
        _document("policy"),
        _number("hold_seconds"),
        _text("rejection_code", nullable=True),
        _text("rejection_message", nullable=True),
        _sealed("sealed_context", nullable=True),
        _moment("placed_at"),
        _moment("accepted_at"),
        _moment("cancelled_at", nullable=True),
        _moment("closed_at", nullable=True),
        _moment("paused_at", nullable=True),
        _text("paused_for", nullable=True),
        _text("paused_note", nullable=True),
        _number("last_event", server_default="0"),
    )
    op.create_index(
        "uq_orders_number",
        "orders",
        ["channel", "order_no"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index("ix_orders_buyer_index", "orders", ["channel", "buyer_index"])
    op.create_index("ix_orders_state", "orders", ["state"])
    op.create_table(
        "data_keys",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _sealed("wrapped"),
    )
    op.create_table(
        "recipients",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _text("name", primary_key=True),
        _text("type"),
        _sealed("sealed"),
        _text("blind_index"),
        _text("fingerprint", nullable=True),
    )
    op.create_index("ix_recipients_blind_index", "recipients", ["blind_index"])


def _what_happens_to_orders() -> None:
    op.create_table(
        "gates",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _text("component", primary_key=True),
        _document("gate"),
        _text("verdict", nullable=True),
        _moment("decided_at", nullable=True),
    )
    op.create_table(
        "order_events",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _text("event_id", primary_key=True),
        _text("event"),
        _text("component"),
        _number("release"),
        _text("actor"),
        _text("note"),
        _moment("at"),
        _moment("said_at", nullable=True),
    )
    op.create_table(
        "acts",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _text("request_id", primary_key=True),
        _text("delivery_id"),
        _text("act"),
        _text("actor"),
        _text("reason"),
        _moment("at"),
        _text("digest"),
        _number("case_number", nullable=True),
    )
    op.create_index("ix_acts_at", "acts", ["at"])
    op.create_table(
        "events",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _number("seq", primary_key=True),
        _moment("at"),
        _text("type"),
        _text("delivery_id", nullable=True),
        _document("data"),
        _text("digest"),
    )
    op.create_index("ix_events_delivery_id", "events", ["delivery_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _text("id", primary_key=True),
        _text("order_id", sa.ForeignKey("orders.id")),
        _number("position"),
        _text("component"),
        _number("release"),
        _text("benefit"),
        _text("title"),
        _text("kind"),
        _number("units"),
        _text("role"),
        _text("reversibility"),
        _flag("pivot"),
        _flag("shared_credential"),
        _flag("case_sensitive", server_default="false"),
        _text("recipient", nullable=True),
        _moment("due_at", nullable=True),
        _document("claim", nullable=True),
        _number("share_amount"),
        _number("max_unit_cost"),
        _text("cost_currency"),
        _document("offers"),
        _text("state"),
        _number("offer"),
        _number("units_delivered"),
        _text("hold_reason", nullable=True),
        _moment("held_since", nullable=True),
        _moment("hold_deadline", nullable=True),
        _text("next_action", nullable=True),
        _moment("next_action_at", nullable=True),
        _text("note"),
        _moment("delivered_at", nullable=True),
        _flag("waived", server_default="false"),
        _number("revision", server_default="0"),
        _number("tries", server_default="0"),
        _number("tried", server_default="0"),
        sa.UniqueConstraint("order_id", "component", "release"),
        sa.CheckConstraint(
            "state <> 'held' OR (hold_reason IS NOT NULL AND hold_deadline IS NOT NULL)", name="hold"
        ),
    )
    op.create_index("ix_deliveries_next", "deliveries", ["next_action_at"])
    op.create_index(
        "ix_deliveries_held", "deliveries", ["hold_reason"], postgresql_where=sa.text("state = 'held'")
    )
    op.create_index(
        "ix_deliveries_held_since",
        "deliveries",
        ["held_since"],
        postgresql_where=sa.text("held_since IS NOT NULL"),
    )


def _purchases() -> None:
    op.create_table(
        "attempts",
        _text("id", primary_key=True),
        _text("delivery_id", sa.ForeignKey("deliveries.id")),
        _number("number"),
        _text("key", unique=True),
        _text("connection"),
        _text("product"),
        _number("offer"),
        _text("state"),
        _number("submissions"),
        _number("checks"),
        _moment("opened_at"),
        _moment("submitted_at"),
        _flag("in_flight"),
        _moment("closed_at", nullable=True),
        _text("supplier_order", nullable=True),
        _number("charged_amount", nullable=True),
        _text("charged_currency", nullable=True),
        _number("credited_amount", nullable=True),
        _moment("supplier_time", nullable=True),
        _moment("revoking_since", nullable=True),
        _moment("verify_at", nullable=True),
        _number("verifications", server_default="0"),
        _flag("askable", server_default="true"),
        _moment("asked_at", nullable=True),
        _moment("doubted_at", nullable=True),
        _text("code", nullable=True),
        _text("reason", nullable=True),
        _document("answered", nullable=True),
        sa.UniqueConstraint("delivery_id", "number"),
    )
    op.create_index(
        "uq_attempts_unresolved",
        "attempts",
        ["delivery_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'pending', 'uncertain')"),
    )
    op.create_index("ix_attempts_verify_at", "attempts", ["verify_at"])
    op.create_table(
        "exchanges",
        _text("attempt_id", sa.ForeignKey("attempts.id"), primary_key=True),
        _text("act", primary_key=True),
        _moment("at"),
        _sealed("sealed"),
    )
    op.create_table(
        "callbacks",
        _text("id", primary_key=True),
        _text("connection"),
        _text("digest"),
        _text("key"),
        _text("supplier_order", nullable=True),
        _text("stated"),
        _text("attempt_id", sa.ForeignKey("attempts.id"), nullable=True),
        _text("verdict"),
        _number("times", server_default="1"),
        _moment("first_at"),
        _moment("last_at"),
        _moment("passed_on_at", nullable=True),
        _sealed("sealed"),
        sa.UniqueConstraint("connection", "digest"),
    )
    op.create_index("ix_callbacks_attempt_id", "callbacks", ["attempt_id"])
    op.create_index("ix_callbacks_key", "callbacks", ["key"])


def _credentials() -> None:
    op.create_table(
        "credentials",
        _text("id", primary_key=True),
        _text("delivery_id", sa.ForeignKey("deliveries.id")),
        _text("attempt_id", sa.ForeignKey("attempts.id"), nullable=True),
        _number("unit"),
        _sealed("sealed"),
        _text("fingerprint"),
        _flag("shared"),
        _moment("expires_at", nullable=True),
        _moment("issued_at"),
        _moment("revoked_at", nullable=True),
        sa.UniqueConstraint("attempt_id", "unit"),
    )
    op.create_index("ix_credentials_delivery_id", "credentials", ["delivery_id"])
    op.create_index(
        "uq_credentials_fingerprint",
        "credentials",
        ["fingerprint"],
        unique=True,
        postgresql_where=sa.text("NOT shared"),
    )
    op.create_table(
        "credential_secrets",
        _text("fingerprint", primary_key=True),
        _text("credential_id", sa.ForeignKey("credentials.id", onupdate="CASCADE", ondelete="CASCADE")),
    )
    op.create_index("ix_credential_secrets_credential_id", "credential_secrets", ["credential_id"])


def _aftercare() -> None:
    op.create_table(
        "refunds",
        _text("id", primary_key=True),
        _text("delivery_id", sa.ForeignKey("deliveries.id")),
        _number("number"),
        _text("order_id", sa.ForeignKey("orders.id")),
        _number("amount"),
        _text("currency"),
        _text("state"),
        _text("reason"),
        _moment("decided_at"),
        _moment("settled_at", nullable=True),
        _text("outcome_note", nullable=True),
        _text("replaced_by", sa.ForeignKey("refunds.id"), nullable=True),
        sa.UniqueConstraint("delivery_id", "number"),
    )
    op.create_index("ix_refunds_order_id", "refunds", ["order_id"])
    op.create_table(
        "cases",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _number("number", primary_key=True),
        _text("delivery_id", sa.ForeignKey("deliveries.id")),
        _text("kind"),
        _text("request_id"),
        _text("actor"),
        _text("reason"),
        _moment("opened_at"),
        _moment("deadline", nullable=True),
        _moment("next_action_at", nullable=True),
        _moment("closed_at", nullable=True),
        _text("outcome", nullable=True),
        sa.UniqueConstraint("order_id", "request_id"),
    )
    op.create_index(
        "uq_cases_open", "cases", ["delivery_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )


def _own_stock() -> None:
    op.create_table(
        "pool_keys",
        _text("id", primary_key=True),
        _text("connection"),
        _text("product"),
        _sealed("sealed"),
        _text("fingerprint", unique=True),
        _number("cost_amount"),
        _moment("expires_at", nullable=True),
        _text("state"),
        _text("purchase_key", nullable=True),
        _moment("imported_at"),
        _moment("issued_at", nullable=True),
    )
    op.create_index(
        "ix_pool_keys_available",
        "pool_keys",
        ["connection", "product", "expires_at"],
        postgresql_where=sa.text("state = 'available'"),
    )
    op.create_index("ix_pool_keys_purchase", "pool_keys", ["connection", "purchase_key"])
    op.create_table(
        "pool_secrets",
        _text("fingerprint", primary_key=True),
        _text("key_id", sa.ForeignKey("pool_keys.id")),
    )
    op.create_index("ix_pool_secrets_key_id", "pool_secrets", ["key_id"])


def _upkeep() -> None:
    op.create_table(
        "connection_health",
        _text("connection", primary_key=True),
        _text("circuit", server_default="closed"),
        _number("failures", server_default="0"),
        _moment("opened_at", nullable=True),
        _text("last_error", nullable=True),
        _moment("last_failure_at", nullable=True),
        _text("trouble", nullable=True),
        _text("trouble_message", nullable=True),
        _moment("trouble_since", nullable=True),
        _moment("paused_at", nullable=True),
        _text("paused_by", nullable=True),
        _text("paused_reason", nullable=True),
        _moment("updated_at"),
    )
    op.create_table(
        "stuck_runs",
        _text("workflow_id", primary_key=True),
        _text("order_id", sa.ForeignKey("orders.id")),
        _number("case_number"),
        _text("why"),
        _moment("notified_at", nullable=True),
        _number("replaced", server_default="0"),
        _moment("replaced_at", nullable=True),
    )
    op.create_index("ix_stuck_runs_order_id", "stuck_runs", ["order_id"])
    op.create_table("marks", _text("name", primary_key=True), _moment("at"))
