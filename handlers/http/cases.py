"""The page of one case, /cases/{id}: what broke, why it is thought to, and one timeline of the minutes around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from bot.cases.dossier import Dossier
from bot.cases.facts import facts
from bot.cases.timeline import UNDER_WAY, Timeline
from bot.catalog import Catalog
from bot.diagnosis.words.saying import lasting
from bot.notices.casework import CameFacts, CaseFacts, CauseFacts, FileFacts, PointedFacts
from bot.ports.clock import Clock
from handlers.http.pages import Pages, words
from handlers.http.pages.moments import Form, moment
from handlers.http.pages.people import names_of
from handlers.views.diagnoses.words import standing

HERE = ".."
"""Where other pages are, as seen from this one."""

KINDS = {
    "deployment": "Deployed",
    "health": "Health",
    "lease": "Lease",
    "log": "Logged",
    "request": "Request",
    "run": "Run",
    "person": "Person",
    "diagnosis": "Diagnosis",
}
DID = {
    "looked": "looks into it",
    "retried": "has what failed run again, as",
    "closed": "has closed the case",
    "reopened": "has opened the case again",
    "ruled": "says what it is:",
    "undone": "has taken back what was said:",
    "moved": "says that it comes from",
    "returned": "has taken back that it comes from",
}
VERDICTS = {
    "environment down": "The environment is down",
    "known issue": "A known issue",
    "flaky": "Flaky",
    "cannot say": "Nobody can say: a version came while the run went on",
    "regression": "A regression since a deployment",
    "suite changed": "The tests have changed",
    "test data": "Test data",
    "external system": "A system outside",
    "new": "New, and nothing that is known explains it",
    "unknown": "Seen before, and nothing that is known explains it",
}


@dataclass(frozen=True, slots=True)
class CasePages:
    dossier: Dossier
    pages: Pages
    clock: Clock
    catalog: Callable[[], Catalog]

    async def show(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        """Raises NotFound, Unavailable."""
        case, timeline = await self.dossier.of(str(request.path_params["id"]))
        told, names = facts(case, root=HERE), names_of(self.catalog())
        services = (each.service for each in timeline.moments if each.service)
        return "case.html", {
            "case": told,
            "causes": [(cause, _evidence(cause, names), _tests(cause)) for cause in told.causes],
            "state": _state(told, names),
            "timeline": timeline,
            "after": _after(timeline),
            "kinds": KINDS,
            "did": _did,
            "names": names,
            "colours": words.colours(services),
            "here": "cases",
            "now": self.clock.now(),
        }


def _tests(cause: CauseFacts) -> list[tuple[str, str, Sequence[FileFacts]]]:
    """Each with the page of its trace, if it has one, and what it left."""
    count = len(cause.names)
    traces, files = (*cause.traces, *[""] * count), (*cause.files, *[()] * count)
    return list(zip(cause.names, traces, files, strict=False))


def _did(what: str) -> str:
    did, _, rest = what.partition(" ")
    return f"{DID.get(did, did)} {rest}".strip()


def _state(case: CaseFacts, names: Callable[[str], str]) -> str:
    """How it stands, behind whether it is open."""
    met = f", met in {case.met} runs" if case.met > 1 else ""
    back = Markup(", green from {} on and back").format(moment(case.green_from, Form.MINUTE)) if case.green_from else ""
    if case.closed is None:
        return Markup("Since {}{}{}").format(moment(case.opened, Form.MINUTE), met, back)
    how = f"By {names(case.closed_by)}" if case.closed_by else f"Green again in #{case.closed_in}"
    return Markup("{}, {}{}").format(how, moment(case.closed), met)


def _after(timeline: Timeline) -> str:
    """`18 s after payments 1.4.2 → 1.5.0`: what may have brought the first wrong thing was done so long before."""
    first = timeline.first
    came = [each for each in timeline.moments if each.suspect and first and each.at <= first.at]
    if not came or first is None:
        return ""
    done, what = came[-1].until, f"{came[-1].service} {came[-1].what.removesuffix(UNDER_WAY)}"
    if done is None or first.at < done:
        return f"while {what} was being deployed"
    return f"{lasting((first.at - done).total_seconds())} after {what}"


def _evidence(cause: CauseFacts, names: Callable[[str], str]) -> list[tuple[str, str]]:
    """What speaks for the verdict, each with its name."""
    seen = f"in {cause.seen_in} of {cause.of} earlier runs" if cause.of else "none of its tests ran here before it"
    rows = [("Verdict", _verdict(cause))]
    if cause.service_by:
        rows.append(("Comes from", f"{cause.service}, says {names(cause.service_by)}"))
    rows += [(_suspect(cause, each), _came(each, names)) for each in cause.suspects]
    rows += [(_before(cause, each), _came(each, names)) for each in cause.lately]
    rows += [
        ("Came meanwhile", Markup("{}: {} failures may have met it").format(_came(each, names), each.count))
        for each in cause.during
    ]
    rows += [("Does not answer", each) for each in cause.down]
    rows.append(("Seen", seen))
    if cause.pointed:
        rows.append(("Evidence points to", _pointed(cause.pointed, names)))
    if cause.ruled:
        rows.append(("Said", f"{cause.ruled.says}: {cause.ruled.words}, by {names(cause.ruled.by)}"))
    return rows


def _verdict(cause: CauseFacts) -> str:
    """What nothing explains was seen before, unless there was nothing to compare it with."""
    if cause.verdict == "unknown" and not cause.of:
        nothing = "there was nothing to compare it with"
        if cause.pointed:
            return f"Earlier runs cannot say: {nothing}. The evidence can, see below"
        return f"Nobody can say: {nothing}"
    return VERDICTS.get(cause.verdict, cause.verdict)


def _suspect(cause: CauseFacts, came: CameFacts) -> str:
    elsewhere = cause.service_by and came.service != cause.service
    return "Was suspected before that was said" if elsewhere else "Suspect"


def _before(cause: CauseFacts, came: CameFacts) -> str:
    pointed_to = cause.pointed is not None and cause.pointed.service == came.service
    return "Came before, and the evidence points to it" if pointed_to else "Came before, which proves nothing"


def _pointed(found: PointedFacts, names: Callable[[str], str]) -> str:
    by = f"; {names(found.by)} says so too" if found.by else ""
    how = standing(found.confidence, found.right, found.of, sure=found.sure)
    return f"{found.service}, {how}{by}"


def _came(found: CameFacts, names: Callable[[str], str]) -> str:
    before = f"{found.before} → " if found.before else ""
    sure = "" if found.sure else " (one of several)"
    at = Markup(", {}").format(moment(found.at, Form.SECOND)) if found.at else ""
    by = names(found.by) or "nobody knows whom"
    return Markup("{} {}{}{}, by {}{}").format(found.service, before, found.version, at, by, sure)


def router(pages: CasePages) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def case(request: Request) -> Response:
        return await pages.pages.answer(request, pages.show)

    routes.add_api_route("/cases/{id}", case, methods=["GET"], response_model=None)
    return routes
