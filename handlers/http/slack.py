"""Slack over HTTP: is it Slack, is it fresh, is it new; then the reception.

Signatures: docs.slack.dev, "Verifying requests from Slack". A signature alone can be replayed for five minutes, so each
is remembered for as long.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.errors import Unavailable
from bot.ports.clock import Clock
from bot.ports.inbox import Once
from handlers.kit.counts import Counts
from handlers.kit.reception import Reception, Reply

LARGEST = 1_000_000
FRESH = 300
"""Seconds by which Slack's clock and ours may differ."""
DIGITS = 12
"""More than a unix time has for the next 30,000 years; a number of any length would be too large to subtract."""

UNAUTHORIZED, TOO_LARGE, BAD, LATER = 401, 413, 400, 503


class NotLetIn(Exception):
    """A request that is not, or not certainly, its sender's. `reason` is counted, never told."""

    def __init__(self, reason: str, status: int = UNAUTHORIZED) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


@dataclass(frozen=True, slots=True)
class Door:
    """Lets Slack in. `secret` is the app's signing secret."""

    secret: str
    once: Once
    clock: Clock

    async def read(self, request: Request) -> Signed:
        raw = await limited(request)
        signature = request.headers.get("x-slack-signature", "")
        self._check(raw, request.headers.get("x-slack-request-timestamp", ""), signature)
        name = f"signature:{hashlib.sha256(signature.encode()).hexdigest()}"
        try:
            if not await self.once.first(name, seconds=FRESH * 2):
                raise NotLetIn("replayed")
        except Unavailable:
            return Signed(raw, None)
        return Signed(raw, name)

    def _check(self, raw: bytes, timestamp: str, signature: str) -> None:
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > DIGITS:
            raise NotLetIn("no timestamp")
        if abs(self.clock.now().timestamp() - int(timestamp)) > FRESH:
            raise NotLetIn("stale")
        if not hmac.compare_digest(sign(self.secret, timestamp, raw).encode(), signature.encode()):
            raise NotLetIn("bad signature")


@dataclass(frozen=True, slots=True)
class Signed:
    """A body that Slack signed, and the name under which its signature is remembered."""

    raw: bytes
    name: str | None


def sign(secret: str, timestamp: str, raw: bytes) -> str:
    """Slack's signature, version 0."""
    base = b"v0:" + timestamp.encode() + b":" + raw
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def router(reception: Reception, door: Door, counts: Counts) -> APIRouter:
    """POST /slack/events, /slack/commands, /slack/interactivity: one answer for all three."""
    routes = APIRouter()

    async def receive(request: Request) -> Response:
        try:
            signed = await door.read(request)
            body = parse(signed.raw, request.headers.get("content-type", ""))
        except NotLetIn as refused:
            counts.refused_request(refused.reason)
            return Response(status_code=refused.status)
        if body.get("type") == "url_verification":
            return JSONResponse({"challenge": body.get("challenge")})
        if body.get("ssl_check"):
            return Response()
        reply = await reception.receive(body)
        if not reply.accepted:
            await _allow_again(door, signed)
        return _response(reply)

    for path in ("/slack/events", "/slack/commands", "/slack/interactivity"):
        routes.post(path, include_in_schema=False)(receive)
    return routes


def parse(raw: bytes, content_type: str) -> Mapping[str, Any]:
    """As Socket Mode sends it: commands flat, interactions out of their `payload` field, events as they are."""
    try:
        if content_type.startswith("application/json"):
            return _mapping(json.loads(raw))
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        return _mapping(json.loads(form["payload"])) if "payload" in form else form
    except ValueError as error:
        raise NotLetIn("unreadable", BAD) from error


def _mapping(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise NotLetIn("unreadable", BAD)
    return body


async def limited(request: Request) -> bytes:
    """The body, as far as `LARGEST` bytes. Raises NotLetIn."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST:
            raise NotLetIn("too large", TOO_LARGE)
    return bytes(raw)


async def _allow_again(door: Door, signed: Signed) -> None:
    """Slack repeats an event at once, within the same second with the same signature: that is no replay."""
    if signed.name is None:
        return
    try:
        await door.once.forget(signed.name)
    except Unavailable:
        return


def _response(reply: Reply) -> Response:
    if not reply.accepted:
        return Response(status_code=LATER)
    return JSONResponse(reply.body) if reply.body is not None else Response()
