"""up, web, worker, workspace: what runs until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from socket import gethostname
from typing import Annotated

import typer

from bot.settings import LogFormat, Settings, load

PRIVATE = 0o077
"""What is made, this user alone can read: leases, payloads and tokens lie in it."""


def up() -> None:
    """Run everything in one process.

    An embedded Valkey, SQLite and the local workspace stand in for what is not set.
    """
    _run(web=True, worker=True, workspace=True, embedded=True)


def web() -> None:
    """Run the API, pages and Slack.

    Beside a `signalbox worker`, on a Redis and a database that they share.
    """
    _run(web=True, worker=False, workspace=False, embedded=False)


def worker() -> None:
    """Run background jobs.

    Beside a `signalbox web`, on a Redis and a database that they share.
    """
    _run(web=False, worker=True, workspace=False, embedded=False)


def workspace(
    port: Annotated[int | None, typer.Option(help="Port; SIGNALBOX_WORKSPACE_PORT when left out.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder; SIGNALBOX_DATA_DIR when left out.")] = None,
) -> None:
    """Run the local workspace alone.

    It speaks Slack's protocol on this machine and has a page for people. Its people come from the catalog; a
    `signalbox up` in the same data folder joins it.
    """
    given = {name: value for name, value in (("workspace_port", port), ("data_dir", data)) if value is not None}
    settings = load().model_copy(update=given)
    os.umask(PRIVATE)
    start_logging(settings)
    from bot.bootstrap.workspace import run_workspace  # noqa: PLC0415 - keeps --help quick

    asyncio.run(run_workspace(settings))


def register(app: typer.Typer) -> None:
    for command in (up, web, worker, workspace):
        app.command()(command)


def start_logging(settings: Settings) -> None:
    from bot.runtime.observability import start_logging as start  # noqa: PLC0415 - keeps --help quick

    json = settings.log_format is LogFormat.JSON or (settings.log_format is LogFormat.AUTO and not sys.stderr.isatty())
    start(json=json, level=settings.log_level)


def _run(*, web: bool, worker: bool, workspace: bool, embedded: bool) -> None:
    settings = load()
    os.umask(PRIVATE)
    if embedded:
        from bot.runtime.folder import check_free  # noqa: PLC0415 - keeps --help quick

        check_free(settings.data_dir.resolve())
    start_logging(settings)
    from bot import bootstrap  # noqa: PLC0415 - it loads everything, and --help needs nothing of it
    from bot.runtime.observability import start_tracing  # noqa: PLC0415 - keeps --help quick

    parts = bootstrap.Parts(web=web, worker=worker, workspace=workspace, embedded=embedded)
    end_tracing = start_tracing(settings.otlp_endpoint, instance=f"{gethostname()}-{os.getpid()}")
    try:
        code = asyncio.run(bootstrap.run(settings, parts))
    finally:
        end_tracing()
    if code:
        raise typer.Exit(code)
