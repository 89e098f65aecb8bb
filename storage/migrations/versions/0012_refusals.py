"""What a supplier answered to a purchase is remembered, and what it asks of us is told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("answered", postgresql.JSONB(), nullable=True))
    op.add_column("connection_health", sa.Column("trouble", sa.String(), nullable=True))
    op.add_column("connection_health", sa.Column("trouble_told", sa.String(), nullable=True))
    op.add_column("connection_health", sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True))
