"""What a message that somebody else wrote points at: data, and only what the catalog knows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.mentioned import LONGEST, MOST, OLDEST, mentioned
from bot.grammar.suite_names import KnownService, SuiteNames

SENT = datetime(2026, 3, 2, 12, 10, tzinfo=UTC)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NAMES = SuiteNames(
    (),
    ("integration", "staging-2"),
    (
        KnownService("payments", ("integration",), ("pay-api", "payments_svc")),
        KnownService("orders", ("integration", "staging-2")),
    ),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Triggered] error rate of service:payments env:integration", {"services": ("payments",)}),
        ("payments-service and mypayments are others", {}),
        ("service.name=pay-api, pod payments_svc", {"services": ("payments",)}),
        ("ORDERS, then payments, then orders", {"services": ("orders", "payments")}),
        (f"see https://apm.example/traces/{TRACE.upper()}?x=1", {"traces": (TRACE,)}),
        (f"the hash {TRACE}{TRACE} is no trace", {}),
        ("<https://box.example/cases/C2Q7WMZ3A|Timeline>", {"cases": ("C2Q7WMZ3A",)}),
        ("<https://box.example/runs/R2Q7WMZ3A|#418>", {"runs": ("R2Q7WMZ3A",)}),
        ("in <#C2Q7WMZ3A|general>", {}),
    ],
)
def test_what_the_catalog_knows_and_what_has_a_page_is_found(text, found):
    read = mentioned(text, NAMES, SENT)
    named = {name: getattr(read, name) for name in ("services", "traces", "cases", "runs")}
    assert {name: each for name, each in named.items() if each} == found


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("at 2026-03-02T12:03:40Z it began", datetime(2026, 3, 2, 12, 3, 40, tzinfo=UTC)),
        ("at 2026-03-02 13:03:40+01:00 it began", datetime(2026, 3, 2, 12, 3, 40, tzinfo=UTC)),
        ("from 2026-03-02T12:05:00Z, first seen 2026-03-02T12:01:00Z", datetime(2026, 3, 2, 12, 1, tzinfo=UTC)),
        ("error rate 37 % at 12:03 UTC", datetime(2026, 3, 2, 12, 3, tzinfo=UTC)),
        ("2026-03-02 12:03:40 UTC", datetime(2026, 3, 2, 12, 3, 40, tzinfo=UTC)),
        ("since 12:03:40Z", datetime(2026, 3, 2, 12, 3, 40, tzinfo=UTC)),
        ("at 13:03 CET", datetime(2026, 3, 2, 12, 3, tzinfo=UTC)),
        ("at 14:03+02:00", datetime(2026, 3, 2, 12, 3, tzinfo=UTC)),
        ("at 23:50 UTC", datetime(2026, 3, 1, 23, 50, tzinfo=UTC)),
        ("at 12:12 UTC, by a clock that is fast", SENT),
        ("from 12:03-11:00", SENT),
        ("at 25:61 UTC", SENT),
        ("a year ago, 2025-03-02 12:03 UTC", SENT),
        ("at 12:03 in whose time zone?", SENT),
        ("a year ago, 2025-03-02T12:03:40Z", SENT),
        ("to come: 2026-03-02T13:03:40Z", SENT),
        ("2026-99-99T99:99:99Z", SENT),
    ],
)
def test_a_time_counts_where_it_says_its_zone_and_is_of_that_day(text, at):
    assert mentioned(text, NAMES, SENT).at == at


@given(st.text(max_size=400), st.integers(min_value=0, max_value=30))
def test_whatever_it_says_only_known_names_come_of_it_and_few(text, times):
    read = mentioned(f"{text} payments {text} {TRACE} {text}" * times, NAMES, SENT)
    assert set(read.services) <= {"payments", "orders"}
    assert set(read.environments) <= set(NAMES.environments)
    assert all(len(each) <= MOST for each in (read.traces, read.runs, read.cases))
    assert SENT - OLDEST <= read.at <= SENT


def test_a_long_message_is_read_as_far_as_its_beginning():
    assert mentioned(" " * LONGEST + "payments", NAMES, SENT).services == ()
    assert mentioned("payments" + " x" * LONGEST, NAMES, SENT + timedelta(0)).services == ("payments",)
