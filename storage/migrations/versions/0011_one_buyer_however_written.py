"""One buyer is one buyer however the reference is written: limits count by a blind index of it"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("buyer_index", sa.String(), nullable=True))
    op.drop_index("ix_orders_buyer", table_name="orders")
    op.create_index("ix_orders_buyer_index", "orders", ["channel", "buyer_index"])
