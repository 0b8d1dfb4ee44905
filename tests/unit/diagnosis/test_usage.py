"""What services use up as evidence: a leak is seen, warming up is not."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.diagnosis.evidence import Evidence, Observed, Window
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.findings import Layer
from bot.diagnosis.signals.usage import used
from bot.ports.telemetry import Amount, ResourceSeries
from integrations.datadog.resources import METRICS
from integrations.prometheus import HELD, OF_STATE, SPENT

STEP = timedelta(seconds=10)
START = datetime(2026, 11, 26, 12, tzinfo=UTC)
USUAL = {
    "process.memory.usage": ("By", 60e6, 6e6),
    "process.cpu.time": ("s/s", 0.01, 0.08),
    "process.thread.count": ("{thread}", 5, 15),
    "process.open_file_descriptor.count": ("{file_descriptor}", 15, 60),
    "db.client.connection.count[used]": ("{connection}", 0, 1),
}
"""Of a small process that warms up: unit, how much at first, and how much more after a while."""


def told(values, metric, unit="By", *, after=0):
    at = START + after * STEP
    return ResourceSeries(metric, unit, STEP, tuple(Amount(at + n * STEP, value) for n, value in enumerate(values)))


def observed(services, *, after):
    """services: by name its series."""
    series = tuple(one for service, of in services.items() for one in used(service, of))
    begin = (START + after * STEP).timestamp()
    return Observed(Window(begin, begin + 120), series=series)


def process(seed, *, after, **differs):
    """As it is after so many steps."""
    chance, found = Random(seed), []
    for metric, (unit, first, more) in USUAL.items():
        warm = [first + more * min(1.0, after / 12)] * 12
        values = [value * chance.uniform(0.97, 1.03) + differs.get(metric, 0) for value in warm]
        found.append(told(values, metric, unit, after=after))
    return found


def ranked(**differs):
    """differs: of what the catalog uses more in the fault."""
    names = ("catalog", "orders", "storefront")
    health = observed({name: process(f"{name} 1", after=0) for name in names}, after=0)
    more = {name: differs if name == "catalog" else {} for name in names}
    now = observed({name: process(f"{name} 2", after=12, **more[name]) for name in names}, after=12)
    return rank(Evidence(now, (health,)))


def test_a_system_that_warms_up_is_suspected_of_nothing():
    ranking = ranked()
    assert (ranking.answer, [one.findings for one in ranking.services]) == ("", [()] * 3)


@pytest.mark.parametrize(
    ("metric", "more", "layer", "words"),
    [
        ("process.memory.usage", 345e6, Layer.RESOURCES, "memory of catalog went from 60"),
        ("process.cpu.time", 0.9, Layer.RESOURCES, "CPU of catalog went from 0.0"),
        (
            "db.client.connection.count[used]",
            8,
            Layer.SATURATION,
            "database connections in use of catalog went from 0 to 9, ",
        ),
    ],
)
def test_what_is_used_up_is_told_with_its_unit_and_whose_it_is(metric, more, layer, words):
    first = ranked(**{metric: more}).services[0]
    assert (first.service, first.findings[0].layer) == ("catalog", layer)
    assert first.findings[0].words.startswith(words)
    assert first.findings[0].evidence[0].id == f"metric:catalog/{metric}"


def test_restarts_are_counted_from_the_beginning_of_the_window():
    grown = told([3, 3, 4, 4, 1, 2], "k8s.container.restarts", "{restart}")
    by_the_second = told([0, 0.1, 0, 0.1], "kube_pod_container_status_restarts_total", "{restart}/s")
    assert [tuple(one.values) for one in used("orders", [grown, by_the_second])] == [(0, 0, 1, 1, 1, 2), (0, 1, 1, 2)]


def test_what_bears_no_unit_is_counted_and_its_kind_is_known_by_its_name():
    told_so = [told([1, 2], "process.thread.count", ""), told([1, 2], "process.open_file_descriptor.count", "")]
    assert [one.unit for one in used("orders", [*told_so, told([1, 2], "my.queue.depth", "")])] == [
        "{thread}",
        "{file_descriptor}",
        "1",
    ]


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        ("cpython.gc.collections", "{collection}/s"),
        ("http.server.active_requests", "{request}"),
        ("process.memory.virtual", "By"),
        ("jvm.memory.limit", "By"),
        ("shop.orders.open", "{order}"),
    ],
)
def test_what_tells_how_much_is_asked_or_reserved_is_no_evidence(metric, unit):
    assert list(used("orders", [told([1, 2, 3], metric, unit)])) == []


OF_DATADOG = {metric: of.unit for metric, of in METRICS.items()}
OF_PROMETHEUS = {
    **HELD,
    **{metric: f"{unit}/s" for metric, unit in SPENT.items()},
    **dict.fromkeys(OF_STATE, "{connection}"),
}


@pytest.mark.parametrize(("metric", "unit"), [*OF_DATADOG.items(), *OF_PROMETHEUS.items()])
def test_nothing_is_asked_of_a_vendor_that_tells_of_no_cause(metric, unit):
    assert len(list(used("orders", [told([1.0, 2.0], metric, unit)]))) == 1
