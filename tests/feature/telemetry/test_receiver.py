"""What is sent to /v1/traces, /v1/logs and /v1/metrics, good and bad, over real HTTP."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from math import inf, nan

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from bot.access.model import Scope
from bot.access.service import Wish
from bot.ports.telemetry import LogQuery, Span, SpanQuery, Window
from bot.runtime.metrics import REGISTRY
from bot.telemetry.intake import Overloaded
from bot.telemetry.otlp import Form
from bot.telemetry.values import Limits, Signal
from tests.support.telemetry import a_telemetry_town, traces_of

PROTOBUF, JSON = {"Content-Type": "application/x-protobuf"}, {"Content-Type": "application/json; charset=utf-8"}
NOW = datetime.now(UTC)
DAYS = timedelta(days=9)
AROUND = Window(NOW - timedelta(minutes=5), NOW + timedelta(minutes=5))
TRACES = count(1)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def trace():
    """The id of a trace that no other test has."""
    return f"{next(TRACES):032x}"


def a_span(number=1, **differs):
    facts = {"trace_id": "f" * 32, "span_id": f"{number:016x}", "parent_id": "", "service": "orders", "name": "GET /",
             "kind": "server", "start": NOW, "duration": timedelta(milliseconds=5)} | differs  # fmt: skip
    return Span(**facts)


def as_json(*spans):
    return json.dumps(traces_of(spans)).encode()


def protobuf(*spans):
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for each in spans:
        scope.spans.add(
            trace_id=bytes.fromhex(each.trace_id),
            span_id=bytes.fromhex(each.span_id),
            start_time_unix_nano=int(each.start.timestamp() * 1e9),
        )
    return request.SerializeToString()


async def stored(town, trace):
    await town.intake.flush()
    return [int(span.span_id, 16) for span in await town.stored.trace(trace, AROUND)]


def said(answer):
    """The sentence of a refusal, in whichever form it came."""
    if answer.headers["content-type"] == JSON["Content-Type"].partition(";")[0]:
        return answer.json()["message"]
    return Status.FromString(answer.content).message


async def test_json_has_its_ids_in_hex(sender, town, trace):
    answer = await sender.post("/v1/traces", content=as_json(a_span(trace_id=trace)), headers=JSON)
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["content-type"] == "application/json"
    assert await stored(town, trace) == [1]


async def test_protobuf_is_answered_in_protobuf(sender, town, trace):
    answer = await sender.post("/v1/traces", content=protobuf(a_span(trace_id=trace)), headers=PROTOBUF)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-protobuf")
    assert not ExportTraceServiceResponse.FromString(answer.content).HasField("partial_success")
    assert await stored(town, trace) == [1]


async def test_what_is_wrong_with_some_spans_is_said_and_the_others_are_kept(sender, town, trace):
    wrong = ({"trace_id": "00" * 16}, {"trace_id": ""}, {"start": NOW - DAYS}, {"start": NOW + DAYS}, {"span_id": "ab"})
    spans = [a_span(n, **{"trace_id": trace, **differs}) for n, differs in enumerate(({}, *wrong, {}), 1)]
    answer = await sender.post("/v1/traces", content=as_json(*spans), headers=JSON)
    assert answer.status_code == 200
    partial = answer.json()["partialSuccess"]
    assert partial["rejectedSpans"] == "5"
    assert "2 without a trace id of 16 bytes" in partial["errorMessage"]
    assert "1 older than what is kept" in partial["errorMessage"]
    assert "1 from the future" in partial["errorMessage"]
    assert "1 without a span id of 8 bytes" in partial["errorMessage"]
    assert await stored(town, trace) == [1, 7]


async def test_the_same_bytes_again_are_taken_once(sender, town, trace):
    """The sender did not see the answer, and sends again."""
    body = as_json(a_span(trace_id=trace), a_span(2, trace_id=""))
    answers = [await sender.post("/v1/traces", content=body, headers=JSON) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    await town.intake.flush()
    found = await town.stored.spans(SpanQuery(AROUND, limit=1_000))
    assert [span.trace_id for span in found.items].count(trace) == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "sentence"),
    [
        (b"\xff\xff\xff", PROTOBUF, 400, "no OTLP request"),
        (b"{", JSON, 400, "no OTLP request"),
        (b"[]", JSON, 400, "no OTLP request"),
        (b'{"resourceSpans": 7}', JSON, 400, "no OTLP request"),
        (b'{"resourceSpans":' + b"[" * 100_000, JSON, 400, "no OTLP request"),
        (as_json(a_span(trace_id="no hex")), JSON, 400, "traceId is no hex: 'no hex'"),
        (as_json(a_span(name="\ud800")), JSON, 400, "no OTLP request"),
        (b"not gzip", PROTOBUF | {"Content-Encoding": "gzip"}, 400, "no gzip"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-12], PROTOBUF | {"Content-Encoding": "gzip"}, 400, "in the middle"),
        (b"x", PROTOBUF | {"Content-Encoding": "br"}, 415, "gzip"),
        (b"x", {"Content-Type": "text/plain"}, 415, "application/x-protobuf"),
        (gzip.compress(bytes(50_000_000), mtime=0), PROTOBUF | {"Content-Encoding": "gzip"}, 413, "Decompressed"),
        (bytes(5_000_000), PROTOBUF, 413, "smaller batches"),
        (b"\x0a\x00" * 5_001, PROTOBUF, 413, "5,001 resources, of 5,000 at most"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_in_the_senders_own_form(sender, body, headers, status, sentence):
    before = refusals()
    answer = await sender.post("/v1/traces", content=body, headers=headers)
    assert answer.status_code == status
    assert sentence in said(answer)
    assert refusals()[COUNTED_AS[status]] == before[COUNTED_AS[status]] + 1


COUNTED_AS = {400: "malformed", 413: "too large", 415: "unreadable"}


def refusals():
    """Requests with traces that were refused whole, by why."""
    (metric,) = (each for each in REGISTRY.collect() if each.name == "signalbox_telemetry_requests_refused")
    return Counter({each.labels["reason"]: each.value for each in metric.samples if each.name.endswith("_total")})


async def test_an_empty_request_is_taken(sender):
    for signal in Signal:
        assert (await sender.post(f"/v1/{signal}", content=b"", headers=PROTOBUF)).status_code == 200


def a_histogram(bounds, counts, sum):
    """Of requests served, as protobuf has it: numbers that JSON has not."""
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="http.server.request.duration")
    metric.histogram.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
    point = metric.histogram.data_points.add(time_unix_nano=int(NOW.timestamp() * 1e9), count=1, sum=sum)
    point.explicit_bounds.extend(bounds)
    point.bucket_counts.extend(counts)
    return request.SerializeToString()


def an_exponential_one(counts):
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="http.server.request.duration")
    metric.exponential_histogram.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
    point = metric.exponential_histogram.data_points.add(time_unix_nano=int(NOW.timestamp() * 1e9))
    point.positive.bucket_counts.extend(counts)
    return request.SerializeToString()


@pytest.mark.parametrize(
    "broken",
    [
        a_histogram([], [], nan),
        a_histogram([], [], inf),
        a_histogram([-inf, inf], [1, 1, 1], 3),
        a_histogram([1], [1, 2**64 - 1], 3),
        an_exponential_one([2**64 - 1]),
    ],
    ids=["a sum that is none", "a sum without end", "bounds without end", "a count for no one", "exponential"],
)
async def test_numbers_that_cannot_be_are_refused_and_stop_nobody(sender, town, trace, broken):
    answer = await sender.post("/v1/metrics", content=broken, headers=PROTOBUF)
    assert answer.status_code == 200
    assert ExportMetricsServiceResponse.FromString(answer.content).partial_success.rejected_data_points == 1
    await sender.post("/v1/traces", content=as_json(a_span(trace_id=trace)), headers=JSON)
    assert await stored(town, trace) == [1]


async def test_texts_are_cut_and_the_rest_of_the_line_is_kept(sender, town):
    record = {
        "timeUnixNano": str(int(NOW.timestamp() * 1e9)),
        "body": {"stringValue": "x\0" * 9_000},
        "attributes": [{"key": f"k{n}", "value": {"stringValue": "v" * 4_100}} for n in range(130)],
        "traceId": "",
    }
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    assert (await sender.post("/v1/logs", json=document)).json() == {}
    await town.intake.flush()
    (line,) = (await town.stored.logs(LogQuery(AROUND))).items
    limits = Limits()
    assert (line.service, len(line.message), line.message[:2]) == ("unknown_service", limits.text, "x�")
    assert (len(line.attributes), len(line.attributes["k0"])) == (limits.attributes, limits.value)


FROM_ELSEWHERE = {"X-Forwarded-For": "10.1.2.3"}
"""As a proxy on this machine says it."""


class TestWhoMaySend:
    async def test_a_program_of_this_machine_needs_no_token(self, sender):
        assert (await sender.post("/v1/traces", content=b"", headers=PROTOBUF)).status_code == 200

    async def test_a_program_of_another_needs_one(self, sender):
        answer = await sender.post("/v1/traces", content=b"", headers=PROTOBUF | FROM_ELSEWHERE)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "token" in said(answer)

    async def test_a_name_that_was_pointed_here_is_not_this_machine(self, sender):
        """A page in somebody's browser could send to us under its own name."""
        answer = await sender.post("/v1/traces", content=b"", headers=PROTOBUF | {"Host": "evil.example"})
        assert answer.status_code == 401

    @pytest.mark.parametrize(("scope", "status"), [(Scope.TELEMETRY_WRITE, 200), (Scope.RESERVATIONS_WRITE, 403)])
    async def test_the_token_needs_the_scope(self, sender, entry, scope, status):
        _, text = await entry.tokens.create(Wish(f"collector-{status}", frozenset({scope})))
        headers = PROTOBUF | FROM_ELSEWHERE | {"Authorization": f"Bearer {text}"}
        assert (await sender.post("/v1/traces", content=b"", headers=headers)).status_code == status


async def test_a_flood_is_bounded_and_the_others_are_served(tmp_path):
    """The writer stands still: nothing leaves the queue."""
    async with a_telemetry_town(f"sqlite+aiosqlite:///{tmp_path}/t.db", most_rows=200) as town:
        refused = 0
        for batch in range(30):
            spans = [a_span(batch * 20 + n, service="loud") for n in range(20)]
            refused += await is_refused(town, as_json(*spans))
        assert refused == 25
        assert not await is_refused(town, as_json(a_span(9_999, service="quiet")))
        await town.intake.flush()
        assert len((await town.stored.spans(SpanQuery(AROUND, limit=1_000))).items) == 101


async def is_refused(town, body):
    try:
        await town.intake.take(Signal.TRACES, Form.JSON, body, "")
    except Overloaded:
        return True
    return False
