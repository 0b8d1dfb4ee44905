"""Anthropic's Claude behind the port Model: platform.claude.com/docs, Messages API.

The SDK sends and signs the request and knows the vendor's errors. What comes back is read here, bounded and strictly:
the SDK takes whatever arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec
from pydantic import SecretStr

from bot.ports.model import (
    Denied,
    Malformed,
    ModelError,
    Overloaded,
    Prompt,
    Refused,
    Reply,
    ToolCall,
    TooLong,
    Turn,
    Unreachable,
    Usage,
)

if TYPE_CHECKING:
    from anthropic import APIStatusError, AsyncAnthropic

LARGEST = 4_000_000
"""Bytes of one answer: many times what a model may write."""

ATTEMPTS, PAUSE, LONGEST_PAUSE = 3, 1.0, 10.0
"""Seconds, where the vendor does not say how long: doubled each time."""

CONNECTING = 5.0
FRAME = 4_000
"""Tokens that the vendor adds of its own: what tells the model of its tools and of the schema."""

BUSY = frozenset({429, 503, 529})
TOO_LARGE = 413
LASTING: Mapping[str, Any] = {"type": "ephemeral"}
"""Kept by the vendor for five minutes, so that the next round reads it for a tenth of the price."""


class _Usage(msgspec.Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int | None = 0
    cache_creation_input_tokens: int | None = 0

    def __post_init__(self) -> None:
        if min(self.of().input, self.of().output, self.of().cached, self.of().stored) < 0:
            raise ValueError("less than no tokens")

    def of(self) -> Usage:
        cached, stored = self.cache_read_input_tokens or 0, self.cache_creation_input_tokens or 0
        return Usage(self.input_tokens, cached, stored, self.output_tokens)


class _Message(msgspec.Struct):
    content: list[dict[str, Any]]
    usage: _Usage
    stop_reason: str | None = None


class _Call(msgspec.Struct):
    id: str
    name: str
    input: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """model: its name at the vendor. effort: low to max, empty where the model knows none. patience: seconds for one
    round.
    """

    model: str
    effort: str = ""
    base_url: str = ""
    patience: float = 60.0


class Claude:
    """The SDK takes seconds to load, so it is loaded with the first question."""

    def __init__(self, key: SecretStr, manner: Manner) -> None:
        self._key, self._manner = key, manner
        self._client: AsyncAnthropic | None = None

    @property
    def name(self) -> str:
        return self._manner.model

    async def open(self) -> None:
        await self._opened()

    def size(self, prompt: Prompt) -> int:
        return len(msgspec.json.encode(_request(prompt, self._manner))) + FRAME

    async def answer(self, prompt: Prompt) -> Reply:
        """Too much to do is asked again, as it costs nothing."""
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._once(prompt)
            except Overloaded as busy:
                await asyncio.sleep(_pause(busy, attempt))
        return await self._once(prompt)

    async def check(self) -> None:
        """That the key is taken and the model is known, which costs nothing. Raises ModelError."""
        client = await self._opened()
        with _translated():
            await client.models.retrieve(self.name)

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def _once(self, prompt: Prompt) -> Reply:
        client = await self._opened()
        with _translated():
            async with client.messages.with_streaming_response.create(**_request(prompt, self._manner)) as answer:
                return _read(await _bounded(answer.iter_bytes()))

    async def _opened(self) -> AsyncAnthropic:
        if self._client is None:
            made = await asyncio.to_thread(_sdk)
            self._client = self._client or made(
                api_key=self._key.get_secret_value(),
                base_url=self._manner.base_url or None,
                timeout=httpx2.Timeout(self._manner.patience, connect=CONNECTING),
                max_retries=0,  # a repeat after a lost answer would be paid twice
                open_telemetry=False,  # its spans may hold what was asked
            )
        return self._client


@contextmanager
def _translated() -> Generator[None]:
    """The SDK's errors as ours."""
    import anthropic  # noqa: PLC0415 - loaded by then

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _said_no(error) from error
    except (anthropic.APIConnectionError, httpx2.TransportError, OSError) as error:
        raise Unreachable(type(error).__name__) from error
    except (anthropic.APIError, httpx2.HTTPError, httpx2.StreamError) as error:
        raise Malformed(type(error).__name__) from error
    except (anthropic.AnthropicError, httpx2.InvalidURL, ValueError) as error:  # it was not sent
        raise Denied(type(error).__name__, Usage()) from error


