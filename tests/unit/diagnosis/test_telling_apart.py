"""What looks alike and is not: losses and delays, one's own time and that of others, the fault and what was so before."""

import pytest

from bot.diagnosis.evidence import Evidence, Line, Observed, Span, Window
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.findings import Layer
from bot.diagnosis.signals.topology import reached

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


def star(number, *own):
    """A service that asks four others, each of which takes so many milliseconds of its own."""
    trace = f"t{number}"
    yield Span(number, trace, "0", "", "svc0", "serve", sum(own))
    yield from (Span(number, trace, str(at), "0", f"svc{at}", "serve", own[at]) for at in range(1, len(own)))


@pytest.mark.parametrize(
    ("times", "answer"), [((3, 3, 3, 3, 3), ""), ((3, 3, 3, 20, 3), "svc3"), ((1, 1, 1, 20, 1), "svc3")]
)
def test_what_all_services_take_longer_by_is_of_what_they_share(times, answer):
    health = spans(*(tuple(star(number, *(10 + number % 3 for _ in times))) for number in range(40)))
    now = spans(*(tuple(star(number, *((10 + number % 3) * each for each in times))) for number in range(40)))
    assert rank(Evidence(now, (health,))).answer == answer


@pytest.mark.parametrize(("failing", "answer"), [(4, ""), (40, "shop")])
def test_what_fails_now_and_then_in_health_may_do_so_by_chance(failing, answer):
    """Tests that ask for what is refused make such calls, some more than others."""

    def window(failed, calls):
        spans = (Span(1, f"t{each}", "1", "", "shop", "serve", 5, each < failed) for each in range(calls))
        return Observed(MINUTE, tuple(spans))

    assert rank(Evidence(window(failing, 45), (window(2, 62),))).answer == answer


def test_trouble_that_logs_no_longer_tell_of_is_no_fault():
    def window(message):
        return Observed(MINUTE, lines=tuple(Line(each, "shop", "ERROR", message) for each in range(50)), lines_seen=50)

    assert rank(Evidence(window("all is well"), (window("cannot connect: refused"),))).answer == "shop"
    quiet = Observed(MINUTE, lines=(Line(1, "shop", "INFO", "started"),), lines_seen=1)
    assert rank(Evidence(quiet, (window("cannot connect: refused"),))).answer == ""


def test_what_every_call_says_and_none_did_takes_few_calls_to_be_seen():
    def window(calls, message, *, all_of=True):
        heads = tuple(Span(each, f"t{each}", "1", "", "shop", "serve", 5) for each in range(calls))
        said = (message if all_of or each % 2 else "served" for each in range(calls))
        lines = tuple(Line(each, "shop", "INFO", text, f"t{each}") for each, text in enumerate(said))
        return Observed(MINUTE, heads, lines, lines_seen=calls)

    health = window(7, "served")
    assert rank(Evidence(window(4, "nothing was found"), (health,))).answer == "shop"
    assert rank(Evidence(window(4, "nothing was found", all_of=False), (health,))).answer == ""


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


def test_who_is_reached_ends_with_circles():
    below = reached([("a", "b"), ("b", "c"), ("c", "a")])
    assert below == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}
