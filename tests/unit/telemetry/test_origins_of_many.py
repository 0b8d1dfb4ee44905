"""Where many requests went wrong first, counted by service."""

from typing import Any

from bot.ports.telemetry import Known, Window
from bot.telemetry.continuity import TraceContinuity
from tests.unit.cases.test_passage import DEEP, NAMES, NOON, span

AROUND = Window(NOON, NOON)
TRACES = {
    "deep": DEEP,
    "deep too": DEEP,
    "alone": (span("a", "orders-service"),),
    "well": (span("a", "orders-service", failed=False),),
    "of a stranger": (span("a", "ledger"),),
}


class Source:
    async def trace(self, trace_id, around):
        assert around == AROUND
        return TRACES.get(trace_id, ())


async def test_each_trace_counts_for_the_service_in_which_it_went_wrong_first_by_its_name_in_the_catalog():
    source: Any = Source()
    continuity = TraceContinuity(Known("here", "otel", source))
    assert await continuity.began([*TRACES, "nobody has it"], NAMES, AROUND) == {"payments": 2, "orders": 1}
