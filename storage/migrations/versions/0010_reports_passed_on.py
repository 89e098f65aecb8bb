"""When a supplier's report was passed on: a repeat of it is acknowledged and no more"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("callbacks", sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True))
