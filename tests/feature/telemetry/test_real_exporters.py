"""OpenTelemetry's own library sends, over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

from bot.ports.telemetry import Level, LogQuery, RateQuery, Window

PAYMENTS = Resource(
    {"service.name": "payments", "deployment.environment.name": "integration", "service.version": "1.5.0"}
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


def around_now():
    now = datetime.now(UTC)
    return Window(now - timedelta(minutes=2), now + timedelta(minutes=2))


@pytest.mark.parametrize("compression", list(Compression))
async def test_a_span_arrives_with_its_error(address, town, compression):
    def send():
        provider = TracerProvider(resource=PAYMENTS)
        provider.add_span_processor(
            BatchSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces", compression=compression))
        )
        with provider.get_tracer("t").start_as_current_span("POST /charge", kind=SpanKind.SERVER) as span:
            span.set_attribute("http.response.status_code", 500)
            span.record_exception(ValueError("no such currency"))
            span.set_status(StatusCode.ERROR, "no such currency")
        provider.shutdown()
        return span.get_span_context().trace_id

    trace_id = await asyncio.to_thread(send)
    await town.intake.flush()
    (span,) = await town.stored.trace(f"{trace_id:032x}", around_now())
    assert (span.service, span.environment, span.version) == ("payments", "integration", "1.5.0")
    assert (span.name, span.kind, span.failed, span.status) == ("POST /charge", "server", True, "no such currency")
    assert span.attributes["http.response.status_code"] == "500"
    assert span.events[0].attributes["exception.message"] == "no such currency"


async def test_a_log_line_arrives_with_its_trace(address, town):
    def send():
        tracer = TracerProvider(resource=PAYMENTS).get_tracer("t")
        provider = LoggerProvider(resource=PAYMENTS)
        provider.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(f"{address}/v1/logs")))
        with tracer.start_as_current_span("charge") as span:
            provider.get_logger("payments").emit(
                LogRecord(severity_number=SeverityNumber.ERROR2, body="card was declined")
            )
        provider.shutdown()
        return span.get_span_context()

    context = await asyncio.to_thread(send)
    await town.intake.flush()
    (line,) = (await town.stored.logs(LogQuery(around_now()))).items
    assert (line.service, line.level, line.message) == ("payments", Level.ERROR, "card was declined")
    assert (line.trace_id, line.span_id) == (f"{context.trace_id:032x}", f"{context.span_id:016x}")


async def test_requests_counted_by_the_service_itself_are_counted_once(address, town):
    """A histogram counts from the start of the service on, and is sent again and again."""

    def send():
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{address}/v1/metrics"), export_interval_millis=1e9)
        provider = MeterProvider([reader], resource=PAYMENTS)
        took = provider.get_meter("t").create_histogram(
            "http.server.request.duration", "s", explicit_bucket_boundaries_advisory=[0.1, 0.25, 0.5, 1]
        )
        for status in (200, 200, 500):
            took.record(0.3, {"http.response.status_code": status})
        provider.force_flush()
        took.record(0.3, {"http.response.status_code": 200})
        provider.force_flush()
        provider.shutdown()

    await asyncio.to_thread(send)
    await town.intake.flush()
    points = await town.stored.rates(RateQuery(around_now(), "payments", step=timedelta(minutes=4)))
    assert [(point.requests, point.errors) for point in points] == [(4, 1)]
    assert timedelta(seconds=0.25) <= points[0].p50 <= timedelta(seconds=0.5)
