"""A case as others see it: plain facts for notices and views."""

from __future__ import annotations

from collections import Counter

from bot.cases.pointed import Pointed
from bot.cases.retrying import MINUTE
from bot.cases.values import Case, Evidence, Retrying, Ruled, Struck, Suspect
from bot.failures.situation import Deployed
from bot.notices.casework import CameFacts, CaseFacts, CauseFacts, FileFacts, PointedFacts, RetryFacts, RuledFacts


def facts(case: Case, *, logs_url: str = "", traces_url: str = "", root: str = "") -> CaseFacts:
    """root: where pages are reached, without a slash at its end; empty where there are none."""
    run = f"{root}/runs/{case.last.id}" if root else ""
    closed = case.closed
    return CaseFacts(
        case_id=case.id,
        kind=case.kind.value,
        suite=case.place.suite,
        environment=case.place.environment,
        opened=case.opened_at,
        number=case.first.number,
        total=max(case.first.total, case.last.total),
        causes=tuple(cause_facts(each, case.last.id, root) for each in sorted(case.causes, key=_over)),
        last_id=case.last.id,
        last_number=case.last.number,
        last_failed=case.last.failed,
        last_total=case.last.total,
        still=_still(case),
        last_at=case.last.at,
        url=case.first.url,
        met=case.met,
        numbers=case.numbers,
        lookers=tuple((each.person, each.since) for each in case.lookers),
        retry=_retry(case.retrying) if case.retrying else None,
        closed=closed.at if closed else None,
        closed_by=closed.by if closed else "",
        closed_in=closed.run.number if closed and closed.run else 0,
        since=tuple(map(_came, closed.since)) if closed else (),
        same=bool(closed and closed.same),
        reopened=case.reopened,
        green_from=case.green_from,
        logs_url=logs_url,
        traces_url=traces_url,
        settled=bool(closed and closed.rule),
        known=case.known,
        quarantined=case.quarantined,
        answers=case.answers,
        page_url=f"{root}/cases/{case.id}" if root else "",
        run_url=run,
    )


def _still(case: Case) -> tuple[tuple[int, int], ...]:
    """By the number of a run, how many tests only that one met of what is red."""
    counts = Counter[int]()
    for cause in case.causes:
        for each in () if cause.settled else cause.still:
            counts[each.number] += len(each.tests)
    return tuple(sorted(counts.items()))


def _retry(again: Retrying) -> RetryFacts:
    return RetryFacts(
        again.number,
        again.by,
        again.attempt,
        again.tests,
        again.whole,
        again.stage,
        again.done,
        again.failed,
        None if again.left is None else again.left // MINUTE,
        again.began,
        again.since,
    )


def _over(cause: Struck) -> bool:
    """What is still red comes first: it leads the message, and gives what came back its name."""
    return cause.settled


def cause_facts(cause: Struck, last: str = "", root: str = "") -> CauseFacts:
    """last: the run that is taken for the one that met it, where that is not remembered."""
    shown, run = cause.evidence, cause.run or last
    files = f"{root}/runs/{run}/files"
    return CauseFacts(
        cause.says,
        cause.service,
        len(cause.tests),
        shown.verdict.value,
        names=cause.names,
        excerpt=cause.excerpt,
        seen_in=shown.seen_in,
        of=shown.of,
        suspects=tuple(map(_suspect, shown.suspects)),
        lately=tuple(map(_suspect, shown.lately)),
        held=_held(shown),
        during=tuple(_came(each, count=count) for each, count in shown.during),
        suite_commit=shown.suite_commits[1] if shown.suite_commits else "",
        down=shown.down,
        unreachable=shown.unreachable,
        unclear=len(cause.unclear),
        green=cause.green,
        traces=cause.traces,
        cause_id=cause.id,
        service_by=cause.service_by,
        ruled=ruled_facts(cause.ruled) if cause.ruled else None,
        skipped_in=cause.skipped_in,
        skipped=cause.skipped,
        untraced=cause.untraced,
        silent=cause.silent,
        files=tuple(tuple(FileFacts(each.kind, f"{files}/{each.key}") for each in left) for left in cause.files)
        if root
        else (),
        run=run,
        pointed=_pointed(cause.pointed, root) if cause.pointed else None,
    )


def _pointed(pointed: Pointed, root: str) -> PointedFacts:
    url = f"{root}/diagnoses/{pointed.diagnosis}" if root else ""
    return PointedFacts(
        pointed.service,
        pointed.confidence,
        pointed.right,
        pointed.of,
        pointed.sure,
        by=pointed.by,
        links=pointed.links,
        url=url,
        back=pointed.back,
    )


def ruled_facts(ruled: Ruled) -> RuledFacts:
    return RuledFacts(ruled.rule, ruled.says.value, ruled.by, ruled.words, ruled.owner, ruled.until)


def _held(shown: Evidence) -> bool:
    """Whether the tests have passed on what came lately."""
    ends = [each.deployment.end for each in shown.lately if each.deployment.end]
    return shown.passed_at is not None and any(end < shown.passed_at for end in ends)


def _suspect(suspect: Suspect) -> CameFacts:
    return _came(suspect.deployment, sure=suspect.sure)


def _came(each: Deployed, *, sure: bool = False, count: int = 0) -> CameFacts:
    at = each.end or each.start
    return CameFacts(each.id, each.service, each.version, each.before, at, each.by, sure=sure, count=count)
