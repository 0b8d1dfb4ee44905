"""What a service logged of a request that it failed tells whose fault it was: its own, or of one that left no span."""

import pytest

from bot.diagnosis.evidence import Evidence, Line, Observed, Span, Window
from bot.diagnosis.ranking import rank

HEALTH, FAULT = Window(0, 600), Window(1000, 1600)
CALLS = 60


def spans(window, *, well):
    """front asks orders, which asks stock each time and payments most of the time; orders fails before it asks payments."""
    for at in range(CALLS):
        trace, time = f"{window.start}-{at}", window.start + at
        yield Span(time, trace, "1", "", "front", "GET /", 40, failed=not well)
        yield Span(time, trace, "2", "1", "orders", "POST /orders", 30, failed=not well)
        yield Span(time, trace, "3", "2", "stock", "GET /stock", 4)
        if well and at % 10:
            yield Span(time, trace, "4", "2", "payments", "POST /charge", 9)


def ranking(*says, pointed=False):
    """says: service and words of each failed request."""
    now, before = tuple(spans(FAULT, well=False)), tuple(spans(HEALTH, well=True))
    traces = sorted({span.trace_id for span in now})
    lines = [Line(FAULT.start, service, "ERROR", words, trace) for trace in traces for service, words in says]
    calm = [Line(HEALTH.start + at, "orders", "INFO", "order received", f"0-{at}") for at in range(CALLS)]
    return rank(
        Evidence(
            Observed(FAULT, now, tuple(lines), lines_seen=len(lines)),
            (Observed(HEALTH, before, tuple(calm), lines_seen=len(calm)),),
            entry="front",
            pointed=tuple(traces[:3]) if pointed else (),
        )
    )


REFUSED = ("orders", "POST http://payments:8080/charge: connection refused")


@pytest.mark.parametrize("pointed", [False, True])
@pytest.mark.parametrize(
    ("says", "answer"),
    [
        ([REFUSED], "payments"),
        ([REFUSED, ("orders", "unhandled exception in POST /orders")], "payments"),
        ([("orders", "unhandled exception in POST /orders"), REFUSED], "payments"),
        ([("orders", "KeyError: 'EUR'")], "orders"),
        ([("orders", "cannot answer front: KeyError: 'EUR'")], "orders"),  # it waits for orders
        ([("orders", "stock sends no price")], "orders"),  # it is seen to have answered
        ([], "orders"),
    ],
)
def test_what_it_logged_of_the_request_tells_whose_fault_it_was(says, answer, pointed):
    assert ranking(*says, pointed=pointed).answer == answer


def test_whoever_is_named_may_name_another():
    assert (
        ranking(REFUSED, ("payments", "payments cannot reach stock-db"), ("stock-db", "disk failure")).answer
        == "stock-db"
    )


def test_it_is_told_with_the_line_that_names_it():
    first = ranking(REFUSED).services[0].findings[0]
    assert (
        first.words
        == "orders gets no answer from payments (POST /orders) in 60 of 60 calls, and in health in none of 60"
    )
    assert [item.id.partition(":")[0] for item in first.evidence] == ["span", "log"]
