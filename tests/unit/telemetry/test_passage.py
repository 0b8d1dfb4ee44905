"""Whether a request reached a service: as far as its trace tells, and in doubt it may have."""

import pytest

from bot.telemetry.passage import passed_by
from tests.unit.telemetry.test_lost_context import a_call, span

CATALOG = {"peer_service": "catalog"}
TO_CATALOG = a_call("storefront", "catalog", 0, goes_on=True, call=CATALOG)
TOP = TO_CATALOG[0]


def unanswered(**call):
    return [*TO_CATALOG, span("storefront", "client", 50, 40, trace=TOP.trace_id, parent=TOP.span_id, **call)]


@pytest.mark.parametrize(
    ("spans", "certainly_not"),
    [
        (TO_CATALOG, True),
        ((), False),
        (a_call("storefront", "orders-service", 0, goes_on=True), False),
        (unanswered(peer_service="orders"), False),
        (unanswered(server_address="127.0.0.1"), False),
        (unanswered(peer_service="payments"), True),
        (unanswered(db_system_name="sqlite"), True),
    ],
)
def test_a_request_passed_a_service_by_when_nothing_says_that_it_may_have_reached_it(spans, certainly_not):
    assert passed_by(spans, ("orders-service",)) is certainly_not
