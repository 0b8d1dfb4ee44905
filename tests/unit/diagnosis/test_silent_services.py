"""A service that is down says nothing: it is found by what others say of it, and by calls that nobody answered."""

from bot.diagnosis.evidence import Evidence, Line, Observed, Series, Span, Window
from bot.diagnosis.ranking import rank

HEALTH, FAULT = Window(0, 600), Window(1000, 1600)
CALLS = 100


def _line(at, service, message, level="INFO"):
    return Line(at, service, level, message)


def _calm(window):
    return [_line(window.start + at, name, "request received") for at in range(CALLS) for name in ("front", "orders")]


def _logs(said):
    lines = [
        *_calm(FAULT),
        *(_line(FAULT.start + at, who, words, "ERROR") for at in range(CALLS) for who, words in said),
    ]
    payments = [_line(HEALTH.start + at, "payments", "request received") for at in range(CALLS)]
    return Evidence(
        Observed(FAULT, lines=tuple(lines), lines_seen=len(lines)),
        (Observed(HEALTH, lines=(*_calm(HEALTH), *payments), lines_seen=3 * CALLS),),
    )


def _order(evidence):
    return [one.service for one in rank(evidence).services]


def test_whoever_others_cannot_reach_comes_before_them():
    said = [("orders", "cannot reach payments: connection refused"), ("front", "orders answered 502")]
    assert _order(_logs(said))[0] == "payments"


def test_whoever_fails_by_itself_comes_before_those_that_tell_of_it():
    said = [("orders", "KeyError: 'EUR'"), ("front", "call to orders failed")]
    assert _order(_logs(said))[0] == "orders"


def test_a_service_is_not_named_by_the_name_of_another_that_begins_alike():
    said = [("orders", "cannot reach payments-db: connection refused")]
    evidence = _logs(said)
    assert "payments" not in {one.service for one in rank(evidence).services if one.score > 0.4}


def _calls(window, *, answered):
    for at in range(CALLS):
        trace, time = f"{window.start}-{at}", window.start + at
        lost = not answered and at % 2 == 0
        yield Span(time, trace, "1", "", "orders", "POST /orders", 20, failed=lost)
        yield Span(time, trace, "2", "1", "orders", "POST payments", 10, failed=lost)
        if not lost:
            yield Span(time, trace, "3", "2", "payments", "POST /charge", 9)


def test_calls_that_nobody_answers_speak_against_whoever_was_called():
    now, health = tuple(_calls(FAULT, answered=False)), tuple(_calls(HEALTH, answered=True))
    ranking = rank(Evidence(Observed(FAULT, now), (Observed(HEALTH, health),)))
    assert ranking.answer == "payments"
    assert ranking.services[0].findings[0].words == (
        "orders gets no answer from payments (POST payments) in 50 of 100 calls, and in health in none of 100"
    )


def _errors(counts):
    def series(service, metric, values):
        return Series(service, metric, tuple(60.0 * at for at in range(len(values))), tuple(map(float, values)))

    windows = []
    for failing in (counts, {name: (0, asked) for name, (_, asked) in counts.items()}):
        found = [series(name, "errors", [failed] * 9) for name, (failed, _) in failing.items()]
        found += [series(name, "requests", [asked] * 9) for name, (_, asked) in failing.items()]
        windows.append(tuple(found))
    now, health = windows
    return Evidence(Observed(FAULT, series=now), (Observed(HEALTH, series=health),), entry="front")


def test_the_same_failures_are_the_larger_share_where_they_begin():
    assert _order(_errors({"front": (40, 400), "orders": (40, 200), "payments": (40, 90)})) == [
        "payments",
        "orders",
        "front",
    ]


def test_where_all_requests_come_in_the_same_failures_say_less():
    assert _order(_errors({"front": (40, 400), "orders": (40, 400)})) == ["orders", "front"]
