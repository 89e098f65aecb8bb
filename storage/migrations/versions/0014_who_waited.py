"""An index of what was held before: each purchase from our own stock looks at who waits longer for it"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_held_since",
        "deliveries",
        ["held_since"],
        postgresql_where=sa.text("held_since IS NOT NULL"),
    )
