"""A large request is read part by part: the same is taken as of the whole, in a bounded room."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bot.telemetry import otlp, wire
from bot.telemetry.otlp import Form
from bot.telemetry.values import Limits, Malformed, Signal, TooLarge

NOW = 1_790_000_000_000_000
"""Microseconds."""
LONG = "some value that takes its room on the wire and in memory " * 4
ROOT = Path(__file__).parents[3]
MEGABYTES = 300
MEASURED = """
import json, resource, sys
from bot.errors import SignalboxError
from bot.telemetry import otlp
from bot.telemetry.values import Limits, Signal
from bot.telemetry.wire import _message as message

spans = lambda one, whole=20 * 2**20 - 100: message(1, message(2, one * (whole // len(one))))
bodies = [
    (otlp.Form.PROTOBUF, lambda: spans(bytes([0x12, 0]))),
    (otlp.Form.PROTOBUF, lambda: spans(message(2, bytes([0x5A, 0]) * 900_000), 4 * 2**20)),
    (otlp.Form.JSON, lambda: b'{"resourceSpans":[{"scopeSpans":[{"spans":[' + b"{}," * 100_000 + b"{}]}]}]}"),
]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for form, body in bodies:
    try:
        otlp.read(Signal.TRACES, form, body(), 0, Limits())
    except SignalboxError as refused:
        print(refused.user_message, file=sys.stderr)
print(json.dumps((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024))
"""


def request(spans=9_000):
    """2 MB of four resources, with a scope each, of which one has its name behind its spans."""
    asked = ExportTraceServiceRequest()
    for place in range(4):
        sent = asked.resource_spans.add()
        sent.resource.attributes.add(key="service.name").value.string_value = f"service-{place}"
        scope = sent.scope_spans.add()
        scope.scope.name = f"library-{place}"
        for number in range(spans // 4):
            span = scope.spans.add(name=f"{place}/{number} {LONG}", start_time_unix_nano=NOW * 1000)
            span.trace_id, span.span_id = number.to_bytes(15, "big") + b"\1", number.to_bytes(7, "big") + b"\1"
    return asked.SerializeToString()


def read(body, limits=None):
    return otlp.read(Signal.TRACES, Form.PROTOBUF, body, NOW, limits or Limits())


def names(parcel):
    return [(group.origin.service, row["name"]) for group in parcel for row in group.spans]


def test_the_parts_say_together_what_the_whole_says():
    body = request()
    parts = list(wire.parts(body, Limits(), Counter()))
    assert len(parts) == 3
    assert max(map(len, parts)) < wire.PART + wire.LARGEST_HEAD
    whole = otlp._taken_apart(Signal.TRACES, Form.PROTOBUF, body, NOW, Limits())
    assert names(read(body)) == names(whole)
    assert len(names(whole)) == 9_000


def test_what_is_told_of_a_resource_may_stand_behind_its_spans():
    one = ExportTraceServiceRequest.FromString(request(4)).resource_spans[0]
    resource, spans = (
        wire._message(1, one.resource.SerializeToString()),
        wire._message(2, one.scope_spans[0].SerializeToString()),
    )
    turned = wire._message(1, spans + resource)
    [part] = wire.parts(turned, Limits(), Counter())
    assert ExportTraceServiceRequest.FromString(part).resource_spans[-1].resource == one.resource


def test_a_resource_without_spans_is_still_heard():
    asked = ExportTraceServiceRequest()
    asked.resource_spans.add().resource.attributes.add(key="service.name").value.string_value = "idle"
    [part] = wire.parts(asked.SerializeToString(), Limits(), Counter())
    assert ExportTraceServiceRequest.FromString(part).resource_spans[0] == asked.resource_spans[0]


def test_one_item_that_is_too_large_costs_itself_alone():
    asked = ExportTraceServiceRequest.FromString(request())
    asked.resource_spans[1].scope_spans[0].spans[3].name = "x" * wire.LARGEST_ITEM
    found = read(asked.SerializeToString())
    assert (len(names(found)), found.refused) == (8_999, Counter({"larger than 2,097,152 bytes": 1}))


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [(Limits(items=2_000), "more than 2,000 items"), (Limits(resources=3), "more than 3 resources")],
    ids=["items", "resources"],
)
def test_what_is_more_than_a_request_may_have_is_refused_before_it_is_read(limits, sentence):
    with pytest.raises(TooLarge, match=sentence):
        read(request(), limits)


def test_attributes_of_a_resource_are_not_repeated_without_end():
    asked = ExportTraceServiceRequest.FromString(request())
    asked.resource_spans[0].resource.attributes.add(key="huge").value.string_value = "x" * wire.LARGEST_HEAD
    with pytest.raises(TooLarge, match="bytes of attributes"):
        read(asked.SerializeToString())


def test_what_is_told_of_resources_is_cut_as_well_where_they_have_no_spans():
    empty = wire._message(1, bytes([0x0A, 0]) * 32_000)
    told = [wire._message(1, empty + wire._message(3, b"%d" % number)) for number in range(40)]
    parts = list(wire.parts(b"".join(told), Limits(), Counter()))
    assert max(map(len, parts)) < wire.PART + wire.LARGEST_HEAD
    assert b"".join(parts) == b"".join(told)


def test_what_is_told_of_a_resource_is_written_once_for_all_its_scopes():
    attributes = wire._message(1, wire._message(1, bytes(60_000)))
    scope = wire._message(2, wire._message(2, wire._message(5, b"buying")))
    [part] = wire.parts(wire._message(1, attributes + scope * 1_000), Limits(), Counter())
    assert part == wire._message(1, attributes + scope * 1_000)


@pytest.mark.parametrize(
    "broken",
    [lambda body: body[:-1], lambda body: b"\xff" * wire.PART + body, lambda body: body + b"\x0b", lambda body: body + b"\x0a"],
    ids=["cut", "no number", "an unknown type", "no length"],
)  # fmt: skip
def test_what_is_no_protobuf_is_said_to_be_that(broken):
    with pytest.raises(Malformed, match="no OTLP request"):
        read(broken(request()))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(b" " * (4 * 2**20 + 1), "4,194,304 bytes"), (b"{" * 200_001, "200,000 objects and lists")],
    ids=["bytes", "objects"],
)
def test_json_has_narrower_limits(body, sentence):
    with pytest.raises(TooLarge, match=sentence):
        otlp.read(Signal.TRACES, Form.JSON, body, NOW, Limits())


def test_no_request_takes_more_than_its_room_in_memory_however_empty_it_is():
    """Read whole, the first of these takes 1.8 GB."""
    run = subprocess.run([sys.executable, "-c", MEASURED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) < MEGABYTES
