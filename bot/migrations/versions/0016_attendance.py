"""When it was looked last what runs, and when it was not for long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("away_from", sa.BigInteger(), nullable=False),
        sa.Column("away_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace"),
    )
