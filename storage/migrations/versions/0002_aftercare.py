"""Aftercare: callbacks, cases, health of connections, refunds that are reported on"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "connection_health",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("circuit", sa.String(), server_default="closed", nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=True),
        sa.Column("paused_reason", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_connection_health")),
    )
    op.create_table(
        "cases",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_cases_delivery_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_cases_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_cases")),
        sa.UniqueConstraint("order_id", "request_id", name=op.f("uq_cases_order_id_request_id")),
    )
    op.create_index(
        "uq_cases_open", "cases", ["delivery_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("supplier_order", sa.String(), nullable=True),
        sa.Column("stated", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_callbacks_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("connection", "digest", name=op.f("uq_callbacks_connection_digest")),
    )
    op.create_index(op.f("ix_callbacks_attempt_id"), "callbacks", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_callbacks_key"), "callbacks", ["key"], unique=False)
    op.add_column("attempts", sa.Column("verify_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("verifications", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_attempts_verify_at"), "attempts", ["verify_at"], unique=False)
    op.alter_column("credentials", "attempt_id", existing_type=sa.VARCHAR(), nullable=True)
    op.add_column("deliveries", sa.Column("waived", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("orders", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("refunds", sa.Column("id", sa.String(), nullable=True))
    op.add_column("refunds", sa.Column("number", sa.BigInteger(), server_default="1", nullable=False))
    op.execute("UPDATE refunds SET id = 'rfd_' || md5(delivery_id)")
    op.alter_column("refunds", "id", nullable=False)
    op.alter_column("refunds", "number", server_default=None)
    op.drop_constraint("pk_refunds", "refunds")
    op.create_primary_key("pk_refunds", "refunds", ["id"])
    op.add_column("refunds", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("refunds", sa.Column("outcome_note", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_refunds_delivery_id_number"), "refunds", ["delivery_id", "number"])
    op.create_index(
        "uq_refunds_standing",
        "refunds",
        ["delivery_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'failed'"),
    )
