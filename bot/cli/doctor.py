"""signalbox doctor: everything that somebody setting it up can get wrong, in the order in which it matters."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.findings import Finding, Level, fail, ok
from bot.settings import SettingsError, load

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False) -> None:
    """Check everything and say what to do.

    Settings, folder, ports, catalog, Redis, SQL, Slack, the GitHub App, Claude, sources of telemetry, and names that
    nobody knows. The exit code is 1 when a check fails.
    """
    console = Console(highlight=False, soft_wrap=True)
    show: Callable[[Finding], None] = (lambda _finding: None) if as_json else lambda each: console.print(_line(each))
    findings = asyncio.run(_collected(show))
    failed = any(finding.level is Level.FAIL for finding in findings)
    if as_json:
        print(json.dumps({"ok": not failed, "findings": [asdict(finding) for finding in findings]}, indent=2))
    if failed:
        raise typer.Exit(1)


async def examine(env_file: Path) -> AsyncGenerator[Finding]:
    """One finding after the other, as they are made. Settings that cannot be read end the examination."""
    from bot.cli import check_machine as machine  # noqa: PLC0415 - loads what --help does not need
    from bot.cli.check_slack import slack  # noqa: PLC0415 - loaded only when wanted
    from bot.cli.check_sources import names, sources  # noqa: PLC0415 - loaded only when wanted
    from bot.cli.check_stores import database, redis  # noqa: PLC0415 - loaded only when wanted
    from bot.cli.check_vendors import vendors  # noqa: PLC0415 - loaded only when wanted

    yield machine.python()
    for finding in machine.environment(env_file):
        yield finding
    try:
        settings = load(env_file)
    except SettingsError as wrong:
        for problem in wrong.problems:
            yield fail("settings", problem)
        return
    yield ok("settings", "can be read")
    yield machine.folder(settings)
    for finding in machine.ports(settings):
        yield finding
    finding, catalog = machine.catalog(settings)
    yield finding
    for finding in machine.sample(settings, catalog):
        yield finding
    for finding in await redis(settings):
        yield finding
    yield await database(settings)
    for finding in [*await slack(settings, catalog), *await vendors(settings)]:
        yield finding
    async for finding in sources(settings, catalog):
        yield finding
    for finding in await names(settings, catalog):
        yield finding


async def _collected(show: Callable[[Finding], None]) -> list[Finding]:
    findings: list[Finding] = []
    async for finding in examine(Path(".env")):
        show(finding)
        findings.append(finding)
    return findings


def _line(finding: Finding) -> Text:
    line = Text.assemble((f"{finding.level:<5}", STYLES[finding.level]), f"{finding.name:<18}{finding.says}")
    return line.append(f"\n{'':23}{finding.fix}", "dim") if finding.fix else line


def register(app: typer.Typer) -> None:
    app.command()(doctor)
