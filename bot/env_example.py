"""`.env.example`, rendered from the settings so that the two cannot drift apart."""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from textwrap import dedent

from bot.settings import Settings, group_of, variable_of
from bot.settings_groups import GROUPS

_HEAD = dedent("""\
    # Settings of Signalbox. Copy this file to .env and change what you need; everything here is optional.
    # A variable of the environment wins over the same one in .env. `signalbox doctor` checks the lot.
    """)


def render() -> str:
    """The whole file, ending in a newline. Defaults are shown commented out."""
    fields = sorted(Settings.model_fields, key=lambda field: GROUPS.index(group_of(field)))
    groups = groupby(fields, key=group_of)
    return _HEAD + "".join(f"\n# --- {title} ---\n" + "".join(map(_lines, fields)) for title, fields in groups)


def _lines(field: str) -> str:
    about = Settings.model_fields[field]
    return f"# {about.description}\n# {variable_of(field)}={_written(about.get_default(call_default_factory=True))}\n"


def _written(default: object) -> object:
    if isinstance(default, bool):
        return str(default).lower()
    return default.value if isinstance(default, Enum) else "" if default is None else default
