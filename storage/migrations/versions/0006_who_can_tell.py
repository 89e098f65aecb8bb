"""What became of a purchase: whether its supplier can be asked, and when it was"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("askable", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("attempts", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True))
