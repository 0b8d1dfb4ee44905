"""The page of one diagnosis, /diagnoses/{id}: what it says, and every item of evidence that each statement rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.catalog import Catalog
from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Item
from bot.diagnosis.facts import facts, kind_of
from bot.diagnosis.service import Diagnoses
from bot.diagnosis.values import Clause, Explanation
from bot.notices.diagnosing import DiagnosisFacts
from bot.redaction import redact
from handlers.http import asked, evidence, used
from handlers.http.evidence import Traces, no_traces
from handlers.http.pages import Pages, moments, words
from handlers.http.pages.moments import moment
from handlers.http.pages.people import names_of
from handlers.http.used import Used, nothing_used
from handlers.views.diagnoses.words import told_standing

HERE = ".."
"""Where other pages are, as seen from this one."""


@dataclass(frozen=True, slots=True)
class Row:
    """An item of evidence. what: it is, in words, as far as that is kept. url: empty where it has no page."""

    id: str
    what: str
    kind: str
    at: str
    service: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, and all that it rests on. further: items that are not kept. anchor: of the page.
    files, diff: of the commit that it speaks of, where it is one, in words of whoever wrote it.
    """

    words: str
    rows: tuple[Row, ...]
    further: int
    anchor: str
    files: tuple[str, ...] = ()
    diff: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosisPages:
    diagnoses: Diagnoses
    pages: Pages
    catalog: Callable[[], Catalog]
    traces: Traces = no_traces
    used: Used = nothing_used

    async def show(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        """Raises NotFound, Unavailable."""
        found = await self.diagnoses.of(str(request.path_params["id"]))
        told, names = facts(found, HERE), names_of(self.catalog())
        explanation = found.explanation
        subject = explanation.subject if explanation else None
        parts = (
            ("The service that was asked about", "subject", (subject,) if subject else ()),
            ("How it comes about", "summary", _summed(explanation)),
            ("Why", "because", explanation.because if explanation else ()),
            ("Which change is suspected", "change", _suspected(told, explanation)),
            ("What to do next", "next", explanation.try_next if explanation else ()),
            ("What it is not", "not", explanation.ruled_out if explanation else ()),
            ("What else stands out in the same minutes", "also", explanation.also if explanation else ()),
        )
        items = [item for _title, _anchor, clauses in parts for clause in clauses for item in clause.evidence]
        row = partial(_row, found.question, await evidence.requests(items, self.traces))
        said = [(title, _told(clauses, anchor, row)) for title, anchor, clauses in parts if clauses]
        shown = [(title, [_with_diff(each, explanation) for each in every]) for title, every in said]
        services = {row.service for _, every in shown for each in every for row in each.rows if row.service}
        return "diagnosis.html", {
            "told": told,
            "head": _head(told),
            "state": _state(told, names),
            "summary": moments.told(told.summary, [*told.moments, *_times(explanation)]),
            "statements": shown,
            "used": await used.charts(items, found.question, self.used),
            "logged": any(item.id.startswith("log:") for item in items),
            "rows": [*asked.about(found, told), *asked.how_sure(told), *asked.remembered(told, names)],
            "names": names,
            "colours": words.colours(services),
            "here": "cases",
        }


def _summed(explanation: Explanation | None) -> tuple[Clause, ...]:
    """A model's sentence, with what it rests on."""
    if explanation is None or not explanation.cites:
        return ()
    moments = tuple(at for each in (explanation, *explanation.because) for at in each.moments)
    return (Clause(explanation.summary, explanation.cites, moments=moments),)


def _suspected(told: DiagnosisFacts, explanation: Explanation | None) -> tuple[Clause, ...]:
    if explanation is None or explanation.change is None or told.change is None:
        return ()
    return (Clause(told.change.words, explanation.change.evidence),)


def _head(told: DiagnosisFacts) -> str:
    if told.stage == "asking":
        return f"{told.doing} …"
    if told.stage == "failed":
        return f"No diagnosis: {told.why}"
    if told.subject:
        return f"About {told.named}{f': likely {told.service}' if told.service else ''}"
    return f"Likely {told.service}" if told.service else "Cannot tell"


def _state(told: DiagnosisFacts, names: Callable[[str], str]) -> str:
    if told.judged is None:
        return told_standing(told) if told.service else ""
    return f"{names(told.judged.by)} says {asked.said_of(told.judged)}"


def _times(explanation: Explanation | None) -> list[datetime]:
    """All that any statement names or rests on: the sentence that sums them up has its own from there."""
    every = (*explanation.because, *explanation.try_next, explanation.subject) if explanation else ()
    said = [clause for clause in every if clause]
    known = [item.time for clause in said for item in clause.evidence if item.time > 0]
    return [datetime.fromtimestamp(at, UTC) for at in (*known, *(at for clause in said for at in clause.moments))]


def _told(clauses: Sequence[Clause], anchor: str, row: Callable[[Item], Row]) -> Iterator[Told]:
    for number, clause in enumerate(clauses, 1):
        times = [datetime.fromtimestamp(at, UTC) for at in clause.moments]
        said = moments.told(redact(clause.words), times)
        yield Told(said, tuple(map(row, clause.evidence)), clause.further, f"{anchor}-{number}")


def _with_diff(told: Told, explanation: Explanation | None) -> Told:
    """The suspected change is told with what it changes."""
    change = explanation.change if explanation and told.anchor.startswith("change-") else None
    return replace(told, files=change.files, diff=change.diff) if change else told


def _row(question: Question, requests: Mapping[str, str], item: Item) -> Row:
    """What has been deployed, and has no page of its own, stands on the timeline of the case."""
    at = moment(datetime.fromtimestamp(item.time, UTC)) if item.time > 0 else ""
    url = item.link if item.link.startswith(("http://", "https://", "/telemetry/")) else ""
    if not url and question.case and item.id.startswith("deployment:"):
        url = f"{HERE}/cases/{question.case}"
    return Row(redact(item.id), evidence.words(item, question, requests), kind_of(item), at, item.service, url)


def router(pages: DiagnosisPages) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def diagnosis(request: Request) -> Response:
        return await pages.pages.answer(request, pages.show)

    routes.add_api_route("/diagnoses/{id}", diagnosis, methods=["GET"], response_model=None)
    return routes
