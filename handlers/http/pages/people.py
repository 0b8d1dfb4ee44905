"""What pages call people."""

from __future__ import annotations

from collections.abc import Callable

from bot.catalog import Catalog
from bot.values import is_pipeline


def names_of(catalog: Catalog) -> Callable[[str], str]:
    """Of a Slack id, what the catalog calls that person; of a pipeline, its name."""
    known = {person.slack: name for name, person in catalog.people.items()}
    return lambda who: who.removeprefix("pipeline:") if is_pipeline(who) else known.get(who, who)
