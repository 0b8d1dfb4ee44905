"""Parts of a body by byte range (RFC 9110, section 14), from servers that know ranges and from those that do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from bot.ports.pipelines import LogPart

PARTIAL, UNSATISFIABLE = 206, 416
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Span:
    """data: bytes of the whole from `start` on. at_end: they are its last, as it is now."""

    data: bytes
    start: int
    at_end: bool

    def log_part(self, *, ended: bool) -> LogPart:
        """ended: whatever writes the log had ended before this was read."""
        return LogPart(self.data, self.start, ended and self.at_end, self.start + len(self.data))


class Range(NamedTuple):
    """start and total as a Content-Range says, as far as it does."""

    start: int | None
    total: int | None


def asked_range(start: int, limit: int) -> dict[str, str]:
    """Headers for at most `limit` bytes from `start` on, or with a negative one the last ones."""
    wanted = f"{start}-{start + limit - 1}" if start >= 0 else f"-{min(-start, limit)}"
    return {"Range": f"bytes={wanted}", "Accept-Encoding": "identity"}


async def read_span(response: httpx.Response, start: int, limit: int) -> Span:
    said = _content_range(response)
    if response.status_code == UNSATISFIABLE:
        return Span(b"", start if start >= 0 else said.total or 0, at_end=True)
    if response.status_code == PARTIAL:
        return await _part(response, said, start, limit)
    if start < 0:
        return await _tail(response, min(-start, limit))
    return await _cut(response, start, limit)


def _content_range(response: httpx.Response) -> Range:
    found = CONTENT_RANGE.match(response.headers.get("content-range", ""))
    if found is None:
        return Range(None, None)
    start, total = found.groups()
    return Range(int(start) if start else None, int(total) if total.isdigit() else None)


async def _part(response: httpx.Response, said: Range, start: int, limit: int) -> Span:
    read = await _cut(response, 0, limit)
    begin = said.start if said.start is not None else max(start, 0)
    whole = begin + len(read.data) >= said.total if said.total is not None else len(read.data) < limit
    return Span(read.data, begin, at_end=whole)


async def _cut(response: httpx.Response, start: int, limit: int) -> Span:
    """Out of the whole: what comes before is thrown away, what comes after is not waited for."""
    data, passed = bytearray(), 0
    async for chunk in response.aiter_bytes():
        data += chunk[max(start - passed, 0) :]
        passed += len(chunk)
        if len(data) > limit:
            return Span(bytes(data[:limit]), start, at_end=False)
    return Span(bytes(data), start, at_end=True)


async def _tail(response: httpx.Response, count: int) -> Span:
    data, passed = bytearray(), 0
    async for chunk in response.aiter_bytes():
        data += chunk
        passed += len(chunk)
        del data[: max(len(data) - count, 0)]
    return Span(bytes(data), passed - len(data), at_end=True)
