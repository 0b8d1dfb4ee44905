from datetime import UTC, datetime, timedelta
from itertools import count

from bot.ports.telemetry import Span
from bot.telemetry.lost_context import dropped

T0 = datetime(2026, 11, 25, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)
IDS = count(1)


def span(service, kind, at, took, *, trace="", parent="", environment="integration", **attributes):
    number = next(IDS)
    return Span(
        trace or f"{number:032x}", f"{number:016x}", parent, service, "x", kind, T0 + at * MS, took * MS,
        environment=environment, attributes={name.replace("_", "."): value for name, value in attributes.items()},
    )  # fmt: skip


def a_call(caller, service, at, *, goes_on, call=None, request=None):
    """A request to `caller`, its call, and the request of `service`: below the call, or a trace of its own."""
    top = span(caller, "server", at, 100)
    out = span(caller, "client", at + 10, 80, trace=top.trace_id, parent=top.span_id, **(call or {}))
    below = {"trace": top.trace_id, "parent": out.span_id} if goes_on else {}
    return [top, out, span(service, "server", at + 20, 50, **below, **(request or {}))]


def calls(number, caller, service, **options):
    return [each for n in range(number) for each in a_call(caller, service, n * 1_000, **options)]


def test_a_service_that_continues_every_call_is_not_named():
    assert dropped(calls(20, "orders", "payments", goes_on=True)) == ()


def test_a_service_whose_requests_begin_anew_while_it_is_called_is_named():
    (found,) = dropped(calls(5, "orders", "payments", goes_on=False))
    assert (found.service, found.caller, found.calls, found.of, found.culprit) == (
        "payments",
        "orders",
        5,
        5,
        "payments",
    )
    assert found.example[0] != found.example[1]


def test_where_calls_of_others_go_on_it_is_the_caller_that_sends_nothing():
    (found,) = dropped(calls(5, "orders", "payments", goes_on=False) + calls(5, "storefront", "payments", goes_on=True))
    assert (found.culprit, found.continued) == ("orders", 5)


def test_once_or_twice_is_chance_and_so_is_a_small_part_of_all():
    assert dropped(calls(2, "orders", "payments", goes_on=False)) == ()
    alone = [span("payments", "server", n * 1_000 + 500, 50) for n in range(50)]
    assert dropped(calls(5, "orders", "payments", goes_on=False) + alone) == ()


def test_requests_that_nobody_called_begin_traces_as_they_should():
    assert dropped([span("storefront", "server", n * 100, 50) for n in range(20)]) == ()


def test_a_request_that_outlasts_the_call_is_another_one():
    spans = [each for n in range(5) for each in (
        span("orders", "client", n * 1_000, 50), span("payments", "server", n * 1_000 + 10, 500))]  # fmt: skip
    assert dropped(spans) == ()


def test_what_the_two_say_of_the_request_must_agree():
    for call, request in (
        ({"http_request_method": "POST"}, {"http_request_method": "GET"}),
        ({"url_full": "http://x:1/charge?a=b"}, {"url_path": "/refund"}),
        ({"server_address": "inventory.example.com"}, {}),
        ({}, {"environment": "staging-2"}),
    ):
        assert dropped(calls(5, "orders", "payments", goes_on=False, call=call, request=request)) == ()
    same = {
        "call": {"url_full": "http://127.0.0.1:1/charge?a=b", "server_address": "127.0.0.1"},
        "request": {"url_path": "/charge"},
    }
    assert len(dropped(calls(5, "orders", "payments", goes_on=False, **same))) == 1


def test_a_call_of_something_that_sends_nothing_is_no_finding():
    assert dropped([span("orders", "client", n * 100, 50, server_address="db") for n in range(20)]) == ()
