"""What looks alike and is not: losses and delays, one's own time and that of others, the fault and what was so before."""

from dataclasses import replace

import pytest

from bot.diagnosis.benchmark import Truth
from bot.diagnosis.casefiles import FAILED
from bot.diagnosis.confidence import confidence
from bot.diagnosis.evidence import Alert, Deployment, Evidence, Line, Observed, Series, Span, Window
from bot.diagnosis.findings import Finding, Layer, Ranked, agreed, grade, spread
from bot.diagnosis.onset import first_seen, onset
from bot.diagnosis.ranking import rank
from bot.diagnosis.topology import reached
from bot.diagnosis.wording import template

MINUTE = Window(0, 60)


def asked(number, wait, took, *, caller="shop", called="bank"):
    """A request in which one service asks another, with a span on either side."""
    trace = f"t{number}"
    return (
        Span(number, trace, "1", "", caller, "serve", wait + 5),
        Span(number, trace, "2", "1", caller, f"ask {called}", wait),
        Span(number, trace, "3", "2", called, "answer", took),
    )


def spans(*requests):
    return Observed(MINUTE, tuple(span for request in requests for span in request))


def test_packets_that_are_lost_delay_few_calls_and_are_seen_all_the_same():
    """The median stays where it was: one call in eight is sent again after 200 ms."""
    health = spans(*(asked(number, 12 + number % 3, 11) for number in range(64)))
    now = spans(*(asked(number, 12 + number % 3 + 200 * (number % 8 == 0), 11) for number in range(64)))
    ranking = rank(Evidence(now, (health,)))
    assert (ranking.answer, ranking.services[0].findings[0].layer) == ("bank", Layer.WIRE)


def test_a_few_slow_calls_among_as_many_in_health_are_no_losses():
    window = spans(*(asked(number, 12 + 200 * (number % 8 == 0), 11) for number in range(64)))
    assert rank(Evidence(window, (window,))).answer == ""


def test_twice_as_many_late_calls_as_in_health_are_no_losses_yet():
    def window(late):
        return spans(*(asked(number, 12 + 900 * (number < late), 11) for number in range(100)))

    assert rank(Evidence(window(8), (window(4),))).answer == ""
    assert rank(Evidence(window(20), (window(4),))).answer == "bank"


def test_one_call_that_fails_may_be_chance():
    def window(failing, calls):
        return Observed(
            MINUTE, tuple(Span(1, f"t{each}", "1", "", "shop", "serve", 5, each < failing) for each in range(calls))
        )

    def told(failing):
        return rank(Evidence(window(failing, 4), (window(0, 9),))).services[0].score

    assert told(1) < 0.5
    assert told(4) > 1


def test_trouble_that_logs_no_longer_tell_of_is_no_fault():
    def window(message):
        return Observed(MINUTE, lines=tuple(Line(each, "shop", "ERROR", message) for each in range(50)), lines_seen=50)

    assert rank(Evidence(window("all is well"), (window("cannot connect: refused"),))).answer == "shop"
    quiet = Observed(MINUTE, lines=(Line(1, "shop", "INFO", "started"),), lines_seen=1)
    assert rank(Evidence(quiet, (window("cannot connect: refused"),))).answer == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("order 17 took 3ms", "order 4711 took 12ms", True),
        ("user 'ann' left", "user 'bob' left", True),
        (
            '{"severity": "info", "message": "charged", "id": "a1"}',
            '{"severity": "info", "message": "refused", "id": "a1"}',
            False,
        ),
        ('{"t": "1", "message": "charged 3"}', '{"t": "2", "message": "charged 4"}', True),
        ('{"code": 3, "of": "x"}', '{"code": 4, "of": "x"}', True),
        ("cannot connect\n at one", "cannot connect\n at other", True),
        ("cannot connect", "cannot read", False),
        ("", "", True),
    ],
)
def test_lines_that_say_the_same_have_one_template(one, other, same):
    assert (template(one) == template(other)) is same


@pytest.mark.parametrize(
    "status", ["ERROR", "error", "STATUS_CODE_ERROR", "2", "500", "503", "UNAVAILABLE", "failed", "true"]
)
def test_words_for_a_call_that_failed(status):
    assert FAILED.fullmatch(status)


@pytest.mark.parametrize(
    "status", ["OK", "0", "1", "200", "404", "UNSET", "STATUS_CODE_UNSET", "false", "NOT_FOUND", "5"]
)
def test_words_for_one_that_did_not(status):
    assert not FAILED.fullmatch(status)


