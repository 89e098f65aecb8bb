"""What runs have seen: a book that was put back to a copy is noticed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Count changes and attempts of deliveries; what runs saw before counts as nothing."""
    for name in ("revision", "tries", "tried"):
        op.add_column("deliveries", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE deliveries SET tries = last.number, tried = last.offer FROM"
        " (SELECT DISTINCT ON (delivery_id) delivery_id, number,"
        " CASE WHEN connection = 'by-hand' THEN -1 ELSE offer END AS offer"
        " FROM attempts ORDER BY delivery_id, number DESC) AS last WHERE last.delivery_id = deliveries.id"
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
