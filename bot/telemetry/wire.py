"""A large OTLP request in protobuf, cut into small ones before anything of it becomes objects. Pure.

Two bytes on the wire become an object of two hundred in memory: a request that is mostly empty would take a hundred
times its size. So it is read part by part, of which each is small enough whatever it contains.

Source: protobuf.dev, *Encoding*; opentelemetry-proto 1.7, where traces, logs and metrics are nested alike: resources in
field 1, in each its scopes in field 2, in each its items in field 2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.telemetry.values import Limits, Malformed, TooLarge

PART = 2**20
"""Bytes of a part, about."""
LARGEST_ITEM = 2 * PART
LARGEST_HEAD = 2**16
"""Bytes of what is told once for all items of a resource and a scope: each part repeats it."""

RESOURCES, BELOW = 1, 2
"""Fields: resources in a request; scopes in a resource, and items in a scope."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIDTHS = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10


@dataclass(slots=True)
class _Field:
    """Of the whole from `start`, its content from `inside` to `end`."""

    number: int
    wire: int
    start: int
    inside: int
    end: int

    def is_message(self, number: int) -> bool:
        return self.number == number and self.wire == _BYTES


@dataclass(slots=True)
class _Run:
    """Items that follow one another, of one resource and scope, with what is told of these."""

    resource: bytes
    scope: bytes
    items: list[bytes] = field(default_factory=list[bytes])

    @property
    def head(self) -> int:
        return len(self.resource) + len(self.scope)

    def head_after(self, ready: Sequence[_Run]) -> int:
        """What is told of a resource is written once for all its runs."""
        return len(self.scope) if ready and ready[-1].resource == self.resource else self.head


def parts(body: bytes, limits: Limits, refused: Counter[str]) -> Iterator[bytes]:
    """Requests that together say the same; what is not taken is counted in `refused`. Raises Malformed, TooLarge."""
    ready: list[_Run] = []
    size = 0
    for run in _Walk(body, limits).runs():
        if ready and size + run.head > PART:
            yield _request(ready)
            ready, size = [], 0
        size += run.head_after(ready)
        ready.append(_Run(run.resource, run.scope))
        for item in run.items:
            if len(item) > LARGEST_ITEM:
                refused[f"larger than {LARGEST_ITEM:,} bytes"] += 1
                continue
            if size + len(item) > PART:
                yield _request(ready)
                ready, size = [_Run(run.resource, run.scope)], run.head
            ready[-1].items.append(item)
            size += len(item)
    yield _request(ready)


def _request(runs: Iterable[_Run]) -> bytes:
    """Runs of one resource stand together in it, as they did."""
    return b"".join(
        _message(RESOURCES, resource + b"".join(_scope(run) for run in some if run.items))
        for resource, some in groupby(runs, key=lambda run: run.resource)
    )


def _scope(run: _Run) -> bytes:
    return _message(BELOW, run.scope + b"".join(run.items))


class _Walk:
    """Through the outer levels alone, and no further than a request may have items."""

    def __init__(self, body: bytes, limits: Limits) -> None:
        self._body, self._limits, self._seen = body, limits, 0

    def runs(self) -> Iterator[_Run]:
        count = 0
        for resource in self._fields(0, len(self._body)):
            if not resource.is_message(RESOURCES):
                continue
            count += 1
            if count > self._limits.resources:
                raise TooLarge(f"The request has more than {self._limits.resources:,} resources. Send smaller batches.")
            yield from self._of_resource(resource)

    def _of_resource(self, resource: _Field) -> Iterator[_Run]:
        head = self._head(resource)
        yield _Run(head, b"")
        for scope in self._fields(resource.inside, resource.end):
            if scope.is_message(BELOW):
                items = (each for each in self._fields(scope.inside, scope.end) if each.is_message(BELOW))
                yield _Run(head, self._head(scope), [self._body[each.start : each.end] for each in items])

    def _head(self, message: _Field) -> bytes:
        """All of it but what lies below."""
        found = [each for each in self._fields(message.inside, message.end) if not each.is_message(BELOW)]
        head = b"".join(self._body[each.start : each.end] for each in found)
        if len(head) > LARGEST_HEAD:
            raise TooLarge(f"A resource or scope has more than {LARGEST_HEAD:,} bytes of attributes.")
        return head

    def _fields(self, at: int, end: int) -> Iterator[_Field]:
        while at < end:
            self._seen += 1
            if self._seen > 2 * self._limits.items:  # each is met twice, since what is told once may stand behind it
                raise TooLarge(f"The request has more than {self._limits.items:,} items. Send smaller batches.")
            found = self._field(at, end)
            yield found
            at = found.end

    def _field(self, start: int, end: int) -> _Field:
        key, inside = self._varint(start, end)
        number, wire = key >> 3, key & 7
        if wire == _BYTES:
            length, inside = self._varint(inside, end)
            stop = inside + length
        elif wire == _VARINT:
            stop = self._varint(inside, end)[1]
        elif wire in _WIDTHS:
            stop = inside + _WIDTHS[wire]
        else:
            raise Malformed(f"This is no OTLP request in protobuf: a field of the type {wire}.")
        if stop > end or not number:
            raise Malformed("This is no OTLP request in protobuf: a field goes on behind its end.")
        return _Field(number, wire, start, inside, stop)

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        value = 0
        for place, byte in enumerate(self._body[at : min(at + _LONGEST_VARINT, end)]):
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
                return value, at + place + 1
        raise Malformed("This is no OTLP request in protobuf: it ends in the middle of a number.")


def _message(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _written(len(content)) + content


def _written(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:  # noqa: PLR2004 - the bit that says that more follows
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
