"""signalbox version."""

from __future__ import annotations

import platform
from importlib.metadata import version as version_of

import typer


def version() -> None:
    """Print the version."""
    print(f"signalbox {version_of('signalbox')}, Python {platform.python_version()}")


def register(app: typer.Typer) -> None:
    app.command()(version)
