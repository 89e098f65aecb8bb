"""Refunds in parts: what is taken back after a refund was decided is owed as well"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Let a delivery have several standing refunds; a failed one names the one decided instead."""
    op.drop_index("uq_refunds_standing", table_name="refunds")
    op.add_column("refunds", sa.Column("replaced_by", sa.String(), nullable=True))
    op.create_foreign_key(op.f("fk_refunds_replaced_by"), "refunds", "refunds", ["replaced_by"], ["id"])
    op.execute(
        "UPDATE refunds SET replaced_by = later.id FROM refunds AS later"
        " WHERE later.delivery_id = refunds.delivery_id AND later.number = refunds.number + 1"
    )
