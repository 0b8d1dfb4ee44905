"""Whose a version was is asked once, and the message that asks says at last what is known. Pure."""

from __future__ import annotations

from bot.deployments.values import Deployment, Running, bypass_id
from bot.notices.model import Envelope, QuestionOver


def card_of(running: Running) -> str:
    return f"{bypass_id(running)}:question"


def outside_card(deployment: Deployment) -> str:
    return f"deployment:{deployment.id}:outside"


def disowned(deployment: Deployment) -> Envelope:
    """To whoever it was written down for."""
    target, card = deployment.target, outside_card(deployment)
    over = QuestionOver(
        "outside", "not mine", None, target.environment, target.service, deployment.label, deployment.by
    )
    return Envelope(f"{card}:over", deployment.by, over, card=card, final=True)


def answered(running: Running, owner: str) -> list[Envelope]:
    """owner: empty when whoever was asked has said that it was not theirs."""
    how = "mine" if owner else "not mine"
    return _over(running, how, owner or running.asked)


def settled(before: Running | None, after: Running) -> list[Envelope]:
    """What is known of it by now, or that something else runs there."""
    if before is None or before.by:
        return []
    if bypass_id(before) != bypass_id(after):
        return _over(before, "gone", "")
    return _over(before, "known", after.by) if after.by else []


def _over(running: Running, how: str, by: str) -> list[Envelope]:
    if not running.asked:
        return []
    target = running.target
    over = QuestionOver("bypass", how, None, target.environment, target.service, running.version, by)
    return [Envelope(f"{bypass_id(running)}:over", running.asked, over, card=card_of(running), final=True)]
