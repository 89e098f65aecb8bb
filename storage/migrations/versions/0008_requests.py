"""What a request asked for, so that its id cannot be used for anything else"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("acts", sa.Column("digest", sa.String()))
    op.add_column("acts", sa.Column("case_number", sa.BigInteger()))
    op.add_column("recipients", sa.Column("fingerprint", sa.String()))
    op.add_column("order_events", sa.Column("said_at", sa.DateTime(timezone=True)))
