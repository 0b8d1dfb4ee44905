"""What a diagnosis was asked, of whom, and what people said of it: names and values, as rows of its page. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from markupsafe import Markup

from bot.diagnosis.values import Diagnosis
from bot.notices.diagnosing import DiagnosisFacts, JudgedFacts
from handlers.http.pages import moments
from handlers.http.pages.moments import moment
from handlers.views.diagnoses.words import uncalibrated

Names = Callable[[str], str]
"""Of a Slack id, what people call them."""


def about(found: Diagnosis, told: DiagnosisFacts) -> Iterator[tuple[str, str]]:
    """What was asked, of whom, and against what it was compared."""
    question = found.question
    yield "Asked about", told.named or question.environment
    yield "Time", moments.span(told.start, told.end)
    for reference in found.compared or question.references:
        start, end = (datetime.fromtimestamp(at, UTC) for at in (reference.window.start, reference.window.end))
        what = reference.what or "the time before"
        yield "Compared with", Markup("{}, {}").format(what, moments.span(start, end))
    for asked in told.asked:
        said = asked.trouble or (f"{asked.items:,}" if asked.items else "none")
        yield f"{asked.kind.capitalize()} of {asked.name}", said
    for missing in told.missing:
        yield "Missing", moments.told(missing, told.moments)
    if found.ranked:
        yield "Stand out, the most first", ", ".join(found.ranked)
    if told.passing_on:
        yield "Only pass the error on", ", ".join(told.passing_on)
    if told.unchanged and not told.change:
        yield "Change", moments.told(told.unchanged, told.moments)
    if told.against:
        yield "Beside it", told.against
    if told.stage == "done":
        yield "Written", f"{f'by {told.author}' if told.author else 'from the numbers'}, {told.seconds:.1f} s"
    if told.remark:
        yield "Remark", told.remark


def how_sure(told: DiagnosisFacts) -> Iterator[tuple[str, str]]:
    if meant := uncalibrated(told):
        yield "Uncalibrated here", meant


def remembered(told: DiagnosisFacts, names: Names) -> Iterator[tuple[str, str]]:
    if said := told.remembered:
        was = f"was {said.service}" if said.service else f"was not {said.wrong}"
        at = Markup(" ({})").format(moment(said.at)) if said.at else ""
        yield "Last time", Markup("{} said that it {}{}").format(names(said.by), was, at)
    if back := told.taken_back:
        yield "Taken back", f"{names(back.said.by)} said {said_of(back.said)}: taken back by {names(back.by)}"


def said_of(judged: JudgedFacts) -> str:
    return "that it is right" if judged.right else f"that it was {judged.service or 'something else'}"
