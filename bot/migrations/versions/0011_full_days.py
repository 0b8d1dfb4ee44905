"""Full days: how many messages a person has had, and who wants all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_told", "outbox", ["workspace", "to", "created_at"])
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unlimited", sa.Boolean(), nullable=False, server_default=sa.false()))
