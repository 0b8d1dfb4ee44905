from datetime import UTC, datetime, timedelta

import pytest

from bot.ports.telemetry import RatePoint, Span
from handlers.http.pages.usage import nice
from handlers.http.telemetry import charts
from handlers.http.telemetry.waterfall import waterfall

T0 = datetime(2026, 11, 25, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def span(id, parent, at, took, service="orders", **differs):
    return Span("t", id, parent, service, id, "server", T0 + at * MS, took * MS, **differs)


def shape(*spans):
    return [(bar.span.span_id, bar.depth, round(bar.left), round(bar.width)) for bar in waterfall(spans).bars]


def test_what_is_called_stands_below_and_within():
    assert shape(span("a", "", 0, 100), span("b", "a", 10, 50), span("c", "b", 20, 10), span("d", "a", 70, 20)) == [
        ("a", 0, 0, 100),
        ("b", 1, 10, 50),
        ("c", 2, 20, 10),
        ("d", 1, 70, 20),
    ]


def test_a_span_whose_caller_did_not_arrive_is_shown_and_marked():
    (bar,) = waterfall([span("b", "lost", 0, 10)]).bars
    assert (bar.orphan, bar.depth) == (True, 0)


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}])
def test_spans_that_call_each_other_in_a_circle_are_shown_once(parents):
    drawn = waterfall([span(id, parent, 0, 10) for id, parent in parents.items()])
    assert sorted(bar.span.span_id for bar in drawn.bars) == sorted(parents)


def test_ten_thousand_levels_are_drawn():
    drawn = waterfall([span(str(n), str(n - 1) if n else "", n, 10_000 - n) for n in range(10_000)])
    assert (len(drawn.bars), max(bar.depth for bar in drawn.bars)) == (10_000, 20)


def test_a_span_without_length_can_be_seen():
    assert shape(span("a", "", 0, 0))[0][3] == 0
    assert waterfall([span("a", "", 0, 0)]).bars[0].width > 0


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (0.3, 0.5), (1, 1), (3, 5), (10, 10), (51, 100), (1999, 2000)])
def test_a_scale_ends_at_a_round_number(highest, top):
    assert nice(highest) == pytest.approx(top)


def test_a_chart_of_nothing_is_a_chart():
    nothing = [RatePoint(T0, 0, 0)]
    for drawn in (
        charts.requests(nothing, 60_000 * MS),
        charts.latencies(nothing),
        charts.requests([], MS),
        charts.sparkline([]),
    ):
        assert drawn.startswith("<svg")
