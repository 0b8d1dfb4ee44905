"""What went wrong, as RFC 9457 has it: `application/problem+json` with a code for programs and sentences for people."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from bot.access.model import NotAuthenticated
from bot.callbacks.service import AnotherAddress
from bot.deployments import refusals as of_deployments
from bot.errors import Conflict, Forbidden, IntegrationError, NotFound, SignalboxError, Unavailable, UsageError
from bot.reservations.refusals import AlreadyWaiting, AlreadyYours, RequestReused
from bot.similar import did_you_mean
from handlers.http.api.access import TooMany
from handlers.http.api.advice_shapes import Reason
from handlers.http.api.mistakes import meant_by, what, where
from handlers.http.api.remedies import fix_of, named

MEDIA = "application/problem+json"
RETRY_SECONDS = 5
"""Redis and SQL come back within seconds, or not for long."""

STATUS: dict[type[Exception], int] = {
    NotAuthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    RequestReused: 422,
    of_deployments.RequestReused: 422,
    AnotherAddress: 422,
    UsageError: 422,
    TooMany: 429,
    IntegrationError: 502,
    Unavailable: 503,
}


class Problem(BaseModel):
    """What went wrong."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/docs#not-found",
                    "title": "Not Found",
                    "status": 404,
                    "code": "not_found",
                    "detail": "No environment or service is called integraton. Did you mean integration?",
                    "fix": "Look at GET /v1/environments and GET /v1/reservations for what there is.",
                    "suggestions": ["integration"],
                }
            ]
        }
    )

    type: str = Field(description="Where this kind of problem is described.")
    title: str = Field(description="The name of the HTTP status.")
    status: int
    code: str = Field(description="The kind of problem, for programs.")
    detail: str = Field(description="What happened, for people.")
    fix: str = Field(description="What to do about it.")
    suggestions: list[str] = Field(default_factory=list, description="What was probably meant, best first.")
    reservation: str | None = Field(default=None, description="Your own reservation that is in the way.")
    reasons: list[Reason] = Field(default_factory=list, description="What keeps the gate closed, gravest first.")
    errors: list[dict[str, str]] = Field(default_factory=list, description="Each part of the request that is wrong.")


def told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route: the problems it may answer with, as the description shows them."""
    return {
        status: {"model": Problem, "description": HTTPStatus(status).phrase, "content": {MEDIA: {}}}
        for status in statuses
    }


def respond(
    status: int,
    code: str,
    detail: str,
    *,
    path: str = "",
    suggestions: Sequence[str] = (),
    errors: Sequence[Mapping[str, str]] = (),
    reservation: str | None = None,
    reasons: Sequence[Reason] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    problem = Problem(
        type=f"/docs#{code.replace('_', '-')}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        fix=fix_of(status, code, path),
        suggestions=list(suggestions),
        reservation=reservation,
        reasons=list(reasons),
        errors=[dict(each) for each in errors],
    )
    body = problem.model_dump_json(exclude_defaults=True)
    return Response(body, status_code=status, media_type=MEDIA, headers=headers)


def code_of(kind: type[Exception]) -> str:
    """`TooLong` is `too_long`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def status_of(kind: type[Exception]) -> int:
    return next((STATUS[each] for each in kind.__mro__ if each in STATUS), 500)


async def on_refusal(request: Request, error: Exception) -> Response:
    """A SignalboxError."""
    status = status_of(type(error))
    detail = error.user_message if isinstance(error, SignalboxError) else str(error)
    closed = error.preflight.reasons if isinstance(error, of_deployments.GateClosed) else ()
    return respond(
        status,
        code_of(type(error)),
        named(detail, request.app.state.api.catalog()),
        path=request.url.path,
        suggestions=getattr(error, "suggestions", ()),
        reservation=error.lease.id if isinstance(error, AlreadyYours | AlreadyWaiting) else None,
        reasons=[Reason.of(each) for each in closed],
        headers=_headers(error, status),
    )


async def on_bad_request(_request: Request, error: Exception) -> Response:
    """A request whose shape is wrong: each part with where it stands."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    body = error.body if isinstance(error, RequestValidationError) else None
    errors = [{"where": where(each, body), "what": what(each)} for each in found]
    detail = "; ".join(f"{each['where']}: {each['what']}" for each in errors[:5])
    meant = tuple(name for each in found for name in meant_by(each))
    detail = f"The request is not right. {detail}.{did_you_mean(meant)}"
    return respond(422, "invalid_request", detail, suggestions=meant, errors=errors)


async def on_http(_request: Request, error: Exception) -> Response:
    """What the web framework refuses by itself: an unknown address, a method that is none, a body that is no JSON."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    headers = error.headers if isinstance(error, HTTPException) else None
    return respond(status, HTTPStatus(status).phrase.lower().replace(" ", "_"), f"{detail}.", headers=headers)


async def on_fault(_request: Request, _error: Exception) -> Response:
    """A fault of ours: the server logs it, and says nothing of it to the outside."""
    return respond(500, "fault", "Signalbox has made a mistake, and cannot say what came of the request.")


def install(app: FastAPI) -> None:
    app.add_exception_handler(SignalboxError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_bad_request)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_fault)


def _headers(error: Exception, status: int) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooMany):
        return {"Retry-After": str(math.ceil(error.seconds))}
    return {"Retry-After": str(RETRY_SECONDS)} if status in (502, 503) else {}
