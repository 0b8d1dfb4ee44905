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
    start = _start(deployment)
    known = sorted((each for each in others if each.id != deployment.id and _start(each) < start), key=_start)
    found: list[Window] = []
    for place, each in enumerate(known):
        if each.watch is not Watch.RED:
            continue
        ends = (later.finished_at for later in known[place + 1 :] if later.target == each.target and later.finished_at)
        end = next(ends, start if each.target == deployment.target else None)
        if end is not None:
            found.append(Window(_start(each), end))
    return tuple(found)


def unwell(deployment: Deployment, others: Iterable[Deployment]) -> dict[str, str]:
    """Other services whose version was found red and is still in place, with that version."""
    latest: dict[str, Deployment] = {}
    for each in sorted(others, key=_start):
        if each.stage is Stage.SUCCEEDED and each.target.service != deployment.target.service:
            latest[each.target.service] = each
    return {service: each.label for service, each in latest.items() if each.watch is Watch.RED}


def meanwhile(deployment: Deployment, others: Iterable[Deployment]) -> dict[str, str]:
    """Other services that another version of came to, or may be coming to, since it began: with that version."""
    start = _start(deployment)
    came = [each for each in others if each.touched and (each.finished_at or _start(each)) >= start]
    going = [each for each in came if each.stage is Stage.SUCCEEDED or not each.stage.over]
    ordered = sorted(going, key=_start)
    return {each.target.service: each.label for each in ordered if each.target.service != deployment.target.service}


def calm(points: Sequence[RatePoint], step: timedelta, trouble: Sequence[Window]) -> tuple[RatePoint, ...]:
    """The latest steps in which nothing was known to be wrong."""
    well = [point for point in points if not any(_overlap(Window(point.at, point.at + step), each) for each in trouble)]
    return tuple(well[-STEPS:])


def calm_lines(lines: Iterable[LogLine], trouble: Sequence[Window]) -> tuple[LogLine, ...]:
    return tuple(line for line in lines if not any(each.start <= line.at < each.end for each in trouble))


def _start(deployment: Deployment) -> datetime:
    return deployment.started_at or deployment.opened_at


def _overlap(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end
