"""What a run that is held back is told, in words without markup: they are read at the vendor."""

from __future__ import annotations

from datetime import datetime

from bot.catalog import Catalog
from bot.deployments.preflight import Preflight, Reason, Why
from bot.deployments.values import Deployment, Stage
from bot.ports import protection
from bot.redaction import redact
from bot.values import is_pipeline

MAY_OPEN = frozenset({Why.HELD, Why.LINE, Why.DEPLOYING, Why.FROZEN})
"""What is over by itself some day; anything else that closes the gate is not."""

LONGEST, WORDS = 900, 120


def may_open(seen: Preflight) -> bool:
    return all(reason.why in MAY_OPEN for reason in seen.closed)


def verdict_on(deployment: Deployment) -> protection.Verdict:
    if deployment.stage in (Stage.RUNNING, Stage.SUCCEEDED):
        return "approved"
    return "rejected" if deployment.stage.over else ""


def approval(deployment: Deployment, seen: Preflight, catalog: Catalog) -> str:
    head = f"Signalbox {deployment.id}: {deployment.target} is free for {deployment.label[:40]}."
    if deployment.observed is None:
        return head
    return f"Signalbox {deployment.id}: the gate only observes {deployment.target}. {why_closed(seen, catalog)}"


def refusal(deployment: Deployment) -> str:
    return redact(f"Signalbox {deployment.id}: {deployment.target} is not deployed: {deployment.why}"[:LONGEST])


def waiting(deployment: Deployment, seen: Preflight, catalog: Catalog) -> str:
    return f"Signalbox {deployment.id}: {why_closed(seen, catalog)} It goes on by itself when its turn comes."


def why_closed(seen: Preflight, catalog: Catalog) -> str:
    """`integration/payments waits: held by Cem Kaya until 14:30 UTC (load test).`"""
    said = "; ".join(_reason(reason, catalog) for reason in seen.closed) or "it is not its turn yet"
    return redact(f"{seen.target} is not free: {said}."[:LONGEST])


def _reason(reason: Reason, catalog: Catalog) -> str:
    who = ", ".join(_named(each, catalog) for each in reason.who[:5])
    until = f" until {_clock(reason.until)}" if reason.until else ""
    words = f" ({reason.words[:WORDS]})" if reason.words else ""
    match reason.why:
        case Why.HELD:
            return f"held by {who}{until}{words}"
        case Why.LINE:
            return f"{who} waits for it"
        case Why.DEPLOYING:
            return f"{who} deploys there now{words}"
        case Why.FROZEN:
            return f"frozen{until}{words}"
        case Why.NOT_OWNER:
            return f"only its owners may deploy it: {who}"
        case _:
            return f"{reason.why}{words}"


def _named(person: str, catalog: Catalog) -> str:
    """People by their names: an id of the chat says nothing to a reader at the vendor."""
    if is_pipeline(person):
        return person.removeprefix("pipeline:")
    known = catalog.person(person)
    return (known.full_name or known.name) if known else "somebody"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M} UTC on {at:%d %B}"
