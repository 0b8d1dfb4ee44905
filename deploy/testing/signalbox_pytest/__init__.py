"""One trace per test: its requests bear the test's trace id, and the report says which that is.

Nothing is sent to Signalbox, so a run is the same whether or not there is one. What happens to each test:

- a new trace begins (W3C Trace Context), with the run (SIGNALBOX_RUN_ID) and the test as baggage;
- clients that OpenTelemetry instruments send both; others are given the headers by the fixture `trace_headers`;
- pages of pytest-playwright send them as well;
- the JUnit report has the properties `trace_id` and `started_at` for the test.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from signalbox_pytest.traces import TestTrace

if TYPE_CHECKING:
    from signalbox_pytest.spans import Running

TRACE_ID, STARTED_AT = "trace_id", "started_at"
"""Properties of a test in the report."""

ORIGINS = "signalbox_origins"
_trace = pytest.StashKey[TestTrace]()
_running = pytest.StashKey["Running | None"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    says = "addresses below which pages send the headers of a test's trace; the base URL's when left out"
    parser.addini(ORIGINS, says, type="args", default=[])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Before any fixture of the test, and anew for each time that it is run."""
    run = os.environ.get("SIGNALBOX_RUN_ID", "")
    item.stash[_trace], item.stash[_running] = _begun(item.nodeid, run)
    _report(item, {TRACE_ID: item.stash[_trace].trace_id, STARTED_AT: datetime.now(timezone.utc).isoformat()})
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    running = item.stash.get(_running, None)
    if running is not None and report.failed:
        running.failed(report.when)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    try:
        return (yield)
    finally:
        running = item.stash.get(_running, None)
        if running is not None:
            item.stash[_running] = None
            running.end()


@pytest.fixture
def trace_headers(request: pytest.FixtureRequest) -> dict[str, str]:
    """HTTP headers of this test's trace, for clients that nothing instruments."""
    return request.node.stash[_trace].headers


@pytest.fixture(autouse=True)
def _trace_of_pages(request: pytest.FixtureRequest) -> None:
    """Pages of pytest-playwright, before they open anything."""
    if "context" in request.fixturenames and request.config.pluginmanager.hasplugin("playwright"):
        from signalbox_pytest.pages import hand_on  # noqa: PLC0415 - of no use to others

        origins = request.config.getini(ORIGINS) or [request.getfixturevalue("base_url") or ""]
        hand_on(request.getfixturevalue("context"), request.node.stash[_trace].headers, origins)


def _begun(test: str, run: str) -> tuple[TestTrace, Running | None]:
    """With OpenTelemetry a span where its SDK is set up, and in any case a context that its instrumentations send."""
    try:
        from signalbox_pytest import spans  # noqa: PLC0415 - it is not everywhere
    except ImportError:
        return TestTrace.new(test, run), None
    return spans.begin(test, run)


def _report(item: pytest.Item, properties: dict[str, str]) -> None:
    """Of the latest time that it is run."""
    others = [each for each in item.user_properties if each[0] not in properties]
    item.user_properties[:] = [*others, *properties.items()]
