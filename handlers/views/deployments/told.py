"""Direct messages about deployments: how one went, that one's turn has come, and whose a change was."""

from __future__ import annotations

from bot.deployments.values import Deployment, Running
from bot.notices.facts import DeploymentFacts
from bot.notices.model import (
    BypassQuestion,
    BypassTold,
    CancelledTooLate,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentReplaced,
    DeploymentTurn,
    DeploymentUnsure,
    ServicesDown,
    ServicesUp,
    StartedOutside,
)
from bot.ports.chat import Block, Message
from handlers.views import lease as words
from handlers.views.blocks import actions, button, context, section, value
from handlers.views.deployments import answers, outages
from handlers.views.deployments import words as says

Told = (
    DeploymentReceipt
    | DeploymentRed
    | DeploymentTurn
    | DeploymentReplaced
    | CancelledTooLate
    | DeploymentUnsure
    | BypassQuestion
    | BypassTold
    | StartedOutside
    | ServicesDown
    | ServicesUp
)


def told(notice: Told) -> Message:  # noqa: PLR0911 - one return a notice is the shape of this table
    match notice:
        case DeploymentReceipt(deployment, back_to):
            return _receipt(deployment, back_to)
        case DeploymentRed(deployment, back_to):
            return _red(deployment, back_to)
        case DeploymentTurn() | DeploymentUnsure() | DeploymentReplaced() | CancelledTooLate():
            return _under_way(notice)
        case BypassQuestion():
            return _question(notice)
        case BypassTold():
            return _bypassed(notice)
        case StartedOutside(deployment):
            return _outside(deployment)
        case ServicesDown() | ServicesUp():
            return outages.told(notice)


def _receipt(found: DeploymentFacts, back_to: str) -> Message:
    """With a way back where there are doubts."""
    beside = f" with {says.beside(found)}" if found.beside else ""
    line = f":white_check_mark: {says.what(found)} works{beside}{', but look at this:' if found.doubts else '.'}"
    if found.watch == "ended":
        line = f":grey_question: {says.what(found)} is in place{says.why(found.why)}:"
    watched = f"Watched until {words.clock(found.settled, found.finished)}" if found.settled else ""
    notes = " · ".join(filter(None, (watched, says.pipeline(found), *says.telemetry(found))))
    told = section(
        "\n".join([line, *says.doubts(found), *says.slow_requests(found), *says.complaints(found), *says.seen(found)])
    )
    back = says.back_button(found.environment, found.service, found.deployment_id, back_to) if back_to else None
    return _message(line, told, *((actions(back),) if back else ()), *((context(notes),) if notes else ()))


def _red(found: DeploymentFacts, back_to: str) -> Message:
    what = (
        "failed" if found.stage == "failed" else "is in place, and is not well" if _there(found) else "did not end well"
    )
    lamp = ":x:" if found.stage == "failed" else ":red_circle:"
    line = f"{lamp} {says.what(found)} {what}{says.why(found.why)}"
    run = says.pipeline(found)
    where = " · ".join([*says.telemetry(found), *([run] if found.pipeline_url else [])])
    buttons = [says.line_button("What was deployed", f"history {found.scope}", 1)]
    if back_to:
        back = says.back_button(found.environment, found.service, found.deployment_id, back_to)
        buttons.insert(0, back)
    elif _there(found) and found.before:
        buttons.insert(0, says.way_back_button(found.service, found.environment, 2))
    seen = [*says.seen(found), *says.slow_requests(found), *says.complaints(found), *says.doubts(found)]
    told = section("\n".join([line, *seen]))
    return _message(line, told, *((context(where),) if where else ()), actions(*buttons))


def _under_way(notice: DeploymentTurn | DeploymentUnsure | DeploymentReplaced | CancelledTooLate) -> Message:
    match notice:
        case DeploymentUnsure(deployment):
            return _unsure(deployment)
        case DeploymentReplaced():
            return _replaced(notice)
        case CancelledTooLate(deployment):
            return answers.cancelled(deployment)
        case DeploymentTurn(deployment):
            line = f":rocket: It is your turn: {says.what(deployment)} is being deployed."
            return _message(line, section(line), actions(says.cancel_button(deployment)))


