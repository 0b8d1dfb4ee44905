"""What stands beside a deployment's refusal: the reasons, and a button for each thing that can be done instead."""

from __future__ import annotations

from bot.deployments.refusals import GateClosed, NotUnderWay
from bot.errors import SignalboxError
from handlers.views.blocks import Element
from handlers.views.deployments import checks
from handlers.views.deployments import words as says

REASONS_SHOWN = 6


def beside(error: GateClosed) -> list[str]:
    seen = error.preflight
    return [f"• {checks.reason(each, seen.ref)}" for each in seen.closed[:REASONS_SHOWN]]


def instead(error: SignalboxError) -> list[Element]:
    match error:
        case GateClosed(preflight=seen):
            line = f"{seen.target}@{seen.ref}"
            wait = checks.wait_button((seen,), line)
            again = says.line_button("Check again", f"check {line}", 2)
            return [*([wait] if checks.can_wait((seen,)) else []), *checks.asking((seen,)), again]
        case NotUnderWay(deployment=deployment):
            return [says.line_button("What was deployed", f"history {deployment.target}", 1)]
        case _:
            return [says.line_button("What runs where", "where", 1)]
