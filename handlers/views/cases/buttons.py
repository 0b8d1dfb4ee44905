"""What can be done about a case, from its message and from its thread."""

from __future__ import annotations

from dataclasses import replace

from bot.notices.casework import CameFacts, CaseFacts, CauseFacts, PointedFacts
from handlers.kit.mrkdwn import clean
from handlers.views.blocks import Element, button, option, overflow, value
from handlers.views.cases.words import NAME_SHOWN, SUSPECTS_SHOWN
from handlers.views.deployments import words as deployed
from handlers.views.suites.words import CANCEL

MOVE_BACK = "case.move_back"
LOOK, RETRY, CLOSE, REOPEN, MORE = "case.look", "case.retry", "case.close", "case.reopen", "case.more"
RERUN, WAIT, RETRY_CAUSE = "case.rerun", "case.wait", "case.retry_cause"
ALL, HOLD, ELSEWHERE, RULE, PARTS = "all", "hold", "elsewhere", "rule", "parts"
"""What stands in the menu of a case."""


def buttons(case: CaseFacts) -> list[Element]:
    carried = value(id=case.case_id)
    if case.closed is not None:
        return [button("Reopen", REOPEN, carried)]
    found = [button("I'm on it" if case.kind == "outage" else "I'll look", LOOK, carried, style="primary")]
    if case.kind == "failures" and case.retry:
        found.append(button(f"Cancel #{case.retry.number}", CANCEL, value(id=f"#{case.retry.number}")))
    elif case.kind == "failures":
        again = value(id=case.case_id, run=case.last_id)
        found += [button(f"Retry {case.failing}", RETRY, again), *_on_todays(case), *_back(case)]
    if case.kind == "outage":
        return [*found, button("It isn't down", CLOSE, carried), button("Tell me when it's back", WAIT, carried)]
    return [*found, button("Close", CLOSE, carried), _menu(case)]


def _on_todays(case: CaseFacts) -> list[Element]:
    """What failed against nobody knows which version."""
    if not case.unclear:
        return []
    what = "it" if case.unclear == 1 else f"those {case.unclear}"
    return [button(f"Rerun {what} on today's versions", RERUN, value(id=case.case_id))]


def retry_cause(case: CaseFacts, cause: CauseFacts, number: int) -> Element | None:
    """Beside that cause, the so manieth of a message, where something of it is left to run again and nothing runs."""
    if case.closed is not None or case.retry or cause.green or cause.ruled:
        return None
    again = value(id=case.case_id, run=cause.run or case.last_id, cause=cause.cause_id)
    text = "Retry its test" if cause.count == 1 else f"Retry its {cause.count}"
    return button(text, f"{RETRY_CAUSE}.{number}", again)


def _menu(case: CaseFacts) -> Element:
    options = {
        **({} if case.retry else {ALL: "Retry all"}),
        HOLD: f"Hold {clean(case.environment, NAME_SHOWN)}…",
        ELSEWHERE: "It comes from elsewhere…",
        RULE: "Known issue, quarantine…",
        PARTS: "Split or join…",
    }
    return overflow(MORE, *(option(text, value(do=do, id=case.case_id)) for do, text in options.items()))


def _came(cause: CauseFacts) -> tuple[CameFacts, ...]:
    """What may have brought it. In the first run that is known nobody can say whether it was there before. Where
    somebody said from which service it comes, what came to others has not brought it, and what came there has.
    """
    if cause.service_by:
        own = (each for each in (*cause.suspects, *cause.lately) if each.service == cause.service)
        return tuple(replace(each, sure=True) for each in own)
    if cause.verdict == "regression":
        return cause.suspects
    return cause.lately if cause.verdict == "new" else ()


def _back(case: CaseFacts) -> list[Element]:
    """To the question that /deploy asks: where nothing else can have brought it as is known, or a diagnosis says so."""
    red = [cause for cause in case.causes if not cause.green]
    suspects = (each for cause in red for each in _came(cause))
    sure = {each.service for each in suspects if each.sure and each.before}
    sure |= {cause.pointed.service for cause in red if cause.pointed and _holds(cause, cause.pointed)}
    return [
        deployed.way_back_button(service, case.environment, number)
        for number, service in enumerate(sorted(sure)[:SUSPECTS_SHOWN], 1)
    ]


def _holds(cause: CauseFacts, pointed: PointedFacts) -> bool:
    """Whether somebody may go back because of the diagnosis, and nobody has said that it comes from elsewhere."""
    return pointed.back and not (cause.service_by and cause.service != pointed.service)