def test_what_a_caller_shows_as_well_counts_half_when_the_called_stands_out():
    def window(share):
        measured = tuple(series(each, "error_ratio", [share] * 6) for each in ("back", "front"))
        return Observed(MINUTE, spans(asked(1, 9, 8, caller="front", called="back")).spans, series=measured)

    first, second = rank(Evidence(window(0.5), (window(0.01),))).services
    assert (first.service, second.service) == ("back", "front")
    assert second.score == pytest.approx(first.score / 2)


def ranked(score, *layers):
    return Ranked("a", score, tuple(Finding("a", layer, 1.0, "words") for layer in layers))


@pytest.mark.parametrize(
    ("first", "second", "sources", "sure"),
    [
        (ranked(1.2, Layer.RESOURCES), 0.2, 2, "high"),
        (ranked(1.2, Layer.RESOURCES), 0.2, 1, "high"),
        (ranked(0.9, Layer.RESOURCES), 0.2, 1, "medium"),
        (ranked(0.9, Layer.RESOURCES), 0.2, 2, "high"),
        (ranked(0.9, Layer.RESOURCES), 0.6, 2, "medium"),
        (ranked(1.2, Layer.LOGS), 0.2, 3, "medium"),
        (ranked(1.2, Layer.LOGS, Layer.CALLS), 0.2, 3, "high"),
        (ranked(1.2, Layer.LOGS, Layer.CALLS), 0.2, 1, "medium"),
        (ranked(1.2, Layer.SYMPTOMS), 0.2, 1, "low"),
        (ranked(0.2, Layer.RESOURCES), 0.0, 3, "low"),
        (ranked(0), 0.0, 3, "low"),
    ],
)
def test_how_sure_it_is_takes_a_margin_sources_and_what_is_measured_at_the_service_itself(first, second, sources, sure):
    assert confidence([first, Ranked("b", second)], sources) == sure


def test_of_no_service_nobody_is_sure():
    assert confidence([], 3) == "low"


def test_the_end_of_the_wire_that_all_slow_connections_share_is_the_one():
    def requests(slow):
        callers = [("shop", "bank"), ("annex", "bank"), ("shop", "post"), ("shop", "mill")]
        return [
            asked(f"{caller}{called}{number}", 12 + slow * (called == "bank"), 11, caller=caller, called=called)
            for caller, called in callers
            for number in range(6)
        ]

    def window(slow):
        return spans(*(tuple(_at(span, 1) for span in request) for request in requests(slow)))

    ranking = rank(Evidence(window(150), (window(0),)))
    assert [one.service for one in ranking.services[:2]] == ["bank", "annex"]


def _at(span, moment):
    return Span(moment, span.trace_id, span.span_id, span.parent_id, span.service, span.operation, span.duration)


def test_where_calls_have_no_span_on_the_callers_side_both_ends_are_told():
    """The time on the way looks like the caller's own; it is told as unsure, and the called stands beside it."""

    def request(number, way):
        trace = f"t{number}"
        return (
            Span(number, trace, "1", "", "shop", "serve", 20 + way),
            Span(number, trace, "2", "1", "bank", "pay", 10),
        )

    ranking = rank(
        Evidence(
            spans(*(request(each, 200) for each in range(20))), (spans(*(request(each, 0) for each in range(20))),)
        )
    )
    assert {one.service for one in ranking.services[:2]} == {"shop", "bank"}
    assert all(one.score > 0.5 for one in ranking.services)
    assert ranking.confidence != "high"


def test_the_called_is_told_when_only_calls_that_ask_it_wait():
    def request(number, way):
        trace, asked = f"t{number}", ["bank", "post", "mill"][number % 3 :]
        parent = Span(number, trace, "1", "", "shop", "serve", 60 + way * ("bank" in asked))
        return (parent, *(Span(number, trace, f"s{each}", "1", each, "do", 10) for each in (*asked, "till")))

    ranking = rank(
        Evidence(
            spans(*(request(each, 200) for each in range(30))), (spans(*(request(each, 0) for each in range(30))),)
        )
    )
    assert ranking.answer == "bank"


def test_a_span_whose_children_are_missing_is_not_taken_for_slow_itself():
    def request(number, *, whole):
        trace = f"t{number}"
        parent = Span(number, trace, "1", "", "shop", "serve", 500)
        return (parent, Span(number, trace, "2", "1", "shop", "query", 495)) if whole else (parent,)

    health = spans(*(request(number, whole=True) for number in range(30)))
    now = spans(*(request(number, whole=number % 2 == 0) for number in range(30)))
    ranking = rank(Evidence(now, (health,)))
    assert [each.layer for each in ranking.services[0].findings] == [Layer.CALLS]


