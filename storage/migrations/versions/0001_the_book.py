"""The book"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.tables.base import Xid

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make every table, each after those it refers to."""
    _contracts()
    _channels()
    _orders()
    _cancellations()
    _what_happens_to_orders()
    _deliveries()
    _purchases()
    _credentials()
    _aftercare()
    _own_stock()
    _before_payment()
    _upkeep()
    _feed()
    _public_events()
    _webhooks()
    _noticed_by_itself()


def _text(name: str, *more: Any, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **options)


def _number(name: str, *more: Any, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), *more, nullable=nullable, **options)


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


def _channels() -> None:
    op.create_table(
        "channels",
        _text("name", primary_key=True),
        _flag("livemode"),
        _flag("signs", server_default="false"),
        _moment("created_at"),
        sa.UniqueConstraint("name", "livemode", name="uq_channels_name_livemode"),
    )
    op.create_table(
        "channel_secrets",
        _text("id", primary_key=True),
        _text("channel", sa.ForeignKey("channels.name")),
        _sealed("sealed"),
        _moment("created_at"),
        _text("created_by"),
        _moment("ends_at", nullable=True),
    )
    op.create_index("ix_channel_secrets_channel", "channel_secrets", ["channel"])
    op.create_table(
        "channel_keys",
        _text("id", primary_key=True),
        _text("channel"),
        _flag("livemode"),
        _text("digest"),
        _document("scopes"),
        _text("label"),
        _number("rate_per_minute"),
        _moment("created_at"),
        _text("created_by"),
        _moment("ends_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["channel", "livemode"],
            ["channels.name", "channels.livemode"],
            name="fk_channel_keys_channel",
        ),
    )
    op.create_index("uq_channel_keys_digest", "channel_keys", ["digest"], unique=True)
    op.create_table(
        "order_requests",
        _text("channel", primary_key=True),
        _text("name", primary_key=True),
        _text("digest"),
        _moment("named_at"),
    )
    op.create_index("ix_order_requests_named_at", "order_requests", ["named_at"])


