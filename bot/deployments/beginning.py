"""How a deployment begins: its stage, the run that waits for it, and when it is looked at first. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.deployments.values import CAP, Deployment, Held, Stage, Wish
from bot.ports.pipelines import Pipeline, Run
from bot.ports.protection import HeldRun


def run_of(held: HeldRun) -> Run:
    return Run(Pipeline(held.provider, held.repository, "run"), held.run, held.run, held.url)


def begins_as(wish: Wish, held: Held | None) -> Stage:
    if held is not None and not held.pinned:
        return Stage.WAITING
    return Stage.RUNNING if wish.reports else Stage.OPEN


def first_look(deployment: Deployment) -> datetime:
    reports = deployment.stage is Stage.RUNNING and deployment.rule is None
    return deployment.opened_at + CAP if reports else deployment.opened_at
