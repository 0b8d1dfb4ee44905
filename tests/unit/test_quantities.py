"""Amounts as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quantities import amount, changed, named


@pytest.mark.parametrize(
    ("metric", "unit", "usual", "now", "words"),
    [
        ("process.memory.usage", "By", 80e6, 410e6, "80 to 410 MB"),
        ("process.memory.usage", "By", 81_234_567, 3e9, "0.0812 to 3 GB"),
        ("process.cpu.time", "s/s", 0.02, 0.4, "0.02 to 0.4 cores"),
        ("jvm_gc_pause_seconds_sum", "s/s", 0, 0.31, "0 to 31 %"),
        ("system.memory.utilization", "1", 0.4, 0.955, "40 to 95.5 %"),
        ("queue.depth", "1", 3, 1_200, "3 to 1,200"),
        ("process.thread.count", "{thread}", 9, 40, "9 to 40"),
        ("nodejs.eventloop.delay.p99", "s", 0.002, 0.25, "2 to 250 ms"),
        ("process.disk.io[read]", "By/s", 0, 2.5e6, "0 to 2.5 MB/s"),
        ("mine", "furlong", 1, 2, "1 to 2 furlong"),
        ("mine", "<b>`", 1, 2, "1 to 2"),
    ],
)
def test_an_amount_has_the_unit_that_people_use(metric, unit, usual, now, words):
    assert changed(metric, unit, usual, now) == words


@given(st.text(max_size=20), st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False))
def test_whatever_it_is_it_can_be_written(metric, unit, value):
    assert amount(metric, unit, value)


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("process.memory.usage", "memory"),
        ("container_cpu_usage_seconds_total", "CPU"),
        ("process.cpu.time", "CPU"),
        ("db.client.connection.count[used]", "database connections in use"),
        ("db.client.connection.count[idle]", "database connections (idle)"),
        ("hikaricp_connections_active", "database connections in use"),
        ("db.client.connection.pending_requests", "requests that wait for a connection"),
        ("jvm.memory.used[heap]", "memory (heap)"),
        ("kube_pod_container_status_restarts_total", "restarts"),
        ("latency_p95_ms", "latency_p95_ms"),
        ("checkout.memory.games", "checkout.memory.games"),
    ],
)
def test_a_resource_has_the_name_that_people_use(metric, words):
    assert named(metric) == words