def _orders() -> None:
    op.create_table(
        "orders",
        _text("id", primary_key=True),
        _text("channel"),
        _flag("livemode"),
        _text("order_no"),
        _text("digest"),
        _text("bundle_id"),
        _number("bundle_version"),
        _number("quantity"),
        _number("price_amount"),
        _number("discount_amount", server_default="0"),
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
        _moment("paused_until", nullable=True),
        _flag("pause_shifts", server_default="false"),
        _text("lang"),
        _document("paused_note", nullable=True),
        _number("last_event", server_default="0"),
        _moment("erased_at", nullable=True),
        _moment("histories_erased_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["channel", "livemode"], ["channels.name", "channels.livemode"], name="fk_orders_channel"
        ),
    )
    op.create_index(
        "uq_orders_number",
        "orders",
        ["channel", "order_no"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index("ix_orders_buyer_index", "orders", ["buyer_index", "channel"])
    newest: list[str | sa.TextClause] = [sa.text("accepted_at DESC"), "id"]
    op.create_index("ix_orders_newest", "orders", newest)
    op.create_index("ix_orders_state", "orders", ["state", *newest])
    for name, columns, which in (
        ("rejected", ["channel", "order_no"], "state = 'rejected'"),
        ("open", ["accepted_at", "id"], "closed_at IS NULL"),
        ("open_id", ["id"], "closed_at IS NULL"),
        ("paused", ["paused_for"], "paused_for IS NOT NULL"),
        ("erased", ["erased_at", "id"], "erased_at IS NOT NULL AND histories_erased_at IS NULL"),
    ):
        op.create_index(f"ix_orders_{name}", "orders", columns, postgresql_where=sa.text(which))
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


def _cancellations() -> None:
    op.create_table(
        "cancellations",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _text("id", primary_key=True),
        _text("digest"),
        _moment("asked_at"),
        _text("state"),
        _text("refusal"),
    )


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
        sa.Column("xid", Xid(), nullable=False, server_default=sa.text("pg_current_xact_id()")),
        _number("position", sa.Identity(always=True), unique=True),
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
        _number("item", server_default="1"),
        _number("items", server_default="1"),
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
        _document("note", nullable=True),
        _moment("delivered_at", nullable=True),
        _moment("revealed_at", nullable=True),
        _flag("waived", server_default="false"),
        _number("revision", server_default="0"),
        _number("tries", server_default="0"),
        _number("tried", server_default="0"),
        sa.UniqueConstraint("order_id", "component", "release", "item"),
        sa.CheckConstraint(
            "state <> 'held' OR (hold_reason IS NOT NULL AND hold_deadline IS NOT NULL)", name="hold"
        ),
    )
    op.create_index(
        "ix_deliveries_next",
        "deliveries",
        ["next_action_at"],
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
    )
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
        _moment("kept_at", nullable=True),
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
    _bought_on_its_side()
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
        _number("reveals", server_default="0"),
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
    op.create_table(
        "reveal_links",
        _text("id", primary_key=True),
        _text("digest", unique=True),
        _text("order_id", sa.ForeignKey("orders.id")),
        _text("delivery_id", sa.ForeignKey("deliveries.id"), nullable=True),
        _moment("created_at"),
        _text("created_by"),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("ix_reveal_links_order_id", "reveal_links", ["order_id"])
    op.create_index("ix_reveal_links_expires_at", "reveal_links", ["expires_at"])


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
        _document("reason"),
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
        _document("outcome", nullable=True),
        sa.UniqueConstraint("order_id", "request_id"),
    )
    op.create_index(
        "uq_cases_open", "cases", ["delivery_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )


def _bought_on_its_side() -> None:
    """A test order is bought at sandboxes alone, and a live one at none. A person may deliver either."""
    op.create_table("sandbox_connections", _text("connection", primary_key=True), _moment("since"))
    op.execute("""
        CREATE FUNCTION same_side() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM sandbox_connections AS test WHERE test.connection = NEW.connection) = (
                SELECT orders.livemode FROM deliveries JOIN orders ON orders.id = deliveries.order_id
                WHERE deliveries.id = NEW.delivery_id
            ) THEN
                RAISE EXCEPTION 'an attempt at % is not on the side of its order', NEW.connection
                USING ERRCODE = 'check_violation', CONSTRAINT = 'same_side', TABLE = 'attempts';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER same_side BEFORE INSERT OR UPDATE OF connection, delivery_id ON attempts FOR EACH ROW
        WHEN (NEW.connection <> 'by-hand') EXECUTE FUNCTION same_side()
    """)


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
        _text(
            "reserved_for",
            sa.ForeignKey("deliveries.id", deferrable=True, initially="DEFERRED"),
            nullable=True,
        ),
        _text("held_for", nullable=True),
        _moment("held_until", nullable=True),
        _text("purchase_key", nullable=True),
        _moment("imported_at"),
        _moment("issued_at", nullable=True),
        sa.CheckConstraint(
            "CASE state WHEN 'available' THEN reserved_for IS NULL AND purchase_key IS NULL"
            " WHEN 'reserved' THEN reserved_for IS NOT NULL AND purchase_key IS NULL"
            " ELSE purchase_key IS NOT NULL END",
            name="owner",
        ),
        sa.CheckConstraint(
            "(held_for IS NULL) = (held_until IS NULL) AND (held_for IS NULL OR state = 'available')",
            name="held",
        ),
    )
    op.create_index(
        "ix_pool_keys_available",
        "pool_keys",
        ["connection", "product", "expires_at"],
        postgresql_where=sa.text("state = 'available'"),
    )
    op.create_index("ix_pool_keys_purchase", "pool_keys", ["connection", "purchase_key"])
    op.create_index(
        "ix_pool_keys_reserved",
        "pool_keys",
        ["reserved_for"],
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_index(
        "ix_pool_keys_held", "pool_keys", ["held_for"], postgresql_where=sa.text("held_for IS NOT NULL")
    )
    op.create_table(
        "pool_secrets",
        _text("fingerprint", primary_key=True),
        _text("key_id", sa.ForeignKey("pool_keys.id")),
    )
    op.create_index("ix_pool_secrets_key_id", "pool_secrets", ["key_id"])
    _freed_by_itself()


def _freed_by_itself() -> None:
    """What is reserved for a delivery is free again once that needs it no more, whoever writes it down."""
    closed = "NEW.state IN ('delivered', 'failed', 'cancelled', 'revoked', 'refunded')"
    op.execute(f"""
        CREATE FUNCTION free_reserved_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE pool_keys AS mine SET state = 'available', reserved_for = NULL
            WHERE mine.reserved_for = NEW.id AND mine.state = 'reserved' AND ({closed} OR NOT EXISTS (
                SELECT FROM jsonb_array_elements(NEW.offers) WITH ORDINALITY AS ahead (pinned, number)
                WHERE ahead.number > NEW.offer
                AND ahead.pinned ->> 'connection' = mine.connection
                AND ahead.pinned ->> 'product' = mine.product
            ));
            RETURN NULL;
        END $$
    """)
    op.execute(f"""
        CREATE TRIGGER free_reserved_keys AFTER UPDATE OF state, offer ON deliveries FOR EACH ROW
        WHEN (NEW.offer <> OLD.offer OR {closed}) EXECUTE FUNCTION free_reserved_keys()
    """)
    op.execute("""
        CREATE FUNCTION free_keys_of_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE pool_keys SET state = 'available', reserved_for = NULL
            WHERE state = 'reserved' AND reserved_for IN (SELECT id FROM deliveries WHERE order_id = NEW.id);
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER free_keys_of_cancelled AFTER UPDATE OF cancelled_at ON orders FOR EACH ROW
        WHEN (NEW.cancelled_at IS NOT NULL) EXECUTE FUNCTION free_keys_of_cancelled()
    """)


def _before_payment() -> None:
    op.create_table(
        "hold_tokens",
        _text("id", primary_key=True),
        _text("digest"),
        _text("channel"),
        _flag("livemode"),
        _text("order_no"),
        _text("bundle_id"),
        _number("bundle_version"),
        _number("quantity"),
        _text("buyer_index"),
        sa.Column("accounts", postgresql.ARRAY(sa.String()), nullable=False),
        _document("units"),
        _document("units_to"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("freed_at", nullable=True),
        _text("order_id", sa.ForeignKey("orders.id"), nullable=True),
    )
    op.create_index("uq_hold_tokens_digest", "hold_tokens", ["digest"], unique=True)
    op.create_index("ix_hold_tokens_expires_at", "hold_tokens", ["expires_at"])
    op.create_index("ix_hold_tokens_order_id", "hold_tokens", ["order_id"])
    held = sa.text("freed_at IS NULL AND order_id IS NULL")
    for name, columns, kind in (
        ("number", ["channel", "order_no"], "btree"),
        ("buyer", ["buyer_index"], "btree"),
        ("accounts", ["accounts"], "gin"),
    ):
        op.create_index(
            f"ix_hold_tokens_{name}", "hold_tokens", columns, postgresql_using=kind, postgresql_where=held
        )


def _upkeep() -> None:
    op.create_table(
        "connection_health",
        _text("connection", primary_key=True),
        _text("circuit", server_default="closed"),
        _number("failures", server_default="0"),
        _moment("opened_at", nullable=True),
        _document("last_error", nullable=True),
        _moment("last_failure_at", nullable=True),
        _text("trouble", nullable=True),
        _document("trouble_message", nullable=True),
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
        _document("why"),
        _moment("notified_at", nullable=True),
        _number("replaced", server_default="0"),
        _moment("replaced_at", nullable=True),
    )
    op.create_index("ix_stuck_runs_order_id", "stuck_runs", ["order_id"])
    op.create_table(
        "unopened_orders",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _document("why"),
        _moment("since"),
    )
    op.create_table(
        "unsellable_bundles",
        _text("bundle_id", primary_key=True),
        _text("limited_by"),
        _text("component"),
        _moment("since"),
    )
    op.create_table("marks", _text("name", primary_key=True), _moment("at"))
    op.create_table(
        "key_holders",
        _text("id", primary_key=True),
        _text("name"),
        _document("keys"),
        _moment("alive_at"),
    )


def _feed() -> None:
    op.create_table(
        "feed",
        _number("id", primary_key=True, autoincrement=False),
        _number("epoch"),
        _number("settled", server_default="0"),
        _number("fence", nullable=True),
        _number("fence_xid", nullable=True),
        _number("pruned_number", server_default="0"),
        _moment("pruned_at", nullable=True),
    )
    op.execute("INSERT INTO feed (id, epoch) VALUES (1, extract(epoch FROM clock_timestamp()) * 1000)")
    op.create_table(
        "feed_epochs",
        _number("epoch", primary_key=True, autoincrement=False),
        _number("shared_until"),
        _number("shared_number"),
    )
    op.create_table(
        "feed_cursors",
        _text("consumer", primary_key=True),
        _number("epoch"),
        _number("position"),
        _moment("moved_at"),
    )


def _public_events() -> None:
    op.create_table(
        "notices",
        _number("number", sa.Identity(always=True), primary_key=True),
        sa.Column("xid", Xid(), nullable=False, server_default=sa.text("pg_current_xact_id()")),
        _number("feed_position", unique=True, server_default=sa.text("nextval('events_position_seq')")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        _text("type"),
        _text("about"),
        _text("product", nullable=True),
        _text("reason", nullable=True),
    )
    op.create_table(
        "public_events",
        _number("number", sa.Identity(always=True), primary_key=True),
        _text("id", unique=True),
        _number("position"),
        _text("order_id", sa.ForeignKey("orders.id"), nullable=True),
        _number("sequence", nullable=True),
        _text("channel", nullable=True),
        _flag("livemode"),
        _text("type"),
        _moment("at"),
        _moment("made_at"),
        _document("body"),
        sa.UniqueConstraint("order_id", "sequence"),
    )
    op.create_index("ix_public_events_at", "public_events", ["at"])
    op.create_index("ix_public_events_channel", "public_events", ["channel", "at", "number", "type"])
    op.create_index("ix_public_events_of_channel", "public_events", ["channel", "number"])
    op.create_index("ix_public_events_position", "public_events", ["position"])
    op.create_table(
        "public_orders",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _number("seq"),
        _number("sequence"),
        _flag("was_shippable"),
        _text("state", nullable=True),
        _flag("paused"),
        _flag("closed"),
        _number("still_open"),
        _number("delivered"),
    )
    op.create_table(
        "public_deliveries",
        _text("delivery_id", sa.ForeignKey("deliveries.id"), primary_key=True),
        _document("face"),
    )
    op.create_table(
        "withheld_orders",
        _text("order_id", sa.ForeignKey("orders.id"), primary_key=True),
        _document("why"),
        _moment("since"),
        _moment("try_at"),
    )
    op.create_index("ix_withheld_orders_try_at", "withheld_orders", ["try_at"])


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        _text("id", primary_key=True),
        _text("channel", nullable=True),
        _text("url"),
        _document("events"),
        _moment("created_at"),
        _moment("removed_at", nullable=True),
        _moment("disabled_at", nullable=True),
        _text("disabled_for", nullable=True),
        _moment("failing_since", nullable=True),
        _moment("answered_at", nullable=True),
        _text("served_by", nullable=True),
        _moment("served_until", nullable=True),
    )
    op.create_index("ix_webhook_endpoints_channel", "webhook_endpoints", ["channel"])
    op.create_table(
        "webhook_secrets",
        _text("id", primary_key=True),
        _text("endpoint_id", sa.ForeignKey("webhook_endpoints.id")),
        _sealed("sealed"),
        _moment("created_at"),
        _moment("ends_at", nullable=True),
    )
    op.create_index("ix_webhook_secrets_endpoint_id", "webhook_secrets", ["endpoint_id"])
    op.create_table(
        "webhook_deliveries",
        _text("id", primary_key=True),
        _text("endpoint_id", sa.ForeignKey("webhook_endpoints.id")),
        _number("event_number", sa.ForeignKey("public_events.number")),
        _text("state"),
        _number("round"),
        _number("tries"),
        _moment("next_try_at"),
        _moment("job_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.UniqueConstraint("endpoint_id", "event_number"),
    )
    op.create_index("ix_webhook_deliveries_event_number", "webhook_deliveries", ["event_number"])
    op.create_index(
        "ix_webhook_deliveries_open",
        "webhook_deliveries",
        ["next_try_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_webhook_deliveries_not_had",
        "webhook_deliveries",
        ["endpoint_id", "state"],
        postgresql_where=sa.text("state <> 'delivered'"),
    )
    op.create_table(
        "webhook_tries",
        _text("delivery_id", sa.ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True),
        _number("number", primary_key=True),
        _moment("at"),
        _number("took_ms"),
        _number("status", nullable=True),
        _text("answer"),
    )


def _noticed_by_itself() -> None:
    """How a connection fares is noticed where it changes, whoever writes it down."""
    op.execute("""
        CREATE FUNCTION notice_health() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was_open boolean := TG_OP = 'UPDATE' AND OLD.circuit <> 'closed';
            was_paused boolean := TG_OP = 'UPDATE' AND OLD.paused_at IS NOT NULL;
            trouble text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.trouble END;
        BEGIN
            IF was_open <> (NEW.circuit <> 'closed') THEN
                INSERT INTO notices (about, type) VALUES (NEW.connection,
                    CASE WHEN was_open THEN 'supplier.available' ELSE 'supplier.unavailable' END);
            END IF;
            IF was_paused <> (NEW.paused_at IS NOT NULL) THEN
                INSERT INTO notices (about, type) VALUES (NEW.connection,
                    CASE WHEN was_paused THEN 'supplier.resumed' ELSE 'supplier.paused' END);
            END IF;
            IF trouble IS DISTINCT FROM NEW.trouble THEN
                INSERT INTO notices (about, reason, type) VALUES
                    (NEW.connection, coalesce(NEW.trouble, trouble),
                    CASE WHEN NEW.trouble IS NULL THEN 'supplier.mended' ELSE 'supplier.needs_attention' END);
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER notice_health AFTER INSERT OR UPDATE ON connection_health
        FOR EACH ROW EXECUTE FUNCTION notice_health()
    """)
