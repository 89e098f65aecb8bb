"""What the sweep found stuck: when its run was told, and how often it was replaced"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stuck_runs",
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("case_number", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_stuck_runs_order_id")),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_stuck_runs")),
    )
    op.create_index(op.f("ix_stuck_runs_order_id"), "stuck_runs", ["order_id"])
