"""Traces, logs and metrics of a service, sent over OTLP/HTTP."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable

from fastapi import FastAPI
from opentelemetry import metrics, trace
from opentelemetry._logs import Logger, LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

log = logging.getLogger("shop")
tracer, meter = trace.get_tracer("shop"), metrics.get_meter("shop")

SPANS_AND_LOGS_EVERY_MS, METRICS_EVERY_MS = 1_000, 5_000
TIMEOUT_SECONDS = 2.0
"""How long one batch may take; a process that ends waits for its last ones."""

USED_UP: dict[str, list[str] | None] = {
    "process.cpu.time": ["user", "system"],
    "process.memory.usage": None,
    "process.thread.count": None,
    "process.open_file_descriptor.count": None,
    "cpython.gc.collections": None,
}
"""What a process says of itself; the machine below is one for all services."""

SEVERITIES = {
    logging.DEBUG: SeverityNumber.DEBUG,
    logging.INFO: SeverityNumber.INFO,
    logging.WARNING: SeverityNumber.WARN,
    logging.ERROR: SeverityNumber.ERROR,
    logging.CRITICAL: SeverityNumber.FATAL,
}


class LogLines(logging.Handler):
    """Hands on each line with the trace in which it was written, its fields and its exception."""

    def __init__(self, out: Logger) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        self._out.emit(
            LogRecord(
                timestamp=int(record.created * 1e9),
                severity_number=SEVERITIES.get(record.levelno, SeverityNumber.INFO),
                severity_text=record.levelname,
                body=record.getMessage(),
                attributes=getattr(record, "fields", {}),
                exception=record.exc_info[1] if record.exc_info and isinstance(record.exc_info[1], Exception) else None,
            )
        )


def start(app: FastAPI, otlp: str, *, name: str, version: str, environment: str) -> Callable[[], None]:
    """Observe what `app` serves and calls from now on; gives what sends the rest and ends it.

    Without an address (`otlp` empty) nothing is sent. Once per process: the providers are global.
    """
    log.setLevel(logging.INFO)
    if not otlp:
        return lambda: None
    resource = Resource.create(
        {"service.name": name, "service.version": version, "deployment.environment.name": environment}
    )
    spans, lines, figures = _spans(resource, otlp), _lines(resource, otlp), _figures(resource, otlp)
    trace.set_tracer_provider(spans)
    log.addHandler(LogLines(lines.get_logger("shop")))
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"  # the stable names: http.server.request.duration, in seconds
    FastAPIInstrumentor.instrument_app(
        app, meter_provider=figures, excluded_urls="/health,/openapi.json", exclude_spans=["receive", "send"]
    )
    metrics.set_meter_provider(figures)
    SystemMetricsInstrumentor(config=USED_UP).instrument(meter_provider=figures)

    def end() -> None:
        for provider in (spans, lines, figures):
            provider.shutdown()

    return end


def watch_pool(name: str, size: int, free: Callable[[], int]) -> None:
    """Say how many connections of a pool are in use (OpenTelemetry semantic conventions, database client metrics)."""

    def counted(_: CallbackOptions) -> Iterable[Observation]:
        idle = free()
        for state, count in (("used", size - idle), ("idle", idle)):
            yield Observation(count, {"db.client.connection.pool.name": name, "db.client.connection.state": state})

    meter.create_observable_up_down_counter("db.client.connection.count", [counted], "{connection}")


def _spans(resource: Resource, otlp: str) -> TracerProvider:
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(f"{otlp}/v1/traces", timeout=TIMEOUT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=SPANS_AND_LOGS_EVERY_MS))
    return provider


def _lines(resource: Resource, otlp: str) -> LoggerProvider:
    provider = LoggerProvider(resource=resource)
    exporter = OTLPLogExporter(f"{otlp}/v1/logs", timeout=TIMEOUT_SECONDS)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter, schedule_delay_millis=SPANS_AND_LOGS_EVERY_MS))
    return provider


def _figures(resource: Resource, otlp: str) -> MeterProvider:
    exporter = OTLPMetricExporter(f"{otlp}/v1/metrics", timeout=TIMEOUT_SECONDS)
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=METRICS_EVERY_MS)
    return MeterProvider(resource=resource, metric_readers=[reader])
