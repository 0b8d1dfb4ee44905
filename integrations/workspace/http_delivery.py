"""Signed HTTP: what an app with request URLs gets (docs.slack.dev: Verifying requests from Slack; The Events API)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx

from integrations.kit.tls import trusted
from integrations.workspace.delivery import ACKED, CLOSED, HTTP_ERROR, TIMEOUT, Ack, Envelope
from integrations.workspace.ids import new_id
from integrations.workspace.seed import App

_FORM = "application/x-www-form-urlencoded"


class SignedHttp:
    def __init__(self, app: App) -> None:
        self._app = app
        self._client = httpx.AsyncClient(trust_env=False, verify=trusted())
        self._verified = False

    @property
    def connected(self) -> bool:
        return True

    async def send(self, envelope: Envelope, within: float) -> Ack:
        if envelope.kind == "events_api" and not await self._verify(within):
            return Ack(HTTP_ERROR, payload="The request URL did not answer the url_verification challenge.")
        content, body = _encoded(envelope)
        headers = {"Content-Type": content}
        if envelope.retry_attempt:
            headers |= {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": envelope.retry_reason}
        answer = await self._post(self._app.delivery.url(envelope.kind, envelope.name), body, headers, within)
        if isinstance(answer, Ack):
            return answer
        payload = _decoded(answer)
        return Ack(ACKED if answer.is_success else HTTP_ERROR, payload=payload)

    async def _verify(self, within: float) -> bool:
        """Ask once, before the first event, whether the URL is the app's."""
        if not self._verified:
            challenge = new_id("X")
            body = {"token": self._app.verification_token, "challenge": challenge, "type": "url_verification"}
            headers = {"Content-Type": "application/json"}
            answer = await self._post(self._app.delivery.request_url, json.dumps(body), headers, within)
            self._verified = isinstance(answer, httpx.Response) and challenge in answer.text
        return self._verified

    async def _post(self, url: str, body: str, headers: dict[str, str], within: float) -> httpx.Response | Ack:
        headers |= signature_headers(self._app.signing_secret, body, int(time.time()))
        try:
            return await self._client.post(url, content=body.encode(), headers=headers, timeout=within)
        except httpx.TimeoutException:
            return Ack(TIMEOUT)
        except httpx.HTTPError as error:
            return Ack(CLOSED if isinstance(error, httpx.RemoteProtocolError) else HTTP_ERROR, payload=str(error))

    async def close(self) -> None:
        await self._client.aclose()


def signature_headers(secret: str, body: str, timestamp: int) -> dict[str, str]:
    """X-Slack-Signature and X-Slack-Request-Timestamp over the raw body; `timestamp` in unix seconds."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _encoded(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind == "events_api":
        return "application/json", json.dumps(envelope.payload)
    if envelope.kind == "slash_commands":
        return _FORM, urlencode(envelope.payload)
    return _FORM, urlencode({"payload": json.dumps(envelope.payload)})


def _decoded(answer: httpx.Response) -> Any:
    if not answer.text:
        return None
    try:
        return answer.json()
    except json.JSONDecodeError:
        return answer.text
