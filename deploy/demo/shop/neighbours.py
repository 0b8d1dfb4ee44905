"""Calls to other services: a span for each, and the trace handed on in its headers (W3C Trace Context)."""

from __future__ import annotations

from collections.abc import Callable
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any

import httpx
from opentelemetry import propagate
from opentelemetry.trace import SpanKind, StatusCode

from shop.telemetry import tracer

TIMEOUT_SECONDS = 5.0


class NoAnswer(Exception):
    """A service does not answer, or with what it should not."""


class Neighbour:
    """A service at `url`. may_leave: which headers are sent; all of them when it is left out."""

    def __init__(self, name: str, url: str, *, may_leave: Callable[[str], bool] = lambda _: True) -> None:
        self._name, self._url, self._may_leave = name, url, may_leave
        # Plain HTTP on loopback: to load the certificates of the world would take 30 ms and 5 MB each (measured).
        self._http = httpx.Client(
            base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False, verify=SSLContext(PROTOCOL_TLS_CLIENT)
        )

    def call(self, method: str, path: str, *, json: Any = None, also: tuple[int, ...] = ()) -> httpx.Response:
        """Its answer, if that is a success or one of `also`. Raises NoAnswer."""
        with tracer.start_as_current_span(
            method,
            kind=SpanKind.CLIENT,
            attributes={"http.request.method": method, "url.full": self._url + path, "peer.service": self._name},
        ) as span:
            answer = self._send(method, path, json)
            span.set_attribute("http.response.status_code", answer.status_code)
            if answer.is_error:
                span.set_status(StatusCode.ERROR)
        if answer.is_error and answer.status_code not in also:
            raise NoAnswer(f"{self._name} answered {answer.status_code} to {method} {path}")
        return answer

    def _send(self, method: str, path: str, json: Any) -> httpx.Response:
        headers: dict[str, str] = {}
        propagate.inject(headers)
        request = self._http.build_request(method, path, json=json, headers=headers)
        for header in [name for name in request.headers if not self._may_leave(name)]:
            del request.headers[header]
        try:
            return self._http.send(request)
        except httpx.HTTPError as error:
            raise NoAnswer(f"{self._name} does not answer {method} {path}: {type(error).__name__}") from error
