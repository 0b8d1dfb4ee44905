"""A deployment in words, and its buttons. Shared by answers, cards and direct messages."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.notices.facts import ChangeFacts, ComplaintFacts, DeploymentFacts, SlowRequestFacts
from bot.plurals import counted
from handlers.kit.mrkdwn import ELLIPSIS, code, escape, link, sentence
from handlers.views import lease as words
from handlers.views.blocks import Element, button, confirm, value

FAMILY = "deploy"
WAIT, OVERRIDE, CANCEL, BACK = "deploy.wait", "deploy.override", "deploy.cancel", "deploy.back"
START = "deploy.start"
MINE, NOT_MINE, NOT_ME = "deploy.mine", "deploy.not_mine", "deploy.not_me"
READING_SHOWN, VERSION_SHOWN, SUBJECT_SHOWN, WHY_SHOWN, NOTE_SHOWN = 400, 60, 80, 300, 120
HASH_SHOWN = 8
PEOPLE_SHOWN, BESIDE_SHOWN, SEEN_SHOWN, DOUBTS_SHOWN = 5, 20, 6, 3
COMPLAINT_SHOWN, ASKED_SHOWN = 200, 120
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def version(text: str) -> str:
    """As people say it, escaped: a commit by its first characters."""
    return escape(short(text), VERSION_SHOWN)


def short(text: str) -> str:
    return text[:HASH_SHOWN] if _HASH.fullmatch(text) else text


def what(deployment: DeploymentFacts) -> str:
    """`*payments* 1.4.2 → *1.5.0* in *integration*`; without the version before where nobody knows it."""
    before = f"{version(deployment.before)} → " if deployment.before else ""
    service, environment = escape(deployment.service, 80), escape(deployment.environment, 80)
    return f"*{service}* {before}*{version(deployment.version)}* in *{environment}*"


def place(environment: str, service: str) -> str:
    """`*payments* in *integration*`"""
    return f"*{escape(service, 80)}* in *{escape(environment, 80)}*"


def people(who: tuple[str, ...]) -> str:
    """`@Ana, @Ben and 3 more`"""
    rest = len(who) - PEOPLE_SHOWN
    named = ", ".join(words.who(each) for each in who[:PEOPLE_SHOWN])
    return f"{named} and {rest} more" if rest > 0 else named


def change(commit: ChangeFacts) -> str:
    who = escape(commit.author, 40)
    by = f" · {who}" if who else ""
    return f"• `{escape(commit.hash[:HASH_SHOWN])}` {escape(commit.subject, SUBJECT_SHOWN)}{by}"


def changes(deployment: DeploymentFacts) -> list[str]:
    """How many commits it brings, with a link to all, and the newest; nothing where nobody knows."""
    if not deployment.changed:
        return []
    count = counted(deployment.changed, "commit")
    head = link(deployment.compare_url, count)
    rest = deployment.changed - len(deployment.changes)
    more = [f"{ELLIPSIS} and {rest} more"] if rest > 0 and deployment.changes else []
    return [f"Brings {head}:", *map(change, deployment.changes), *more]


def pipeline(deployment: DeploymentFacts) -> str:
    """A link to what runs it, or nothing."""
    if not deployment.pipeline_url:
        return escape(deployment.pipeline_name, 80)
    return link(deployment.pipeline_url, deployment.pipeline_name or "its pipeline")


def beside(deployment: DeploymentFacts) -> str:
    """`orders 2.1.0, inventory 0.9.3`"""
    named = ", ".join(escape(each, 80) for each in deployment.beside[:BESIDE_SHOWN])
    rest = len(deployment.beside) - BESIDE_SHOWN
    return f"{named} and {rest} more" if rest > 0 else named


def seen(deployment: DeploymentFacts) -> list[str]:
    """What the watch has seen, newest last."""
    return [f"• {escape(line, 200)}" for line in deployment.seen[-SEEN_SHOWN:]]


def doubts(deployment: DeploymentFacts) -> list[str]:
    """What does not speak against it, and should be known."""
    return [f":warning: {escape(line, 200)}" for line in deployment.doubts[:DOUBTS_SHOWN]]


def why(text: str) -> str:
    """`: it did not start`, or nothing. It may come from outside: whoever is named in it is not mentioned."""
    return f": {escape(text, WHY_SHOWN)}" if text else ""


def observed(deployment: DeploymentFacts) -> str:
    """Our own sentence: whoever stands in the way is named as people are."""
    return f": {sentence(deployment.observed, WHY_SHOWN)}"


def ended(deployment: DeploymentFacts) -> str:
    """`: cancelled by @Ana`, or why else."""
    if not deployment.ended_by:
        return why(deployment.why)
    return f": cancelled by {words.who(deployment.ended_by)}" + (
        f" ({escape(deployment.why, WHY_SHOWN)})" if deployment.why else ""
    )


def complaints(deployment: DeploymentFacts) -> list[str]:
    """What is new in the logs, as it was logged: the line is data, in a code span that no mark ends."""
    head = ["New in the logs:"] if deployment.complaints else []
    return [*head, *(_complaint(each, deployment.service) for each in deployment.complaints)]


def _complaint(each: ComplaintFacts, deployed: str) -> str:
    where = "" if each.service == deployed else f" in {escape(each.service, 80)}"
    count = f"{each.count}{'+' if each.more else ''} x"
    trace = f" · {link(each.trace_url, 'one of the requests')}" if each.trace_url else ""
    return f"• {count}{where}: {code(each.text, COMPLAINT_SHOWN)}{trace}"


def slow_requests(deployment: DeploymentFacts) -> list[str]:
    """What was asked is data, in a code span that no mark ends."""
    return [_slow(each, deployment.service) for each in deployment.slow_requests]


def _slow(each: SlowRequestFacts, deployed: str) -> str:
    where = "" if each.service == deployed else f" of {escape(each.service, 80)}"
    asked = code(each.name or "a request without a name", ASKED_SHOWN)
    took = f"{each.took / timedelta(milliseconds=1):,.0f} ms"
    return f"• {link(each.trace_url, 'one of the slow requests')}{where}: {asked} took {took}"


def telemetry(deployment: DeploymentFacts) -> list[str]:
    """Links to what these minutes left behind."""
    pages = {
        "Rates before and after": deployment.rates_url,
        "Logs": deployment.logs_url,
        "Requests": deployment.traces_url,
    }
    return [link(address, name) for name, address in pages.items() if address]


def line_button(label: str, line: str, number: int = 0, *, style: str | None = None) -> Element:
    """What typing `line` after /deploy would do."""
    return words.line_button(label, line, number, style=style, family=FAMILY)


def way_back_button(service: str, environment: str, number: int = 0) -> Element:
    """To the question that /deploy asks before it goes back: that says what runs, and looks at rights and leases."""
    return line_button(f"Roll back {service}…", f"rollback {service} to {environment}", number)


def cancel_button(deployment: DeploymentFacts, number: int = 0, *, named: bool = False) -> Element:
    """number, named: tell several in one row apart."""
    waits = deployment.stage == "waiting"
    label = "Leave the line" if waits else "Cancel"
    label += f": {deployment.service}" if named else ""
    says = "It is not deployed then." if waits else "Its run is asked to stop. What it has done by then stays."
    sure = confirm(
        "Leave the line?" if waits else "Cancel?",
        f"{what(deployment)}: {says}",
        "Leave" if waits else "Cancel it",
        "Go on",
        danger=not waits,
    )
    return button(label, f"{CANCEL}.{number}", value(id=deployment.deployment_id), confirm=sure)


def start_button(deployment: DeploymentFacts) -> Element:
    sure = confirm(
        "Start it?",
        f"{what(deployment)}: if its first run began all the same, it is deployed twice. Look at its provider first.",
        "Start it",
        danger=True,
    )
    return button("Start it", START, value(id=deployment.deployment_id), confirm=sure)


def back_button(
    environment: str, service: str, latest: str, to: str, *, ask: bool = True, override: str = ""
) -> Element:
    """latest: the id of the deployment that it would undo; when another has come since, nothing is done.

    ask: with a dialog before it acts.
    """
    label = f"Roll back to {short(to)}"
    says = f"{version(to)} is deployed to {escape(environment, 80)} again, as it was before."
    sure = confirm("Roll back?", f"{place(environment, service)}: {says}", "Roll back", danger=True) if ask else None
    carried = value(environment=environment, service=service, latest=latest, override=override, to=to)
    return button(label, BACK, carried, style="danger", confirm=sure)
