"""The plugin that teams install for their own tests: one trace per test, in what it sends and in its report."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import unquote

import pytest

from tests.support.report_files import by_name

TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-01")
RUN = "RABCDEF23"

SEEN = """
import json, os

import pytest

@pytest.fixture
def seen(request, trace_headers):
    def note(**more):
        with open(os.environ["SEEN"], "a") as file:
            file.write(json.dumps({"test": request.node.nodeid, "sent": trace_headers, **more}) + "\\n")
    return note
"""
SDK = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

class ToFile(SpanExporter):
    def export(self, spans):
        with open(os.environ["SEEN"], "a") as file:
            for span in spans:
                told = {"span": span.name, "trace": f"{span.context.trace_id:032x}", "status": span.status.status_code.name}
                file.write(json.dumps({**told, "parent": span.parent is not None}) + "\\n")
        return SpanExportResult.SUCCESS

trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(ToFile()))
"""
TWICE = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    for _ in range(2):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
NO_OPENTELEMETRY = "import sys\nsys.modules['opentelemetry'] = None\n"
INJECTED = """
from opentelemetry import propagate

def injected():
    headers = {}
    propagate.inject(headers)
    return headers
"""


@pytest.fixture
def ran(tmp_path):
    """Runs these tests; gives what they noted, and the cases of the report."""

    def run(tests, conftest="", **variables):
        (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
        (tmp_path / "conftest.py").write_text(f"{SEEN}\n{conftest}")
        (tmp_path / "test_it.py").write_text(tests)
        report, seen = tmp_path / "junit.xml", tmp_path / "seen"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        known = {"PATH": os.environ["PATH"], "SEEN": str(seen), **variables}
        done = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        noted = [json.loads(line) for line in seen.read_text().splitlines()]
        return noted, by_name(report.read_bytes()), done.stdout

    return run


def trace_of(sent):
    found = TRACEPARENT.fullmatch(sent["traceparent"])
    assert found, sent
    return found[1]


def test_each_test_sends_one_trace_of_its_own_with_its_run_and_name_and_the_report_says_which(ran):
    noted, cases, _out = ran(
        INJECTED
        + """
import pytest

@pytest.mark.parametrize("name", ["a", "b, ü=;"])
def test_pays(seen, name):
    seen(injected=injected())
    assert name != "a"

async def test_waits(seen):
    seen(injected=injected())
""",
        SIGNALBOX_RUN_ID=RUN,
    )
    assert len({trace_of(each["sent"]) for each in noted}) == len(noted) == 3
    for each in noted:
        assert each["injected"]["traceparent"] == each["sent"]["traceparent"]
        for headers in (each["sent"], each["injected"]):
            baggage = dict(part.split("=", 1) for part in headers["baggage"].split(","))
            assert baggage["signalbox.run"] == RUN
            assert unquote(baggage["signalbox.test"].replace("+", " ")) == each["test"]
    named = {each["test"].partition("::")[2]: trace_of(each["sent"]) for each in noted}
    assert {name: case.trace_ids for name, case in cases.items()} == {name: (id,) for name, id in named.items()}
    broke = cases["test_pays[a]"].broke
    assert (broke.trace_id, broke.started.year > 2025) == (named["test_pays[a]"], True)


def test_it_needs_neither_opentelemetry_nor_a_run_of_signalbox(ran):
    [one], cases, _out = ran("def test_a(seen): seen()", conftest=NO_OPENTELEMETRY)
    assert cases["test_a"].trace_ids == (trace_of(one["sent"]),)
    assert one["sent"]["baggage"] == "signalbox.test=test_it.py%3A%3Atest_a"


def test_a_test_that_is_run_again_has_another_trace_and_the_report_names_that_of_its_last_run(ran):
    noted, cases, _out = ran("def test_a(seen): seen()", conftest=TWICE)
    first, last = (trace_of(each["sent"]) for each in noted)
    assert first != last
    assert cases["test_a"].trace_ids == (last,)


def test_where_tests_send_their_own_spans_the_trace_begins_with_one_that_bears_the_name_of_the_test(ran):
    noted, cases, out = ran("def test_a(seen):\n    seen()\n    assert False", conftest=SDK)
    sent, span = noted
    assert span == {"span": "test_it.py::test_a", "trace": trace_of(sent["sent"]), "status": "ERROR", "parent": False}
    assert cases["test_a"].trace_ids == (span["trace"],)
    assert "detach" not in out
