"""Where a failed test has been, and where it went wrong first, as its trace tells."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cases.passage import walk
from bot.ports.telemetry import Happened, Span
from bot.suites.walks import Walk

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
NAMES = {
    "storefront": ("storefront",),
    "orders": ("orders-service",),
    "payments": ("payments-service",),
    "catalog": ("catalog",),
}
REFUSED = {"http.response.status_code": "402"}
ANYBODY: dict[str, Any] = {"server.address": "10.0.0.7"}
TO_PAYMENTS = {"peer.service": "payments-service"}


def span(id, service, kind="server", above="", *, failed=True, at=0, raised="", name="", **attributes):
    start = NOON + timedelta(milliseconds=at)
    said = {"exception.type": raised, "exception.message": "'EUR'"}
    events = (Happened(start, "exception", said),) if raised else ()
    took = timedelta(milliseconds=10)
    name = name or f"{service} {id}"
    return Span("t1", id, above, service, name, kind, start, took, failed, attributes=attributes, events=events)


def call(id, service, above, **more):
    return span(id, service, "client", above, **more)


DEEP = (
    span("a", "storefront", above="of the test"),
    call("b", "storefront", "a", at=1),
    span("c", "orders-service", above="b", at=2),
    call("d", "orders-service", "c", at=3, **TO_PAYMENTS),
    span("e", "payments-service", above="d", at=4, raised="builtins.KeyError"),
)


def where(*spans):
    found = walk(spans, "here", NAMES)
    return found.origin, found.fault


def test_it_went_wrong_where_the_deepest_request_failed_not_where_the_test_saw_it():
    path = frozenset({"storefront", "orders", "payments"})
    assert walk(DEEP, "here", NAMES) == Walk("here", NOON, path, "payments", "KeyError", "KeyError: 'EUR'")


def test_without_an_exception_the_operation_stands_for_what_went_wrong():
    assert where(*DEEP[:4], span("e", "payments-service", above="d", name="POST /charges")) == (
        "payments",
        "POST /charges",
    )


def test_what_was_raised_may_be_noted_further_up_in_the_same_service():
    inside = span("f", "payments-service", "internal", above="e", at=5, name="SELECT")
    assert where(*DEEP, inside) == ("payments", "KeyError")


@pytest.mark.parametrize(
    ("spans", "origin"),
    [
        ((*DEEP[:3], call("d", "orders-service", "c", **TO_PAYMENTS)), "payments"),
        ((*DEEP[:3], call("d", "orders-service", "c", **{"peer.service": "sqlite"})), "orders"),
        ((*DEEP[:4], span("e", "payments-service", above="d", failed=False)), "payments"),
        (
            (DEEP[0], call("b", "storefront", "a", **REFUSED), span("c", "orders-service", above="b", failed=False)),
            "storefront",
        ),
        (
            (
                span("a", "storefront", failed=False),
                call("b", "storefront", "a"),
                span("c", "orders-service", above="b"),
            ),
            "",
        ),
        (
            (DEEP[0], span("i", "storefront", "internal", "a", failed=False), call("b", "storefront", "i"), *DEEP[2:]),
            "payments",
        ),
        ((span("a", "tests"), span("x", "somebody-elses", above="a")), ""),
        ((span("a", "storefront", failed=False),), ""),
    ],
    ids=[
        "a call without an answer was to whom it names",
        "a database is the service's own",
        "a call that was not waited for was to whoever answered it late",
        "whose fault a refusal is, no trace tells",
        "somebody coped with it",
        "steps that nobody marked do not hide it",
        "strangers",
        "nothing failed",
    ],
)
def test_the_origin_is_a_service_or_unknown(spans, origin):
    assert where(*spans)[0] == origin


def test_of_several_requests_the_last_that_failed_is_what_the_test_failed_of():
    assert where(*DEEP, span("z", "catalog", at=50))[0] == "catalog"


def test_spans_that_are_above_each_other_end_somewhere():
    assert where(span("a", "storefront", above="b"), span("b", "orders-service", above="a"))[0] == ""
    assert where(*(span(id, "orders-service", "internal", above, failed=False) for id, above in ("ab", "ba")))[0] == ""


def test_a_call_without_an_answer_may_have_reached_whom_it_can_mean():
    lost = span("b", "storefront", "client", "a", **ANYBODY)
    assert walk((DEEP[0], lost), "here", NAMES).path == NAMES.keys()


@pytest.mark.parametrize(
    ("spans", "untold"),
    [
        pytest.param(DEEP[:4], True, id="nothing of whom it called"),
        pytest.param(DEEP, False, id="it told"),
        pytest.param((*DEEP[:3], call("d", "orders-service", "c", at=3, **ANYBODY)), False, id="nobody of here"),
        pytest.param(DEEP[:3], False, id="it called nobody"),
    ],
)
def test_whoever_was_called_and_has_sent_nothing_may_still_tell(spans, untold):
    assert walk(spans, "here", NAMES).untold is untold


def test_a_caller_may_name_a_service_as_the_catalog_does():
    said = call("d", "orders-service", "c", at=3, raised="shop.NoAnswer", **{"peer.service": "Payments"})
    assert where(*DEEP[:3], said) == ("payments", "NoAnswer")
