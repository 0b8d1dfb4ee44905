"""Run by Alembic, inside the transaction that bot.migrations opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from bot.migrations.run import metadata


def plain(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Migrations name SQLAlchemy's types, so that they do not change with SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    compare_type=True,
    render_item=plain,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is ours
)
context.run_migrations()
