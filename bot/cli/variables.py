"""Variables that are named like settings: those there are, those of programs beside us, and typing errors."""

from __future__ import annotations

import os
from pathlib import Path

from bot.settings import Settings, variable_of

FOR_CLIENTS = frozenset(
    f"SIGNALBOX_{name}" for name in ("URL", "TOKEN", "KEY", "WAIT", "TTL", "PATIENCE", "WHEN_UNREACHABLE")
)
"""What deploy/pipelines/signalbox.sh reads, and what the readme exports: often set where the server runs as well."""


def unknown_variables(env_file: Path) -> list[str]:
    """Names that look like ours and are not: a typing error would otherwise pass in silence."""
    known = {variable_of(field) for field in Settings.model_fields}
    exported = {name for name in os.environ if name.startswith("SIGNALBOX_")} - FOR_CLIENTS
    named = exported | _names_in(env_file)
    return sorted(name for name in named if name not in known)


def _names_in(env_file: Path) -> set[str]:
    if not env_file.is_file():
        return set()
    lines = env_file.read_text(encoding="utf-8", errors="replace").splitlines()
    names = {line.partition("=")[0].removeprefix("export ").strip() for line in lines if "=" in line}
    return {name for name in names if name.startswith(("SIGNALBOX_", "SLACK_"))}
