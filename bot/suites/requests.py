"""What the pipeline of a run is started with. Pure."""

from __future__ import annotations

from bot.catalog.suite_values import Suite
from bot.ports.pipelines import RUN_ID, Pipeline, RunRequest
from bot.suites.values import SuiteRun

FAILED_TESTS, ATTEMPT = "FAILED_TESTS", "ATTEMPT"
LONGEST_LIST = 20_000
"""Characters of the names of failed tests: vendors take at most about 32,000 in a variable."""


def request(run: SuiteRun, suite: Suite) -> RunRequest:
    """The same for each repeat. FAILED_TESTS: a name a line, as the runner takes them; empty for all tests."""
    variables = {
        **suite.variables,
        **run.parameters,
        RUN_ID: run.id,
        "SIGNALBOX_SUITE": run.suite,
        "SIGNALBOX_ENVIRONMENT": run.environment,
        ATTEMPT: str(run.attempt),
        FAILED_TESTS: failed_tests(run.only),
    }
    return RunRequest(pipeline_of(suite, run.ref), run.id, variables, asked_at=run.opened_at)


def pipeline_of(suite: Suite, ref: str = "") -> Pipeline:
    """ref: the branch of the tests, where it is not the usual one."""
    return Pipeline(suite.provider, suite.repository, suite.pipeline, ref or suite.branch)


def failed_tests(only: tuple[str, ...]) -> str:
    """Empty, and so all of them, when they are too many to name."""
    listed = "\n".join(only)
    return listed if len(listed) <= LONGEST_LIST else ""
