"""Suites on the Home: what runs now and how far it is, how each went last, and a button to run one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.notices.running import RunFacts
from bot.ports.chat import Block
from handlers.views.blocks import actions, divider, few, section
from handlers.views.suites import form
from handlers.views.suites import words as says

SHOWN = 5


def glance(running: Sequence[RunFacts], last: Sequence[RunFacts], now: datetime) -> list[Block]:
    """last: of each suite the newest run that has ended; the newest of them first."""
    ended = sorted(last, key=lambda run: run.ended or run.opened, reverse=True)
    lines = [
        *few([_running(run, now) for run in running], SHOWN, "more run"),
        *few([says.line(run, now) for run in ended], SHOWN, "more suites"),
    ]
    nothing = "No suite has been run yet."
    listed = "\n".join(["*Test runs*", *(lines or [nothing])])
    return [divider(), section(listed), actions(form.open_button(), says.line_button("Suites", "plan", 1))]


def _running(run: RunFacts, now: datetime) -> str:
    """With how long it has been running, of how long it usually takes."""
    took = says.clock(run)
    return f"{says.line(run, now)}{f' · {took}' if took else ''}"
