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
from bot.suites.facts import facts
from bot.suites.left import left
from bot.suites.needs import Filed
from bot.suites.report import Report
from bot.suites.reports.model import Attachment, Case
from bot.suites.values import FailedTest, SuiteRun, Verdict
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

    async def history(self, suite, environment, *, limit):
        assert limit
        others = (replace(RUN, id="R0", number=number, verdict=Verdict.PASSED) for number in (416, 417, 419))
        return [each for each in others if (each.suite, each.environment) == (suite, environment)]

    async def artifacts(self, _run):
        return ()


CASES = tuple(map(a_case, ("failed", "flaky", "skipped", "passed")))
REPORTS: Any = Known(lambda _run: Report(cases=CASES))


def the_run(**more) -> Any:
    return Known(lambda _id: replace(RUN, **more))


def accounts(reports=REPORTS, **more):
    filing: Any = Known(lambda _run, tests: [Filed(case.id, "its cause") for case in tests])
    run = the_run(**more)
    return Accounts(run, run, reports, filing)


async def page_of(accounts):
    none: Any = None
    _page, told = await RunPages(accounts, none, none, lambda: Catalog({}, {})).show(
        Request({"type": "http", "path_params": {"id": "R1"}})
    )
    return told


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


PARAMETERS = {"API_TOKEN": "s3", "WHERE": SECRET, "CURRENCY": "EUR"}


async def test_parameters_are_told_without_secrets():
    told = await page_of(accounts(parameters=PARAMETERS))
    assert dict(told["facts"])["Parameters"] == "API_TOKEN=[redacted] WHERE=[redacted] CURRENCY=EUR"


@pytest.mark.parametrize(
    ("only", "failed_in", "says"),
    [
        ((), (), None),
        (("a",), (), "1 test that failed in #417"),
        (("a", "b"), (412, 417), "2 tests that failed in #412, #417"),
    ],
)
async def test_which_tests_it_repeats_is_told_with_the_runs_in_which_they_failed(only, failed_in, says):
    told = await page_of(accounts(only=only, failed_in=failed_in, repeats=417))
    assert dict(told["facts"]).get("Repeats") == says
    assert (told["whole"] and told["whole"][0].number) == (417 if only else None), "the newest before it"


async def test_a_branch_and_what_went_wrong_are_told_without_secrets():
    """Both may quote what a vendor, or the file of a report, has said."""
    reports: Any = Known(lambda _run: Report(cases=CASES, why=f"junit.xml, line 2: {SECRET}"))
    told = await page_of(accounts(reports, ref=f"try/{SECRET}", why=f"no access with {SECRET}"))
    assert told["account"].why == "junit.xml, line 2: [redacted]"
    assert {name: dict(told["facts"])[name] for name in ("Branch", "Why")} == {
        "Branch": "try/[redacted]",
        "Why": "no access with [redacted]",
    }


def test_so_it_is_told_in_messages():
    failed = (FailedTest(f"test_pay[{SECRET}]"),)
    run = replace(RUN, parameters=PARAMETERS, ref=f"try/{SECRET}", why=f"no access with {SECRET}", failed=failed)
    told = facts(run)
    assert (told.parameters, told.ref, told.why, told.failures[0].name) == (
        ("API_TOKEN=[redacted]", "WHERE=[redacted]", "CURRENCY=EUR"),
        "try/[redacted]",
        "no access with [redacted]",
        "test_pay[[redacted]]",
    )


async def test_what_a_run_without_a_report_printed_stands_on_its_page():
    told = await page_of(accounts(printed="exit code 127\npytest: not found"))
    assert dict(told["facts"])["It printed"] == "exit code 127\npytest: not found"
    assert "It printed" not in dict((await page_of(accounts()))["facts"])
