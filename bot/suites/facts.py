"""A run as others see it: plain facts for notices and views, without secrets in what comes from outside."""

from __future__ import annotations

from datetime import timedelta

from bot.notices.running import BrokeFacts, ExcusedFacts, FailedFacts, RunFacts, WholeFacts
from bot.redaction import redact, redact_value
from bot.suites.values import Broke, ExcusedTest, FailedTest, SuiteRun
from bot.suites.wholes import is_part


def facts(run: SuiteRun, root: str = "", *, whole: SuiteRun | None = None) -> RunFacts:
    """root: where pages are reached, without a slash at its end; empty where there are none. whole: by `whole_of`."""
    counts, at_vendor = run.counts or run.live, run.run
    return RunFacts(
        run_id=run.id,
        number=run.number,
        suite=run.suite,
        environment=run.environment,
        by=run.by,
        trigger=run.trigger.value,
        stage=run.stage.value,
        opened=run.opened_at,
        verdict=run.verdict.value,
        attempt=run.attempt,
        repeats=run.repeats,
        only=len(run.only),
        failed_in=run.failed_in,
        parameters=tuple(f"{redact(name)}={value}" for name, value in redact_value(run.parameters).items()),
        ref=redact(run.ref),
        total=counts.total,
        passed=counts.passed,
        failed=counts.red,
        skipped=counts.skipped,
        flaky=counts.flaky,
        failures=tuple(map(_failed, run.failed)),
        broke=tuple(_broke(each, root) for each in run.broke),
        since=run.since,
        lease_id=run.held.lease_id if run.held else "",
        lease_taken=run.held.taken if run.held else False,
        started=run.started_at,
        ended=run.ended_at or run.finished_at,
        seen=run.seen_at if not run.over else None,
        expected=round(run.expected / timedelta(seconds=1)) if run.expected else 0,
        url=at_vendor.url if at_vendor else "",
        pipeline=f"{at_vendor.pipeline.name} {at_vendor.number}".strip() if at_vendor else "",
        why=redact(run.why),
        ended_by=run.ended_by,
        excused=tuple(map(_excused, run.excused)),
        quarantined=run.quarantined,
        known=tuple((each.words, each.tests) for each in run.known),
        page_url=f"{root}/runs/{run.id}" if root else "",
        part=is_part(run),
        whole=_whole(whole) if whole else None,
    )


def _whole(run: SuiteRun) -> WholeFacts:
    counts = run.counts or run.live
    return WholeFacts(run.id, run.number, run.verdict.value, counts.total, counts.red)


def _broke(found: Broke, root: str) -> BrokeFacts:
    page = f"{root}/cases/{found.case}" if root else ""
    return BrokeFacts(found.says, found.service, found.tests, found.down, page)


def _failed(test: FailedTest) -> FailedFacts:
    return FailedFacts(redact(test.name), test.message, test.trace, test.known)


def _excused(test: ExcusedTest) -> ExcusedFacts:
    return ExcusedFacts(
        test.name,
        test.key,
        test.cause,
        test.times,
        test.failures,
        test.tries,
        passed_then=test.passed_then,
        owner=test.owner,
        until=test.until,
    )
