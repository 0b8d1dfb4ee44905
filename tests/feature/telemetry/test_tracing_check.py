"""signalbox tracing check, as somebody types it beside a store in which traces break off."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.app import run
from bot.ports.telemetry import Span
from bot.settings import Settings
from tests.support.telemetry import a_telemetry_town

BEGIN = datetime.now(UTC) - timedelta(minutes=5)
MS = timedelta(milliseconds=1)


@pytest.fixture
def sent(tmp_path, monkeypatch):
    """Sends spans to the store of a folder, from which the command is typed then."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNALBOX_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir(mode=0o700)

    async def send(spans):
        async with a_telemetry_town(Settings().telemetry_address()) as town:
            await town.spans(*spans)

    return lambda *spans: asyncio.run(send(spans))


def calls(caller, service, *, number, continued):
    """A request of `caller` that calls `service`, which goes on with its trace or begins one of its own."""
    trace, start, path = f"{number:032x}", BEGIN + number * 100 * MS, {"url.path": "/charge"}
    own = trace if continued else f"{number + 1_000_000:032x}"
    yield Span(trace, f"{number:015x}1", "", caller, "POST /orders", "server", start, 50 * MS)
    yield Span(
        trace, f"{number:015x}2", f"{number:015x}1", caller, "POST", "client", start + MS, 40 * MS, attributes=path
    )
    parent = f"{number:015x}2" if continued else ""
    yield Span(
        own, f"{number:015x}3", parent, service, "POST /charge", "server", start + 2 * MS, 30 * MS, attributes=path
    )


def story(service, *, continued, begin=1):
    return [
        span
        for number in range(begin, begin + 5)
        for span in calls("orders", service, number=number, continued=continued)
    ]


def test_who_drops_the_context_is_named_with_an_example_and_the_exit_code_says_so(sent, capsys):
    sent(*story("payments", continued=False), *story("inventory", continued=True, begin=100))
    assert run(["tracing", "check"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("payments drops the trace context: 5 calls from orders to payments began a new trace there")
    assert f"For example {1:032x} goes on as {1_000_001:032x}." in said
    assert "inventory" not in said


CATALOG = """
environments: {integration: {services: [payments, orders]}}
services: {payments: {aliases: {otel: [payments-service]}}, orders: {}}
"""


def test_services_bear_the_names_of_the_catalog(sent, capsys, tmp_path):
    (tmp_path / "signalbox.yaml").write_text(CATALOG)
    sent(*story("payments-service", continued=False))
    assert run(["tracing", "check"]) == 1
    said = capsys.readouterr().out
    assert said.startswith(
        "payments (sends as payments-service) drops the trace context: 5 calls from orders to payments"
    )
    assert run(["tracing", "check", "--json"]) == 1
    [dropped] = json.loads(capsys.readouterr().out)["dropped"]
    assert (dropped["culprit"], dropped["sent_as"]["service"]) == ("payments", "payments-service")


def test_a_catalog_that_cannot_be_read_costs_the_names_alone(sent, capsys, tmp_path):
    (tmp_path / "signalbox.yaml").write_text("environments: [")
    sent(*story("payments-service", continued=False))
    assert run(["tracing", "check"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("payments-service drops the trace context")
    assert "named as they send" in told.err


def test_programs_are_told_as_json(sent, capsys):
    sent(*story("payments", continued=False))
    assert run(["tracing", "check", "--json", "--last", "1h"]) == 1
    told = json.loads(capsys.readouterr().out)
    [dropped] = told["dropped"]
    assert (told["spans"], dropped["culprit"], dropped["caller"], dropped["calls"]) == (15, "payments", "orders", 5)


def test_traces_that_hold_are_no_finding(sent, capsys):
    sent(*story("payments", continued=True))
    assert run(["tracing", "check"]) == 0
    assert capsys.readouterr().out == "Every call among 15 spans is continued by whom it calls.\n"


def test_without_a_span_of_that_time_it_says_what_to_do(sent, capsys):
    sent(*story("payments", continued=False))
    assert run(["tracing", "check", "--last", "1m"]) == 0
    assert "No span was sent within the last 1m. Send some requests" in capsys.readouterr().out


def test_a_time_that_cannot_be_read_is_an_error_with_an_example(sent, capsys):
    assert run(["tracing", "check", "--last", "soon"]) == 2
    assert "--last soon is no length: write 30m or 2h." in capsys.readouterr().err


def test_help_has_an_example(capsys):
    assert run(["tracing", "check", "--help"]) == 0
    said = capsys.readouterr().out
    assert "signalbox tracing check --last 2h" in said
    assert "exit code is 1" in said
