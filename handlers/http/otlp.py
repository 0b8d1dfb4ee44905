"""OTLP over HTTP: /v1/traces, /v1/logs, /v1/metrics, as every OpenTelemetry library sends them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from bot.access.model import NotAuthenticated, Scope
from bot.errors import Forbidden, SignalboxError
from bot.telemetry import otlp
from bot.telemetry.intake import Intake, Overloaded
from bot.telemetry.values import Malformed, Signal, TooLarge, Unreadable
from handlers.http.entry import Entry

STATUS: dict[type[SignalboxError], int] = {
    Malformed: 400,
    NotAuthenticated: 401,
    Forbidden: 403,
    TooLarge: 413,
    Unreadable: 415,
    Overloaded: 429,
}
AWAY = 503
RETRY_SECONDS = 5
"""What OTLP tells a sender to try again comes with the seconds to wait."""


@dataclass(frozen=True, slots=True)
class Receiver:
    intake: Intake
    entry: Entry

    async def receive(self, request: Request, signal: Signal) -> Response:
        form = otlp.Form.PROTOBUF
        try:
            form = otlp.form_of(request.headers.get("content-type", ""))
            await self.entry.admit(request, Scope.TELEMETRY_WRITE)
            return Response(await self._taken(request, signal, form), media_type=form)
        except SignalboxError as refused:
            self.intake.refused(signal, refused)
            return _refusal(refused, form)
        except ClientDisconnect:
            return Response(status_code=STATUS[Malformed])

    async def _taken(self, request: Request, signal: Signal, form: otlp.Form) -> bytes:
        with self.intake.arriving() as arriving:
            async for chunk in request.stream():
                arriving.add(chunk)
            encoding = request.headers.get("content-encoding", "")
            return await self.intake.take(signal, form, bytes(arriving.body), encoding)


def _refusal(refused: SignalboxError, form: otlp.Form) -> Response:
    status = STATUS.get(type(refused), AWAY)
    headers = {}
    if status in {STATUS[Overloaded], AWAY}:
        headers["Retry-After"] = str(refused.retry_after if isinstance(refused, Overloaded) else RETRY_SECONDS)
    if status == STATUS[NotAuthenticated]:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(otlp.refusal(form, refused.user_message), status, headers, media_type=form)


def router(receiver: Receiver) -> APIRouter:
    routes = APIRouter(prefix="/v1", include_in_schema=False)

    @routes.post("/traces")
    async def traces(request: Request) -> Response:
        return await receiver.receive(request, Signal.TRACES)

    @routes.post("/logs")
    async def logs(request: Request) -> Response:
        return await receiver.receive(request, Signal.LOGS)

    @routes.post("/metrics")
    async def metrics(request: Request) -> Response:
        return await receiver.receive(request, Signal.METRICS)

    return routes
