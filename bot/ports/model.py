"""A language model that answers in a fixed schema and may look things up first. Frozen values, and what goes wrong.

ModelError
├── Refused       it will not answer this
├── Overloaded    the vendor has too much to do, or we ask too often
├── TooLong       more than it can read, or than it may write
├── Malformed     what came back is no answer: cut off, no JSON, another shape
├── Denied        the key, the model's name or the request is not accepted
└── Unreachable   no answer, or a lost connection
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the vendor counts them. input: read anew; cached: read from its cache; stored: written into that."""

    input: int = 0
    cached: int = 0
    stored: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        return self.input + self.cached + self.stored + self.output


@dataclass(frozen=True, slots=True)
class Tool:
    """schema: of its arguments, a JSON Schema."""

    name: str
    says: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What the model wants to look up. arguments: as it wrote them, of whatever shape."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """id: of the call."""

    id: str
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """text: the answer, in the schema that was asked for; empty while it looks things up. calls: what it looks up.

    said: what the vendor wants to get back with the results, unread.
    """

    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    said: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What it said, and the results of what it looked up."""

    reply: Reply
    results: tuple[ToolResult, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """system: the same every time. question: this time. schema: of the answer, a JSON Schema. looking: it may look
    things up; else it has to answer. most: tokens that it may write.
    """

    system: str
    question: str
    schema: Mapping[str, Any]
    most: int
    turns: tuple[Turn, ...] = ()
    tools: tuple[Tool, ...] = ()
    looking: bool = True


class ModelError(Exception):
    """why: half a sentence for a person, after the model's name. usage: what it cost all the same; None: not known."""

    why = "did not answer"

    def __init__(self, detail: str = "", usage: Usage | None = None) -> None:
        super().__init__(detail or self.why)
        self.usage = usage


class Refused(ModelError):
    why = "would not answer"


class Overloaded(ModelError):
    why = "had too much to do"


class TooLong(ModelError):
    why = "could not take in or write so much"


class Malformed(ModelError):
    why = "answered with what cannot be read"


class Denied(ModelError):
    why = "did not accept the request"


class Unreachable(ModelError):
    why = "could not be reached"


class Model(Protocol):
    """name: as its vendor calls it."""

    @property
    def name(self) -> str: ...

    async def open(self) -> None:
        """What takes its time before the first question; nothing is asked."""
        ...

    def size(self, prompt: Prompt) -> int:
        """Tokens that the prompt has at most: no token is less than a byte."""
        ...

    async def answer(self, prompt: Prompt) -> Reply:
        """One round. Raises ModelError. Nothing is asked twice unless the vendor said that it did nothing."""
        ...
