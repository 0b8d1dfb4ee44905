"""What the process says about itself: log lines and traces. Metrics are in bot.runtime.metrics.

Importing sets up nothing: `start_logging` and `start_tracing` are called once, by whoever owns the process.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TextIO, cast

import structlog
from opentelemetry import trace

from bot.redaction import redact_value

QUIET = ("alembic", "apscheduler", "docket", "httpx", "slack_bolt", "slack_sdk", "uvicorn", "watchfiles")
"""Libraries whose every step is not news: warnings and errors only."""


def start_logging(*, json: bool, level: str, stream: TextIO | None = None) -> None:
    """Log lines of ours and of every library, one format, on stderr: JSON objects or readable text, without secrets."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: list[Any] = (
        [structlog.processors.format_exc_info, _without_secrets, structlog.processors.JSONRenderer()]
        if json
        else [structlog.processors.format_exc_info, _without_secrets, _console(stream)]
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[remove_meta, *renderer])
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    least = max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()])
    for name in QUIET:
        logging.getLogger(name).setLevel(least)


def start_tracing(endpoint: str | None, *, instance: str) -> Callable[[], None]:
    """Send spans of FastAPI, SQLAlchemy, Redis and ours to `endpoint` (OTLP over HTTP). Gives what ends it.

    Call before engines and clients are made. Without an endpoint nothing is loaded and nothing is sent.
    """
    if endpoint is None:
        return lambda: None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - only if wanted
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - loaded only when wanted
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - loaded only when wanted
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - loaded only when wanted

    from bot.runtime.spans import WithoutSecrets  # noqa: PLC0415 - loaded only when wanted

    resource = Resource.create({"service.name": "signalbox", "service.instance.id": instance})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(WithoutSecrets(exporter)))
    trace.set_tracer_provider(provider)
    _instrument()
    return provider.shutdown


def trace_app(app: Any, endpoint: str | None) -> None:
    """Spans for each request of a FastAPI application."""
    if endpoint is not None:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: PLC0415 - only if wanted

        FastAPIInstrumentor.instrument_app(app, excluded_urls="healthz,readyz,metrics,v1/traces,v1/logs")


def _instrument() -> None:
    from opentelemetry.instrumentation.redis import RedisInstrumentor  # noqa: PLC0415 - only if wanted
    from opentelemetry.instrumentation.sqlalchemy import (  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - it has none
        SQLAlchemyInstrumentor,
    )

    # Its list of supported versions ends before the SQLAlchemy that we use, and it works (measured).
    SQLAlchemyInstrumentor().instrument(skip_dep_check=True)  # pyright: ignore[reportUnknownMemberType] - untyped in the library
    RedisInstrumentor().instrument()  # pyright: ignore[reportUnknownMemberType] - untyped in the library


def _with_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The ids under which a tracing tool finds this moment."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"], event["span_id"] = f"{span.trace_id:032x}", f"{span.span_id:016x}"
    return event


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", redact_value(event))


def _console(stream: TextIO | None) -> Any:
    colors = (stream or sys.stderr).isatty()
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
