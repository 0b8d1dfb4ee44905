"""What a token may deploy, and where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        for name in ("services", "environments"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default="[]"))
