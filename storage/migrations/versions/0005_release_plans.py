"""Release plans: gates, events of orders, pauses, accounts that are claimed later"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column("deliveries", "due_at", nullable=True)
    op.add_column("deliveries", sa.Column("claim", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("orders", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("paused_for", sa.String(), nullable=True))
    op.add_column("orders", sa.Column("paused_note", sa.String(), nullable=True))
    op.create_table(
        "gates",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("gate", postgresql.JSONB(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_gates_order_id")),
        sa.PrimaryKeyConstraint("order_id", "component", name=op.f("pk_gates")),
    )
    op.create_table(
        "order_events",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("release", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id")),
        sa.PrimaryKeyConstraint("order_id", "event_id", name=op.f("pk_order_events")),
    )
