"""Every command in one place, and how they fail: plain lines on stderr, no traceback for what is expected."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

import typer

from bot.cli import report
from bot.errors import SignalboxError, UsageError

FAILED, MISUSED = 1, 2


class Family(Protocol):
    def register(self, app: typer.Typer) -> None: ...


QUICK: Mapping[str, Family] = {"report": report}
"""Families that are started often, file by file: nothing else is loaded with them, which takes seven tenths of it."""


def build(wanted: str = "") -> typer.Typer:
    """wanted: the family that is asked for, if that is known."""
    app = typer.Typer(
        name="signalbox",
        help="Coordinate a shared integration environment from Slack, or from a workspace of its own.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for family in (QUICK[wanted],) if wanted in QUICK else _all():
        family.register(app)
    return app


def _all() -> Sequence[Family]:
    from bot.cli import (  # noqa: PLC0415 - loads settings and the catalog, which a quick family does without
        catalog,
        costs,
        doctor,
        failures,
        init,
        manifest,
        rca,
        running,
        storage,
        token,
        tracing,
        version,
    )

    return running, init, doctor, manifest, catalog, token, report, storage, tracing, failures, rca, costs, version


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0 done, 1 failed, 2 misused or wrong settings."""
    try:
        build(arguments[0] if arguments else "")(list(arguments), prog_name="signalbox")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except UsageError as wrong:
        return _failed(wrong, MISUSED)
    except SignalboxError as error:
        return _failed(error, FAILED)
    return 0


def _failed(error: SignalboxError, code: int) -> int:
    for line in error.user_message.splitlines():
        print(f"signalbox: {line}", file=sys.stderr)
    return code
