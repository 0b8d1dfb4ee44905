"""What can be done instead of what was refused of a run. Pure."""

from __future__ import annotations

from bot.errors import SignalboxError
from bot.suites.refusals import NothingFailed, NotUnderWay, StillRunning
from handlers.views.blocks import Element
from handlers.views.suites.words import line_button


def instead(error: SignalboxError) -> list[Element]:
    match error:
        case StillRunning(run=run):
            lines = {"How it goes": f"status #{run.number}", f"Cancel #{run.number}": f"cancel #{run.number}"}
        case NotUnderWay(run=run):
            lines = {"How it went": f"status #{run.number}", f"Retry #{run.number}": f"retry #{run.number}"}
        case NothingFailed(run=run):
            lines = {f"Retry all of #{run.number}": f"retry #{run.number} all", "How it went": f"status #{run.number}"}
        case _:
            lines = {"What runs now": "status"}
    return [line_button(label, line, number) for number, (label, line) in enumerate(lines.items(), 1)]
