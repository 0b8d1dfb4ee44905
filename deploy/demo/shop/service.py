"""What every service is: an application that says how it is and what it offers, in a process of its own."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any, NoReturn

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from opentelemetry import trace
from pydantic import BaseModel, Field

from shop.neighbours import Neighbour, NoAnswer
from shop.placement import Placement
from shop.store import Database

log = logging.getLogger("shop")
OURS = 500


def database(place: Placement, schema: str) -> Database:
    return Database(place.data / f"{place.service}.sqlite", schema)


def neighbour(place: Placement, name: str, *, may_leave: Callable[[str], bool] = lambda _: True) -> Neighbour | None:
    """None where it does not run."""
    url = place.neighbours.get(name)
    return Neighbour(name, url, may_leave=may_leave) if url else None


class Health(BaseModel):
    status: str = Field(examples=["ok"])
    service: str
    version: str
    environment: str


class Fault(BaseModel):
    """What an answer of 400 and above holds."""

    error: str


def application(place: Placement) -> FastAPI:
    """Without what the service offers, which its module adds."""
    app = FastAPI(
        title=place.service,
        version=place.version,
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": Fault}, "5XX": {"model": Fault}},
    )
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(NoAnswer, _no_answer)
    app.add_exception_handler(Exception, _broken)

    @app.get("/health")
    async def health() -> Health:
        return Health(status="ok", service=place.service, version=place.version, environment=place.environment)

    return app


def refuse(status: int, why: str, **fields: Any) -> NoReturn:
    """Answer `status` and say why; the fields stand beside it in the log. From 500 on it is our own failure."""
    log.log(logging.WARNING if status < OURS else logging.ERROR, why, extra={"fields": fields})
    raise HTTPException(status, why)


def note(what: str, **fields: Any) -> None:
    """A line in the log."""
    log.info(what, extra={"fields": fields})


def listen(port: int) -> socket.socket:
    """On loopback, beside whoever listens there already: the next version is there before the last one goes."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(128)
    return listening


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    status, why = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
    return JSONResponse({"error": why}, status)


async def _no_answer(_request: Request, error: Exception) -> JSONResponse:
    log.error("%s", error, exc_info=error)
    trace.get_current_span().record_exception(error)
    return JSONResponse({"error": str(error)}, 502)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s: %s: %s", request.method, request.url.path, type(error).__name__, error, exc_info=error)
    # The server closes the connection after it (run_asgi of uvicorn): whoever is not told sends a request into that.
    gone = {"Connection": "close"}
    return JSONResponse({"error": "This went wrong. The log of the service says more."}, 500, gone)
