"""What people want to be told, and what is held back for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("muted", sa.String(), nullable=False),
        sa.Column("quiet", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_to", sa.Time(), nullable=False),
        sa.Column("zone_name", sa.String(), nullable=False),
        sa.Column("work_from", sa.Time(), nullable=True),
        sa.Column("work_to", sa.Time(), nullable=True),
        sa.Column("known_zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", sa.BigInteger(), nullable=False, server_default="0"))
