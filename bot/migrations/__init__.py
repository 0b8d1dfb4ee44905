"""The shape of the database, step by step: the same steps for SQLite and PostgreSQL."""

from bot.migrations.run import metadata, pending, upgrade

__all__ = ["metadata", "pending", "upgrade"]
