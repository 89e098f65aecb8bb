"""One key is one key however it is written: fingerprints of each secret part, in credentials and in stock"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "deliveries", sa.Column("case_sensitive", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_table(
        "credential_secrets",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_credential_secrets_credential_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_credential_secrets")),
    )
    op.create_index(op.f("ix_credential_secrets_credential_id"), "credential_secrets", ["credential_id"])
    op.create_table(
        "pool_secrets",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["pool_keys.id"], name=op.f("fk_pool_secrets_key_id")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_pool_secrets")),
    )
    op.create_index(op.f("ix_pool_secrets_key_id"), "pool_secrets", ["key_id"])
