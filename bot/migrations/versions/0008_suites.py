"""Runs of suites, and what they reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suite_run",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suite", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("lease_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("deployment", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )
    op.create_index("suite_run_of_suite", "suite_run", ["workspace", "suite", "environment", "opened_at"])
    op.create_index("suite_run_number", "suite_run", ["workspace", "number"], unique=True)
    op.create_index("suite_run_due", "suite_run", ["workspace", "due_at"])
    op.create_index("suite_run_lease", "suite_run", ["workspace", "lease_id"])
    op.create_index("suite_run_run", "suite_run", ["workspace", "run_id"])
    op.create_index("suite_run_deployment", "suite_run", ["workspace", "deployment"])
    op.create_table(
        "suite_number",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace"),
    )
    op.create_table(
        "suite_report",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "run", "part"),
    )
