"""What a deployment is compared with: the time before it, without what was wrong then and is over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.deployments.values import Deployment, Stage, Watch
from bot.ports.telemetry import LogLine, RatePoint, Window

STEPS = 10
"""Of a minute: so many calm ones make a baseline, the latest."""


def troubled(deployment: Deployment, others: Iterable[Deployment]) -> tuple[Window, ...]:
    """Times before it in which a version was in place that turned red. What another service's bad version still does
    is how things are, and stays; what this one's did is what it is to mend.
    """
    start = begun_at(deployment)
    known = sorted((each for each in others if each.id != deployment.id and begun_at(each) < start), key=begun_at)
    found: list[Window] = []
    for place, each in enumerate(known):
        if each.watch is not Watch.RED:
            continue
        end = replaced_at(each, known[place + 1 :]) or (start if each.target == deployment.target else None)
        if end is not None:
            found.append(Window(begun_at(each), end))
    return tuple(found)


def unwell(deployment: Deployment, others: Iterable[Deployment]) -> dict[str, str]:
    """Other services whose version was found red and is still in place, with that version."""
    latest: dict[str, Deployment] = {}
    for each in sorted(others, key=begun_at):
        if each.stage is Stage.SUCCEEDED and each.target.service != deployment.target.service:
            latest[each.target.service] = each
    return {service: each.label for service, each in latest.items() if each.watch is Watch.RED}


def meanwhile(deployment: Deployment, others: Iterable[Deployment]) -> dict[str, str]:
    """Other services that another version of came to, or may be coming to, since it began: with that version."""
    start = begun_at(deployment)
    came = [each for each in others if each.touched and (each.finished_at or begun_at(each)) >= start]
    going = [each for each in came if each.stage is Stage.SUCCEEDED or not each.stage.over]
    ordered = sorted(going, key=begun_at)
    return {each.target.service: each.label for each in ordered if each.target.service != deployment.target.service}


def calm(points: Sequence[RatePoint], step: timedelta, trouble: Sequence[Window]) -> tuple[RatePoint, ...]:
    """The latest steps in which nothing was known to be wrong."""
    well = [point for point in points if not any(_overlap(Window(point.at, point.at + step), each) for each in trouble)]
    return tuple(well[-STEPS:])


def calm_lines(lines: Iterable[LogLine], trouble: Sequence[Window]) -> tuple[LogLine, ...]:
    return tuple(line for line in lines if not any(each.start <= line.at < each.end for each in trouble))


def begun_at(deployment: Deployment) -> datetime:
    return deployment.started_at or deployment.opened_at


def replaced_at(deployment: Deployment, later: Iterable[Deployment]) -> datetime | None:
    """When another version was in its place; None while it is there. later: the oldest first."""
    done = (each for each in later if each.target == deployment.target and each.stage is Stage.SUCCEEDED)
    return next((each.finished_at for each in done if each.finished_at), None)


def _overlap(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end
