"""Asks health addresses. What they answer is data: a JSON object may name a version, else it is only well or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx

from bot.ports.health import Probe
from integrations.kit.tls import trusted

PATIENCE = 3.0
"""Seconds for the whole answer, however slowly it trickles."""

LARGEST = 64_000
NAMED = {"User-Agent": "Signalbox"}
DETAIL, VERSION = 200, 80
WELL = frozenset({"ok", "up", "pass", "healthy", "warn"})
"""Words for well, of Spring Boot's actuator, the IETF draft "Health Check Response Format", and common usage."""


class HttpHealth:
    """Implements HealthProbe. One client for all; redirects are not followed.

    moved: what addresses begin with, and what they begin with in truth.
    """

    def __init__(self, moved: Mapping[str, str] = MappingProxyType({}), *, patience: float = PATIENCE) -> None:
        self._moved, self._patience = moved, patience
        self._client = httpx.AsyncClient(timeout=patience, trust_env=False, headers=NAMED, verify=trusted())

    async def look(self, url: str) -> Probe:
        try:
            async with asyncio.timeout(self._patience), self._client.stream("GET", self._where(url)) as response:
                body = await _start_of(response)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return Probe(well=False, detail=str(error)[:DETAIL] or f"no answer within {self._patience:g} s")
        return _read(response, body)

    def _where(self, url: str) -> str:
        found = next((old for old in self._moved if url.startswith(f"{old}/")), "")
        return self._moved.get(found, "") + url.removeprefix(found)

    async def close(self) -> None:
        await self._client.aclose()


async def _start_of(response: httpx.Response) -> bytes:
    body = b""
    async for part in response.aiter_bytes():
        body += part
        if len(body) >= LARGEST:
            break
    return body[:LARGEST]


def _read(response: httpx.Response, body: bytes) -> Probe:
    said = _object(body)
    version, status = _text(said, "version")[:VERSION], _text(said, "status")
    well = response.is_success and (not status or status.casefold() in WELL)
    detail = "" if well else f"it answers {response.status_code}{f': {status}' if status else ''}"
    return Probe(well, version, detail[:DETAIL])


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""
