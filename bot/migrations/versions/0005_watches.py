"""Who wants to hear when something is free."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("services", sa.String(), nullable=False),
        sa.Column("resources", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person", "environment", "services", "resources"),
    )
