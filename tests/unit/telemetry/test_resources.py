"""What is made of gauges and sums: one number for each state, however much they are taken apart."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, DataPointFlags
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from bot.telemetry.attributes import UNNAMED, origin_of
from bot.telemetry.histograms import taken_apart
from bot.telemetry.resources import FAMILIES, per_second, with_room
from bot.telemetry.values import Limits, Measure

SECOND = 10**6
NOW = 1_000_000 * SECOND
DELTA = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
CUMULATIVE = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE


def a_request(name, unit, points, of="gauge", flags=0, **differs):
    """points: (value, attributes)."""
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name=name, unit=unit)
    data = getattr(metric, of)
    for what, value in differs.items():
        setattr(data, what, value)
    for value, attributes in points:
        start = (NOW - 10 * SECOND) * 1000
        point = data.data_points.add(time_unix_nano=NOW * 1000, start_time_unix_nano=start, flags=flags)
        point.as_double = value
        for key, text in attributes.items():
            point.attributes.add(key=key).value.string_value = text
    return request


def told(*arguments, **differs):
    (group,) = taken_apart(a_request(*arguments, **differs), NOW, Limits())
    return {each.state: each.value for each in group.measures}


def test_states_are_told_apart_and_everything_else_is_added_up():
    points = [
        (3, {"db.client.connection.state": "used", "db.client.connection.pool.name": "a"}),
        (2, {"db.client.connection.state": "used", "db.client.connection.pool.name": "b"}),
        (8, {"db.client.connection.state": "idle", "db.client.connection.pool.name": "a"}),
    ]
    assert told("db.client.connection.count", "{connection}", points) == {"used": 5, "idle": 8}


def test_a_core_that_does_nothing_uses_nothing_and_shares_are_of_all_cores():
    points = [
        (share, {"cpu.logical_number": core, "cpu.mode": mode})
        for core, used in (("0", 0.5), ("1", 0.1))
        for mode, share in (("user", used), ("idle", 1 - used))
    ]
    assert told("system.cpu.utilization", "1", points) == {"": pytest.approx(0.3)}
    disks = [(0.2, {"device": "a"}), (0.9, {"device": "b"})]
    assert told("system.filesystem.utilization", "1", disks) == {"": 0.9}


def test_what_grew_since_the_last_time_is_told_by_the_second():
    assert told("jvm.x", "s", [(5, {})], "sum", is_monotonic=True, aggregation_temporality=DELTA) == {"": 0.5}


def test_what_goes_up_and_down_is_an_amount_and_changes_of_it_are_not():
    assert told("queue", "{job}", [(5, {})], "sum", aggregation_temporality=CUMULATIVE) == {"": 5}
    assert told("queue", "{job}", [(5, {})], "sum", aggregation_temporality=DELTA) == {}


@pytest.mark.parametrize("value", [nan, inf, -inf, 1e300])
def test_what_is_no_number_is_refused(value):
    parcel = taken_apart(a_request("process.memory.usage", "By", [(value, {})]), NOW, Limits())
    assert (parcel.items, parcel.refused.total()) == (0, 1)


def test_a_point_that_says_that_there_is_none_is_none():
    flags = DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK
    assert told("process.memory.usage", "By", [(0, {})], flags=flags) == {}


def at_their_own_times(request):
    """Each point a millisecond after the one before it."""
    (metric,) = request.resource_metrics[0].scope_metrics[0].metrics
    for n, point in enumerate(getattr(metric, metric.WhichOneof("data")).data_points):
        point.time_unix_nano += n * 10**6
    return request


def test_parts_that_were_looked_at_one_after_the_other_are_added_up_and_counted_by_themselves():
    points = [(1_000, {"pool": "a"}), (10, {"pool": "b"})]
    (group,) = taken_apart(at_their_own_times(a_request("queue", "{job}", points)), NOW, Limits())
    assert [(each.at, each.value) for each in group.measures] == [(NOW + 1_000, 1_010)]
    counting = {"is_monotonic": True, "aggregation_temporality": CUMULATIVE}
    (group,) = taken_apart(at_their_own_times(a_request("done", "1", points, "sum", **counting)), NOW, Limits())
    assert [(each.at, each.value, each.told) for each in group.measures] == [
        (NOW, 1_000, NOW + 1_000),
        (NOW + 1_000, 10, NOW + 1_000),
    ]
    assert len({each.whose for each in group.measures}) == 1
    assert len({each.counter for each in group.measures}) == 2
    differs = {"is_monotonic": True, "aggregation_temporality": DELTA}
    assert told("done", "1", points, "sum", **differs) == {"": 101}


def test_of_a_part_that_was_looked_at_twice_the_last_goes_with_the_others_and_the_first_comes_first():
    points = [(1, {"pool": "a"}), (2, {"pool": "a"}), (10, {"pool": "b"})]
    (group,) = taken_apart(at_their_own_times(a_request("queue", "{job}", points)), NOW, Limits())
    assert [(each.at, each.value) for each in group.measures] == [(NOW, 1), (NOW + 2_000, 12)]


def test_workloads_name_a_service_and_what_is_begun_again_and_again_does_not():
    def named(**attributes):
        resource = Resource()
        for kind, name in attributes.items():
            resource.attributes.add(key=f"k8s.{kind}.name").value.string_value = name
        return origin_of(resource, Limits()).service

    assert named(job="nightly-29401", cronjob="nightly") == "nightly"
    assert named(job="nightly-29401", container="istio-proxy") == UNNAMED


def test_ten_thousand_routes_are_one_number():
    points = [(1, {"http.route": f"/{n}"}) for n in range(10_000)]
    assert told("http.server.active_requests", "{request}", points) == {"": 10_000}


class TestGrowth:
    FIRST = Measure("", "", "", 10 * SECOND, 5.0, b"k", SECOND)

    def test_it_is_what_came_since_the_point_before(self):
        assert per_second(self.FIRST, self.FIRST._replace(at=20 * SECOND, value=9.0)) == 0.4

    def test_who_has_less_began_anew(self):
        again = Measure("", "", "", 20 * SECOND, 2.0, b"k", 16 * SECOND)
        assert per_second(self.FIRST, again) == 0.5
        assert per_second(self.FIRST, again._replace(start=0)) == 0.2

    def test_what_was_before_the_first_point_is_not_known_and_nothing_counts_twice(self):
        assert per_second(None, self.FIRST) is None
        assert per_second(self.FIRST, self.FIRST) is None


NAMES = st.tuples(st.sampled_from([f"{FAMILIES[0]}x", "mine", "yours"]), st.text(max_size=2))


@given(st.sets(NAMES), st.sets(NAMES), st.integers(0, 12))
def test_there_is_room_for_so_many_series_and_for_half_as_many_that_nobody_knows(known, new, most):
    begun = list(with_room(known, new - known, most))
    assert set(begun) <= new
    assert len(begun) <= max(0, most - len(known))
    strange = [name for name, _ in begun if name in {"mine", "yours"}]
    assert len(strange) <= most // 2
