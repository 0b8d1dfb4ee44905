"""signalbox manifest: what to paste into Slack."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.errors import UsageError
from bot.manifest import App, commands
from bot.manifest_text import as_json, as_yaml
from bot.settings import Settings, load


class Format(StrEnum):
    YAML = "yaml"
    JSON = "json"


def manifest(
    format: Annotated[Format, typer.Option(help="yaml has the reasons as comments.")] = Format.YAML,
    url: Annotated[str, typer.Option(help="https address where Slack reaches you; Socket Mode when left out.")] = "",
    *,
    full: Annotated[bool, typer.Option("--full", help="Ask now for what later features need as well.")] = False,
) -> None:
    """Print the Slack app manifest.

    Each scope stands there with its reason.
    """
    if url and not url.startswith("https://"):
        raise UsageError(f"Slack calls https addresses only, not {url}. Give --url https://your.host")
    app = app_of(load(), full=full, url=url)
    print({Format.YAML: as_yaml, Format.JSON: as_json}[format](app), end="")


def app_of(settings: Settings, *, full: bool = False, url: str = "") -> App:
    return App(commands(settings.command_env, settings.command_deploy, settings.command_suite), full=full, url=url)


def register(app: typer.Typer) -> None:
    app.command()(manifest)