@cache
def _sdk() -> type[AsyncAnthropic]:
    from anthropic import AsyncAnthropic  # noqa: PLC0415 - takes seconds to load

    return AsyncAnthropic


def _pause(busy: Overloaded, attempt: int) -> float:
    told = str(busy)
    wanted = float(told) if told.replace(".", "", 1).isdigit() else PAUSE * 2 ** (attempt - 1)
    return min(wanted, LONGEST_PAUSE)


def _request(prompt: Prompt, manner: Manner) -> dict[str, Any]:
    wanted: dict[str, Any] = {"format": {"type": "json_schema", "schema": prompt.schema}}
    if manner.effort:
        wanted["effort"] = manner.effort
    request: dict[str, Any] = {
        "model": manner.model,
        "max_tokens": prompt.most,
        "system": [{"type": "text", "text": prompt.system, "cache_control": LASTING}],
        "messages": list(_messages(prompt)),
        "output_config": wanted,
    }
    if prompt.tools:
        request["tools"] = [
            {"name": each.name, "description": each.says, "input_schema": each.schema} for each in prompt.tools
        ]
        request["tool_choice"] = {"type": "auto" if prompt.looking else "none"}
    return request


def _messages(prompt: Prompt) -> Iterator[dict[str, Any]]:
    """What does not change is marked to be kept: the question, and the last results."""
    yield {"role": "user", "content": [{"type": "text", "text": prompt.question, "cache_control": LASTING}]}
    for place, turn in enumerate(prompt.turns, 1):
        yield {"role": "assistant", "content": list(turn.reply.said)}
        yield {"role": "user", "content": list(_results(turn, last=place == len(prompt.turns)))}


def _results(turn: Turn, *, last: bool) -> Iterator[dict[str, Any]]:
    for place, each in enumerate(turn.results, 1):
        block: dict[str, Any] = {"type": "tool_result", "tool_use_id": each.id, "content": each.text}
        if each.failed:
            block["is_error"] = True
        if last and place == len(turn.results):
            block["cache_control"] = LASTING
        yield block


async def _bounded(chunks: Any) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise Malformed("far too large")
    return bytes(body)


def _read(body: bytes) -> Reply:
    try:
        message = msgspec.json.decode(body, type=_Message)
        calls = tuple(_called(block) for block in message.content if block.get("type") == "tool_use")
        text = "".join(str(block.get("text", "")) for block in message.content if block.get("type") == "text")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(str(error)[:200]) from error
    usage = message.usage.of()
    if (trouble := STOPPED.get(message.stop_reason or "")) is not None:
        raise trouble(message.stop_reason or "", usage)
    if calls and message.stop_reason != "tool_use":
        raise Malformed(f"calls, and {message.stop_reason}", usage)
    if not calls and not text:
        raise Malformed("nothing", usage)
    return Reply("" if calls else text, calls, usage, tuple(message.content))


STOPPED: Mapping[str, type[ModelError]] = {
    "refusal": Refused,
    "max_tokens": TooLong,
    "model_context_window_exceeded": TooLong,
    "pause_turn": Malformed,
}
"""Why it stopped, where that is no answer. It pauses only for tools of the vendor, of which none is offered."""


def _called(block: Mapping[str, Any]) -> ToolCall:
    call = msgspec.convert(block, type=_Call)
    return ToolCall(call.id, call.name, call.input)


def _said_no(error: APIStatusError) -> ModelError:
    """Whoever was refused was not charged."""
    if error.status_code in BUSY:
        return Overloaded(error.response.headers.get("retry-after", ""), Usage())
    if error.status_code == TOO_LARGE or (error.type == "invalid_request_error" and "too long" in str(error.message)):
        return TooLong(f"HTTP {error.status_code}", Usage())
    if error.status_code < SERVER_ERROR:
        return Denied(f"HTTP {error.status_code}", Usage())
    return Unreachable(f"HTTP {error.status_code}")


SERVER_ERROR = 500
