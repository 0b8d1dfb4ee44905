"""Replies to messages, in their threads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thread", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("broadcast", sa.Boolean(), nullable=False, server_default=sa.false()))
