"""A test's trace as OpenTelemetry's instrumentations know it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from opentelemetry import baggage, context, trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, StatusCode, TraceFlags, format_span_id
from opentelemetry.trace import format_trace_id as format_id

from signalbox_pytest.traces import RUN, TEST, TestTrace


class Running:
    """The span of a test. It is sent only where the tests themselves have set up OpenTelemetry's SDK."""

    def __init__(self, span: Span, leave: Callable[[], None]) -> None:
        self._span, self._leave = span, leave

    def failed(self, when: str | None) -> None:
        self._span.set_status(StatusCode.ERROR, f"it failed in its {when}")

    def end(self) -> None:
        self._leave()
        self._span.end()


def begin(test: str, run: str) -> tuple[TestTrace, Running]:
    """The context of this thread is the test's until its end."""
    made = TestTrace.new(test, run)
    attributes = {TEST: made.test, **({RUN: run} if run else {})}
    span = trace.get_tracer("signalbox.pytest").start_span(made.test, context=Context(), attributes=attributes)
    if span.is_recording():
        own = span.get_span_context()
        made = TestTrace(format_id(own.trace_id), format_span_id(own.span_id), run, made.test)
    else:
        span = NonRecordingSpan(_context(made))
    inside = trace.set_span_in_context(span, Context())
    for name, value in made.baggage.items():
        inside = baggage.set_baggage(name, value, context=inside)
    return made, Running(span, partial(context.detach, context.attach(inside)))


def _context(made: TestTrace) -> SpanContext:
    sampled = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(made.trace_id, 16), int(made.span_id, 16), is_remote=False, trace_flags=sampled)
