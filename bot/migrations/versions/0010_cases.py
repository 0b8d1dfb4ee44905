"""Cases, their causes, and what is remembered of runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suite_case",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("suite", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )
    op.create_index("suite_case_open", "suite_case", ["workspace", "open", "environment", "suite"])
    op.create_index("suite_case_number", "suite_case", ["workspace", "number"])
    op.create_table(
        "suite_cause",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("suite", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "suite", "environment", "cause"),
    )
    op.create_table(
        "suite_summary",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("suite", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "run"),
    )
    op.create_index("suite_summary_of_suite", "suite_summary", ["workspace", "suite", "environment", "number"])
    op.create_table(
        "suite_desk",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "environment"),
    )
