"""From where an event was asked; a snapshot of the whole state, not of leases alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM snapshot")  # a shortcut only: the next one is written within the hour
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.alter_column("leases", new_column_name="body")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(), nullable=False, server_default=""))
