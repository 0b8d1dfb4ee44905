"""Whoever looks back at a run reads names and parameters without the secrets in them; what is kept has them as they were."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request

from bot.catalog import Catalog
from bot.errors import NotFound
from bot.ports.pipelines import Pipeline, Run
from bot.suites.account import Accounts
from bot.suites.attachments import Attachments
from bot.suites.left import left
from bot.suites.needs import Filed
from bot.suites.report import Report
from bot.suites.reports.model import Attachment, Case
from bot.suites.values import SuiteRun
from handlers.http.runs import RunPages

SECRET = "ghp_" + "a1B2" * 9
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HERE = Run(Pipeline("local", "", "journeys"), "1", "1")
RUN = SuiteRun("R1", 418, "checkout-e2e", "integration", "U0ANA", NOON, run=HERE)
FILE = Attachment("trace", f"out/trace-{SECRET}.zip")


def a_case(status):
    id = f"{status}[{SECRET}]"
    return Case(id=id, name=id, suite=f"buying › {SECRET}", status=status, duration_s=1.0, attachments=(FILE,))


class Known:
    """One run of which all is known, in place of each that knows something of it."""

    def __init__(self, of: Any) -> None:
        self._of = of

    async def of(self, *asked):
        return self._of(*asked)

    async def of_origin(self, run):
        return [run]

    async def artifacts(self, _run):
        return ()


CASES = tuple(map(a_case, ("failed", "flaky", "skipped", "passed")))
REPORTS: Any = Known(lambda _run: Report(cases=CASES))


def the_run(**parameters) -> Any:
    return Known(lambda _id: replace(RUN, parameters=parameters))


def accounts(**parameters):
    filing: Any = Known(lambda _run, tests: [Filed(case.id, "its cause") for case in tests])
    run = the_run(**parameters)
    return Accounts(run, run, REPORTS, filing)


async def test_names_are_told_without_secrets_and_their_causes_are_found_all_the_same():
    account = await accounts().of("R1")
    told = (*account.red, *account.flaky)
    cases = (*(each.case for each in told), *account.skipped, *account.passed, *account.slowest)
    assert len(cases) == 8
    assert {(case.name.partition("[")[2], case.suite) for case in cases} == {("[redacted]]", "buying › [redacted]")}
    assert [each.filed.cause for each in told] == ["its cause"] * 2


async def test_a_file_is_told_without_secrets():
    [file] = left(a_case("failed"))
    assert (file.name, file.kind) == ("trace-[redacted].zip", "trace")
    attachments = Attachments(the_run(), REPORTS, lambda _: the_run())
    with pytest.raises(NotFound, match=r"did not keep trace-\[redacted\]\.zip\."):
        await attachments.of("R1", file.key)


async def test_parameters_are_told_without_secrets():
    none: Any = None
    pages = RunPages(accounts(API_TOKEN="s3", WHERE=SECRET, CURRENCY="EUR"), none, none, lambda: Catalog({}, {}))
    _page, told = await pages.show(Request({"type": "http", "path_params": {"id": "R1"}}))
    assert dict(told["facts"])["Parameters"] == "API_TOKEN=[redacted] WHERE=[redacted] CURRENCY=EUR"
