"""Every command in one place, and how they fail: plain lines on stderr, no traceback for what is expected."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from bot.cli import catalog, doctor, failures, init, manifest, running, storage, token, tracing, version
from bot.errors import SignalboxError, UsageError
from bot.settings import SettingsError

FAILED, MISUSED = 1, 2


def build() -> typer.Typer:
    app = typer.Typer(
        name="signalbox",
        help="Coordinate a shared integration environment from Slack, or from a workspace of its own.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for family in (running, init, doctor, manifest, catalog, token, storage, tracing, failures, version):
        family.register(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0 done, 1 failed, 2 misused or wrong settings."""
    try:
        build()(list(arguments), prog_name="signalbox")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except (SettingsError, UsageError) as wrong:
        return _failed(wrong, MISUSED)
    except SignalboxError as error:
        return _failed(error, FAILED)
    return 0


def _failed(error: SignalboxError, code: int) -> int:
    for line in error.user_message.splitlines():
        print(f"signalbox: {line}", file=sys.stderr)
    return code