def _replaced(notice: DeploymentReplaced) -> Message:
    found = notice.deployment
    by = f"*{says.version(notice.version)}* of {words.who(notice.by)}"
    line = f":fast_forward: {says.what(found)} was replaced by {by} while it was watched: nothing more is said of it."
    return _message(line, section(line), actions(says.line_button("What was deployed", f"history {found.scope}", 1)))


def _unsure(found: DeploymentFacts) -> Message:
    line = f":grey_question: {says.what(found)}: nobody knows whether its run began."
    why = "Its provider did not answer when it was asked to start it, and lists no such run."
    rule = "It is looked for all the while: when it shows, the deployment goes on by itself."
    buttons = actions(says.start_button(found), says.cancel_button(found))
    return _message(
        line, section(f"{line}\n{why} Look there, and start it if it is not there."), buttons, context(rule)
    )


def _there(found: DeploymentFacts) -> bool:
    return found.stage == "succeeded"


def _question(asked: BypassQuestion) -> Message:
    line = f":thinking_face: {_changed(asked)} without a reservation. Was that you?"
    held = f"\n{words.who(asked.holder)} holds it, and is told." if asked.holder else ""
    rule = "There is no harm in it: whoever wonders what changed knows whom to ask."
    carries = value(id=asked.id)
    mine = button("Mine", says.MINE, carries, style="primary")
    return _message(
        line, section(line + held), actions(mine, button("Not mine", says.NOT_MINE, carries)), context(rule)
    )


def _outside(found: DeploymentFacts) -> Message:
    line = f":information_source: You started {says.what(found)} outside Signalbox. It is noted as yours, and watched."
    closed = f"The gate would have said no{says.observed(found)}\n" if found.observed else ""
    why = "Started from here, whoever holds or tests the place sees it coming."
    not_me = button("Not me", says.NOT_ME, value(id=found.deployment_id))
    run = says.pipeline(found)
    told = section(f"{line}\n{closed}{why}")
    how = says.line_button("How to deploy from here", "help", 1)
    return _message(line, told, actions(how, not_me), *((context(run),) if run else ()))


def disowned(deployment: Deployment) -> Message:
    """To whoever said that it was not them."""
    target = deployment.target
    place = f"{says.place(target.environment, target.service)} *{says.version(deployment.label)}*"
    line = f":+1: Noted: {place} was not started by you. It stands as {words.who(deployment.by)} now."
    return _message(line, section(line))


def thanks(running: Running, *, mine: bool) -> Message:
    """To whoever was asked."""
    place = f"{says.place(running.target.environment, running.target.service)} *{says.version(running.version)}*"
    line = f":white_check_mark: Noted: {place} is yours." if mine else f":+1: Noted: {place} is not yours."
    check = says.line_button("What runs there", f"where {running.target}", 1)
    return _message(line, section(line), actions(check))


def _bypassed(found: BypassTold) -> Message:
    line = f":warning: {_changed(found)} without a reservation."
    who = "Nobody knows who it was."
    if found.by:
        who = words.who(found.by)
        who = f"{who} says that it was theirs." if found.confirmed else f"{who} is asked."
    history = says.line_button("What was deployed", f"history {found.environment}/{found.service}", 1)
    return _message(line, section(f"{line}\n{who}"), actions(history))


def _changed(found: BypassQuestion | BypassTold) -> str:
    """`*payments* in *integration* went from 1.4.2 to 1.5.0 (14:03)`"""
    before = f"went from {says.version(found.before)} to" if found.before else "is now at"
    at = f"({words.clock(found.seen)})"
    if found.missed_since is not None:
        at = f"between {words.clock(found.missed_since)} and {words.clock(found.seen)}, while Signalbox did not look,"
    return f"{says.place(found.environment, found.service)} {before} *{says.version(found.version)}* {at}"


def _message(text: str, *blocks: Block) -> Message:
    return Message(text, blocks)
