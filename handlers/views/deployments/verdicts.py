"""What a pre-flight comes to, in one line."""

from __future__ import annotations

from bot.deployments.preflight import Preflight, Verdict, Why
from handlers.kit.mrkdwn import escape
from handlers.views.deployments import words as says

HEADS = {
    Verdict.GO: ":white_check_mark: {what} can be {done} now.",
    Verdict.CAUTION: ":warning: {what} can be {done} now. Know this first:",
    Verdict.WAIT: ":hourglass: {what} has to wait.",
    Verdict.STOP: ":no_entry: {what} cannot be {done}{now}.",
}


def head(seen: Preflight, *, back: bool) -> str:
    """back: it is a roll back. What no time mends is not said to be so now."""
    service, ref = escape(seen.target.service, 80), says.version(seen.ref)
    what = service if back else " ".join(filter(None, (service, ref)))
    done = f"rolled back to *{ref}*" if back else "deployed"
    mine = any(each.why is Why.NOT_OWNER for each in seen.reasons)
    when = " by you" if mine else "" if seen.lasting else " now"
    where = f"*{what}* in *{escape(seen.target.environment, 80)}*"
    return HEADS[seen.verdict].format(what=where, done=done, now=when)
