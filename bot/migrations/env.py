"""Run by Alembic, inside the transaction that bot.migrations opened."""

from __future__ import annotations

from alembic import context

from bot.migrations.run import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    compare_type=True,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is ours
)
context.run_migrations()
