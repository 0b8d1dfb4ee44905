"""Telemetry as services send it, and a store of it for each test."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.ports.clock import Clock
from bot.ports.telemetry import LogLine, Span
from bot.runtime.clock import WallClock
from bot.runtime.database import Database
from bot.telemetry.intake import MOST_ROWS, Intake
from bot.telemetry.moments import to_us
from bot.telemetry.otlp import Form
from bot.telemetry.queries import StoredTelemetry
from bot.telemetry.store import open_store
from bot.telemetry.values import Limits, Signal

ROOT = "http://signalbox.example"
"""Where links lead."""

KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}
"""OTLP's numbers."""

Document = dict[str, Any]


@dataclass
class Town:
    """A store, what takes things into it, and what asks for them."""

    database: Database
    intake: Intake
    stored: StoredTelemetry

    async def send(self, signal: Signal, document: Document) -> bytes:
        """As OTLP/JSON; written when it returns. Gives the answer's bytes."""
        answer = await self.intake.take(signal, Form.JSON, json.dumps(document).encode(), "")
        await self.intake.flush()
        return answer

    async def spans(self, *spans: Span) -> bytes:
        return await self.send(Signal.TRACES, traces_of(spans))

    async def lines(self, *lines: LogLine, environment: str = "") -> bytes:
        return await self.send(Signal.LOGS, logs_of(lines, environment=environment))

    async def metrics(self, service: str, *told: Document, environment: str = "", instance: str = "") -> bytes:
        """What `gauge` and `counter` make, of one instance of a service."""
        who = resource(service, environment)
        who["attributes"] += attributes({"service.instance.id": instance})
        sent = {"resource": who, "scopeMetrics": [{"metrics": list(told)}]}
        return await self.send(Signal.METRICS, {"resourceMetrics": [sent]})


@asynccontextmanager
async def a_telemetry_town(
    address: str, *, clock: Clock | None = None, limits: Limits | None = None, most_rows: int = MOST_ROWS
) -> AsyncGenerator[Town]:
    database = await open_store(address)
    intake = Intake(database, clock or WallClock(), limits or Limits(), most_rows=most_rows)
    try:
        yield Town(database, intake, StoredTelemetry(database, ROOT))
    finally:
        await intake.close()
        await database.close()


@pytest_asyncio.fixture
async def telemetry(tmp_path: Path) -> AsyncGenerator[Town]:
    async with a_telemetry_town(f"sqlite+aiosqlite:///{tmp_path}/telemetry.db") as town:
        yield town


def traces_of(spans: Iterable[Span]) -> Document:
    """An ExportTraceServiceRequest as OTLP/JSON has it."""

    def origin(span: Span) -> tuple[str, str, str]:
        return span.service, span.environment, span.version

    return {
        "resourceSpans": [
            {"resource": resource(*who), "scopeSpans": [{"spans": [_span(each) for each in sent]}]}
            for who, sent in groupby(sorted(spans, key=origin), key=origin)
        ]
    }


def logs_of(lines: Iterable[LogLine], *, environment: str = "") -> Document:
    """An ExportLogsServiceRequest as OTLP/JSON has it."""

    def service(line: LogLine) -> str:
        return line.service

    return {
        "resourceLogs": [
            {"resource": resource(name, environment), "scopeLogs": [{"logRecords": [_line(each) for each in sent]}]}
            for name, sent in groupby(sorted(lines, key=service), key=service)
        ]
    }


def resource(service: str, environment: str = "", version: str = "") -> Document:
    names = {"service.name": service, "deployment.environment.name": environment, "service.version": version}
    return {"attributes": attributes({name: value for name, value in names.items() if value})}


def attributes(found: Mapping[str, str]) -> list[Document]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in found.items()]


def gauge(name: str, unit: str, at: datetime, values: Mapping[str, float], key: str = "state") -> Document:
    """values: by state; the empty one says none. key: the attribute that tells it."""
    points = [
        {"timeUnixNano": nanos(at), "asDouble": value, "attributes": attributes({key: state} if state else {})}
        for state, value in values.items()
    ]
    return {"name": name, "unit": unit, "gauge": {"dataPoints": points}}


def counter(name: str, unit: str, at: datetime, values: Mapping[str, float], since: datetime) -> Document:
    """A sum that only grows, from `since` on. values: by CPU mode."""
    points = gauge(name, unit, at, values, "cpu.mode")["gauge"]["dataPoints"]
    told = [{**point, "startTimeUnixNano": nanos(since)} for point in points]
    return {"name": name, "unit": unit, "sum": {"dataPoints": told, "aggregationTemporality": 2, "isMonotonic": True}}


def nanos(at: datetime) -> str:
    return f"{to_us(at)}000"


def _span(span: Span) -> Document:
    return {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "parentSpanId": span.parent_id,
        "name": span.name,
        "kind": KINDS[span.kind],
        "startTimeUnixNano": nanos(span.start),
        "endTimeUnixNano": nanos(span.start + span.duration),
        "status": {"code": 2 if span.failed else 0, "message": span.status},
        "attributes": attributes(span.attributes),
        "events": [
            {"timeUnixNano": nanos(each.at), "name": each.name, "attributes": attributes(each.attributes)}
            for each in span.events
        ],
    }


def _line(line: LogLine) -> Document:
    return {
        "timeUnixNano": nanos(line.at),
        "severityNumber": int(line.level),
        "body": {"stringValue": line.message},
        "traceId": line.trace_id,
        "spanId": line.span_id,
        "attributes": attributes(line.attributes),
    }
