"""When an environment was in trouble that is known, so that those minutes are not taken for health. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.deployments.baseline import begun_at, replaced_at
from bot.deployments.values import Deployment, Stage, Watch
from bot.diagnosis.evidence import Window
from bot.diagnosis.signals.calm import Trouble, gaps
from bot.suites.values import SuiteRun, Verdict

FURTHEST, LEAST = timedelta(hours=12), timedelta(minutes=1)
"""How far back calm minutes are looked for, and how many are enough."""


def troubles(deployments: Iterable[Deployment], runs: Iterable[SuiteRun], until: datetime) -> tuple[Trouble, ...]:
    """A version was in place that turned red or was rolled back; a suite was red, until it was green again."""
    return (*_of_versions(sorted(deployments, key=begun_at), until), *_of_runs(list(runs), until))


def latest(before: float, seconds: float, known: Sequence[Trouble]) -> tuple[Window, str] | None:
    """The last calm minutes before then, of that length at most, and what ended them; empty where nothing did.

    None where there were none for long.
    """
    calm = gaps(Window(before - FURTHEST.total_seconds(), before), known)
    enough = [each for each in calm if each.seconds >= LEAST.total_seconds()]
    if not enough:
        return None
    found = enough[-1]
    ended = next((each.says for each in known if each.window.start == found.end), "")
    return Window(max(found.start, found.end - seconds), found.end), ended


def _of_versions(deployments: Sequence[Deployment], until: datetime) -> Iterator[Trouble]:
    undone = {each.undoes for each in deployments if each.undoes and each.stage is Stage.SUCCEEDED}
    for place, each in enumerate(deployments):
        if not each.touched or (each.watch is not Watch.RED and each.id not in undone):
            continue
        ends = replaced_at(each, deployments[place + 1 :]) or until
        yield Trouble(_window(begun_at(each), ends), f"{each.target.service} {each.label}".strip())


def _of_runs(runs: Sequence[SuiteRun], until: datetime) -> Iterator[Trouble]:
    ordered = sorted((each for each in runs if each.over), key=lambda each: each.number)
    for place, each in enumerate(ordered):
        if each.verdict is not Verdict.FAILED:
            continue
        later = (one for one in ordered[place + 1 :] if one.suite == each.suite and not one.only)
        green = next((one for one in later if one.verdict is Verdict.PASSED), None)
        ends = (green.started_at or green.opened_at) if green else until
        yield Trouble(_window(each.started_at or each.opened_at, ends), f"{each.suite} #{each.number}")


def _window(start: datetime, end: datetime) -> Window:
    return Window(start.timestamp(), max(start, end).timestamp())