def test_time_that_the_minutes_before_took_as_well_counts_half():
    def window(own):
        return spans(*((Span(each, f"t{each}", "1", "", "shop", "serve", own + each % 3),) for each in range(30)))

    alone = rank(Evidence(window(90), (window(10),))).services[0].score
    beside = rank(Evidence(window(90), (window(10), window(90)))).services[0].score
    assert beside == pytest.approx(alone / 2)


def found(strength):
    return {"a": Finding("a", Layer.LOGS, strength, "words")}


@pytest.mark.parametrize(
    ("references", "strength"), [([found(0.8)], 0.8), ([found(0.8), found(0.9)], 0.8), ([found(0.8), {}], 0.4)]
)
def test_other_references_only_take_away(references, strength):
    assert agreed(references)["a"].strength == pytest.approx(strength)


def test_what_only_another_reference_shows_is_not_told():
    assert agreed([{}, found(1)]) == {}
    assert agreed([]) == {}


def test_a_grade_is_nothing_at_its_gate_one_where_it_is_plain_and_grows_slowly_beyond():
    assert [grade(value, 3, 30) for value in (0, 3, 30)] == [0, 0, 1]
    assert 1.5 < grade(30_000, 3, 30) < 2
    assert grade(float("inf"), 3, 30) < 3


def test_outliers_do_not_widen_what_is_usual():
    assert spread([1, 2, 3, 4, 5, 6, 7, 8, 9, 10_000]) < 4


def series(service, metric, values, start=0):
    return Series(service, metric, tuple(start + 10.0 * place for place in range(len(values))), tuple(values))


def test_an_address_gives_way_to_a_service_that_shows_the_same():
    now = (series("db.eu-1.example.com", "latency_p99", [90] * 9), series("store", "latency_p99", [90] * 9))
    health = (series("db.eu-1.example.com", "latency_p99", [9] * 9), series("store", "latency_p99", [9] * 9))
    made = Evidence(
        Observed(MINUTE, series=(*now, series("web", "cpu", [1] * 9))),
        (Observed(MINUTE, series=(*health, series("web", "cpu", [1] * 9))),),
    )
    assert rank(made).services[0].service == "store"


def test_a_metric_that_was_as_far_off_just_before_counts_half():
    def window(level):
        return Observed(MINUTE, series=(series("shop", "cpu", [level] * 6), series("web", "cpu", [10] * 6)))

    alone = rank(Evidence(window(90), (window(10),))).services[0].score
    beside = rank(Evidence(window(90), (window(10), window(90)))).services[0].score
    assert beside == pytest.approx(alone / 2)


def test_where_nothing_stands_out_what_moved_most_comes_first_and_is_no_answer():
    def window(level):
        return Observed(MINUTE, series=(series("a", "cpu", [10] * 6), series("shop", "cpu", [level] * 6)))

    ranking = rank(Evidence(window(12), (window(10),)))
    assert ([one.service for one in ranking.services], ranking.answer) == (["shop", "a"], "")


def test_an_alert_that_is_raised_late_tells_when_it_began():
    late = series("shop", "error_ratio", [0.01, 0.02] * 10 + [0.5] * 10)
    assert onset(Alert("shop", "error_ratio"), [late], 290) == 200
    assert onset(Alert("bank", "error_ratio"), [late], 290) == 290
    assert onset(Alert(), [late], 290) == 290


def test_what_was_deployed_after_it_began_is_late_even_when_it_was_before_the_alert():
    slow = series("shop", "rows_read", [10, 11] * 10 + [200] * 20)
    assert first_seen("shop", [], [slow], 350) == 200
    before, after = (
        series("shop", "rows_read", [10, 11] * 10 + [200] * 15),
        series("shop", "rows_read", [200] * 10, 350),
    )
    made = Evidence(
        Observed(Window(350, 450), series=(after,)),
        (Observed(Window(0, 350), series=(before,)),),
        deployments=(Deployment(320, "shop", commit="c1"),),
    )
    ranking = rank(
        replace(
            made,
            references=(
                Observed(Window(0, 200), series=(series("shop", "rows_read", [10, 11] * 10),)),
                *made.references,
            ),
        )
    )
    assert (ranking.answer, ranking.change, ranking.unchanged) == (
        "shop",
        None,
        "nothing was deployed to shop before it began",
    )


def test_who_is_reached_ends_with_circles():
    below = reached([("a", "b"), ("b", "c"), ("c", "a")])
    assert below == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}


def test_a_truth_needs_no_more_than_a_service():
    assert Truth("shop") == Truth("shop", "", "")
