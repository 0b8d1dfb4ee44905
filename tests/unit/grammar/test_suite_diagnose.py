"""What is to be explained, as a line of /suite says it."""

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.errors import NotFound, UsageError
from bot.grammar.questions import NeedsTarget
from bot.grammar.suite import parse_suite
from bot.grammar.suite_commands import Diagnose, Help, Which
from bot.grammar.suite_names import KnownService, KnownSuite, SuiteNames

NAMES = SuiteNames(
    (KnownSuite("checkout-api", ("integration",)),),
    ("integration", "staging-2"),
    (
        KnownService("payments", ("integration", "staging-2"), ("pay-api", "payments-service", "shared")),
        KnownService("orders", ("integration",), ("shared", "Payments", "orders-service")),
    ),
)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def heard(line):
    read = parse_suite(line, NAMES)
    assert isinstance(read, Diagnose), read
    return read


def refused(line):
    with pytest.raises((UsageError, NotFound)) as refusal:
        parse_suite(line, NAMES)
    return refusal.value


@pytest.mark.parametrize(
    ("line", "service", "environment", "minutes", "ago"),
    [
        ("diagnose orders", "orders", "integration", 15, 0),
        ("diagnose payments on staging-2 30m", "payments", "staging-2", 30, 0),
        ("diagnose payments staging-2 30 minutes", "payments", "staging-2", 30, 0),
        ("diagnose Pay-API on staging-2 30m", "payments", "staging-2", 30, 0),
        ("diagnose integration/payments-service 2h", "payments", "integration", 120, 0),
        ("diagnose orders-service", "orders", "integration", 15, 0),
        ("diagnose integration/payments 2h", "payments", "integration", 120, 0),
        ("diagnose orders 15m 1h ago", "orders", "integration", 15, 60),
        ("diagnose ORDERS for the last 5m", "orders", "integration", 5, 0),
        ("why orders", "orders", "integration", 15, 0),
        ("diagnose <https://shop.example/integration/payments/charge>", "payments", "integration", 15, 0),
        ("diagnose <https://orders.example.com/x?y=1>", "orders", "integration", 15, 0),
    ],
)
def test_a_service_has_a_place_and_a_time(line, service, environment, minutes, ago):
    read = heard(line)
    assert (read.service, read.environment, read.minutes, read.ago) == (service, environment, minutes, ago)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("diagnose #418", {"which": Which(number=418)}),
        ("diagnose 418", {"which": Which(number=418)}),
        ("diagnose checkout-api", {"which": Which(suite="checkout-api")}),
        ("diagnose <https://box.example/runs/R2Q7WMZ3A>", {"which": Which(id="R2Q7WMZ3A")}),
        ("diagnose <https://ci.example/runs/77>", {"which": Which(address="ci.example/runs/77")}),
        ("diagnose C2Q7WMZ3A", {"case": "C2Q7WMZ3A"}),
        ("diagnose <https://box.example/cases/C2Q7WMZ3A>", {"case": "C2Q7WMZ3A"}),
        (f"diagnose {TRACE}", {"trace": TRACE}),
        (f"diagnose {TRACE.upper()} on staging-2", {"trace": TRACE, "environment": "staging-2"}),
        (f"diagnose <https://telemetry.example/traces/{TRACE}?at=1>", {"trace": TRACE}),
    ],
)
def test_what_is_pointed_at_is_a_run_a_case_or_a_trace(line, meant):
    read = heard(line)
    assert {name: getattr(read, name) for name in ("which", "case", "trace", "environment")} == {
        "which": None,
        "case": "",
        "trace": "",
        "environment": "",
        **meant,
    }


@pytest.mark.parametrize(
    ("line", "said", "suggestion"),
    [
        ("diagnose paymets", "Did you mean payments?", "diagnose payments"),
        ("diagnose payment-svc", "Did you mean payments?", "diagnose payments"),
        ("diagnose order-service", "Did you mean orders", "diagnose orders"),
        ("diagnose shared", "“shared” is no run, no trace and no service", ""),
        ("diagnose", "Diagnose what?", ""),
        (
            "diagnose orders on staging-2",
            "orders runs in integration, not in staging-2",
            "diagnose orders on integration 15m",
        ),
        ("diagnose payments on integraton", "Did you mean integration?", ""),
        ("diagnose #418 15m", "have a time of their own", "diagnose #418"),
        ("diagnose orders 3d", "From a minute to a day", "diagnose orders 1d"),
        ("diagnose payments on staging-2 25h", "From a minute to a day", "diagnose payments on staging-2 1d"),
        ("diagnose orders 0m", "less than a minute is too little", "diagnose orders 1m"),
        ("diagnose orders 3d ago", "not further back than a day; 3d is not that", "diagnose orders 15m 1d ago"),
        ("diagnose unheard", "no service. Services: payments, orders.", "diagnose orders"),
        ("diagnose orders quickly", "I do not know what “quickly” means here", ""),
        ("diagnose https://x.example/payments/orders", "Which of them?", "diagnose orders"),
        ("diagnos #4", "Did you mean diagnose?", "diagnose #4"),
    ],
)
def test_what_cannot_be_read_says_what_would_be(line, said, suggestion):
    error = refused(line)
    assert said in error.user_message
    assert suggestion in (*error.suggestions, "")
    assert isinstance(error, NotFound) or error.usage


def test_of_a_service_that_runs_in_several_places_it_is_asked_where():
    asked = parse_suite("diagnose payments 30m", NAMES)
    assert isinstance(asked, NeedsTarget)
    assert [each.line for each in asked.choices] == [
        "diagnose payments on integration 30m",
        "diagnose payments on staging-2 30m",
    ]


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        ("diagnose payments", "staging-2"),
        ("diagnose payments on integration", "integration"),
        ("diagnose orders", "integration"),
    ],
)
def test_in_the_channel_of_an_environment_that_is_meant_where_the_service_runs_there(line, environment):
    read = parse_suite(line, replace(NAMES, here="staging-2"))
    assert isinstance(read, Diagnose)
    assert read.environment == environment
    assert f"on {environment}" in read.reading


@given(
    st.sampled_from(["payments on integration", "orders", f"{TRACE}", "#7", "C2Q7WMZ3A", "integration/payments"]),
    st.sampled_from(["", "5m", "2h 10m ago", "90 min"]),
)
def test_a_line_is_read_back_as_it_was_understood(what, when):
    if when and (what.startswith(("#", "C2")) or what == TRACE):
        return
    read = heard(f"diagnose {what} {when}")
    assert parse_suite(read.reading, NAMES) == read


def test_help_knows_it():
    assert parse_suite("help diagnose", NAMES) == Help("diagnose")
