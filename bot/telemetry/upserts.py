"""Rows that may be there already, in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.telemetry.values import Row

AT_ONCE = 400
"""Rows of an upsert: SQLite takes 32,766 parameters."""


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    keys: Sequence[str],
    *,
    replace: Sequence[str] = (),
    add: Sequence[str] = (),
) -> None:
    """Insert, or where a row with these keys is there, replace some columns and add to others.

    `rows` in one order everywhere, so that two replicas do not wait for each other in a circle.
    """
    for some in parts(rows):
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        wish = cast("Any", dialect).insert(table).values(some)
        new = {name: wish.excluded[name] for name in replace}
        new |= {name: table.c[name] + wish.excluded[name] for name in add}
        connection.execute(wish.on_conflict_do_update(index_elements=list(keys), set_=new))


def parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """As many as one statement takes."""
    return (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))
