"""The page of one run, /runs/{id}, and what its failed tests left, /runs/{id}/files/{key}."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.catalog import Catalog
from bot.plurals import counted
from bot.redaction import redact, redact_value
from bot.suites.account import Account, Accounts
from bot.suites.attachments import Attachments, Elsewhere, Here
from bot.suites.facts import facts
from bot.suites.values import Counts, SuiteRun
from bot.suites.wholes import is_part, whole_of
from handlers.http.pages import Pages, words
from handlers.http.pages.moments import moment
from handlers.http.pages.people import names_of
from handlers.views.suites import parts

VERDICTS = {
    "": ("under way", "soft"),
    "passed": ("passed", "good-text"),
    "failed": ("failed", "bad-text"),
    "infrastructure": ("could not be carried out", "amber-text"),
    "cancelled": ("cancelled", "soft"),
    "skipped": ("nothing was tested", "soft"),
}
TRIGGERS = {
    "person": "by hand",
    "pipeline": "by a pipeline",
    "schedule": "by its schedule",
    "deployment": "after a deployment",
    "retry": "as a retry",
}
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
}
"""What a browser may show, and as what alone. All else is saved."""

SAVED = "application/octet-stream"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; "
    "sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class RunPages:
    accounts: Accounts
    attachments: Attachments
    pages: Pages
    catalog: Callable[[], Catalog]

    async def show(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        """Raises NotFound, Unavailable."""
        account = await self.accounts.of(str(request.path_params["id"]))
        run, names = account.run, names_of(self.catalog())
        word, colour = _verdict(run, account)
        whole = account.whole
        return "run.html", {
            "run": run,
            "account": account,
            "counts": run.counts or run.live,
            "verdict": word,
            "whole": whole and (whole, *VERDICTS[whole.verdict.value], whole.counts or whole.live),
            "colour": colour,
            "facts": _facts(run, names),
            "attempts": [_attempt(each, account) for each in account.attempts],
            "rest": _rest(account),
            "traced": any(left.kind == "trace" for test in account.red for left in test.files),
            "names": names,
            "here": "runs",
        }

    async def file(self, request: Request) -> Response:
        """Raises NotFound, IntegrationError, Unavailable."""
        found = await self.attachments.of(str(request.path_params["id"]), str(request.path_params["key"]))
        return RedirectResponse(found.url, 303) if isinstance(found, Elsewhere) else _sent(found)


def _sent(file: Here) -> Response:
    """It is somebody's data: never a page of ours, and never shown as anything but a picture or a film."""
    kind = TYPES.get(PurePosixPath(file.name.casefold()).suffix, SAVED)
    how = "attachment" if kind == SAVED else "inline"
    headers = {**HEADERS, "Content-Disposition": f"{how}; filename*=utf-8''{quote(file.name, safe='')}"}
    return Response(file.content, media_type=kind, headers=headers)


def _facts(run: SuiteRun, names: Callable[[str], str]) -> list[tuple[str, str]]:
    """What it was asked to be, and under what it ran; what nobody knows is left out."""
    parameters = " ".join(f"{redact(name)}={value}" for name, value in redact_value(run.parameters).items())
    lease = ("taken for it" if run.held.taken else "that was there") if run.held else "none: it only watched"
    rows = [
        ("Begun by", f"{names(run.by)}, {TRIGGERS[run.trigger.value]}"),
        ("Asked for", moment(run.opened_at)),
        ("Took", words.length(_took(run))),
        ("Attempt", f"{run.attempt}, of #{run.repeats}" if run.repeats else str(run.attempt)),
        ("Repeats", _repeats(run)),
        ("Parameters", parameters),
        ("Branch", redact(run.ref)),
        ("Commit", run.commit[:12]),
        ("Lease", f"{run.held.lease_id}, {lease}" if run.held else lease),
        ("Deployment", run.deployment),
        ("Came since", "; ".join(run.since or ())),
        ("Why", redact(run.why)),
        ("It printed", run.printed),
        ("Cancelled by", names(run.ended_by) if run.ended_by else ""),
    ]
    return [(name, value) for name, value in rows if value]


def _repeats(run: SuiteRun) -> str:
    if not run.only:
        return ""
    where = ", ".join(f"#{number}" for number in run.failed_in or (run.repeats,))
    return f"{counted(len(run.only), 'test')} that failed in {where}"


def _took(run: SuiteRun) -> timedelta | None:
    ended = run.ended_at or run.finished_at
    return ended - run.started_at if run.started_at and ended else None


def _attempt(run: SuiteRun, account: Account) -> tuple[SuiteRun, str, str, Counts, str]:
    """With its verdict, the colour of that, its counts, and how long it took."""
    return run, *_verdict(run, account), run.counts or run.live, words.length(_took(run))


def _verdict(run: SuiteRun, account: Account) -> tuple[str, str]:
    """In words, with its colour. A part of a suite is not told as if it were all of it."""
    word, colour = VERDICTS[run.verdict.value]
    if is_part(run) and run.over:
        known = filter(None, (*account.attempts, account.whole))
        word = parts.retried(facts(run, whole=whole_of(run, known)))
    return word, colour


def _rest(account: Account) -> Mapping[str, int]:
    """By outcome, how many tests are not told by name."""
    counts = account.run.counts or Counts()
    return {
        "failed": max(counts.red - len(account.red), 0),
        "flaky": max(counts.flaky - len(account.flaky), 0),
        "skipped": max(counts.skipped - len(account.skipped), 0),
        "passed": max(counts.passed - counts.flaky - len(account.passed), 0),
    }


def router(pages: RunPages) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def run(request: Request) -> Response:
        return await pages.pages.answer(request, pages.show)

    async def file(request: Request) -> Response:
        return await pages.pages.guarded(request, pages.file)

    routes.add_api_route("/runs/{id}", run, methods=["GET"], response_model=None)
    routes.add_api_route("/runs/{id}/files/{key}", file, methods=["GET"], response_model=None)
    return routes
