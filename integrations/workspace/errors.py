"""What the workspace answers when it says no."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """`{"ok": false, "error": error, ...}`, as the method pages of docs.slack.dev list them."""

    def __init__(self, error: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    @property
    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.error, **self.extra}


class InvalidBlocks(ApiError):
    """`problems` are (JSON pointer, sentence) pairs, written the way Slack writes them."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        sentences = [f"{sentence} [json-pointer:{pointer}]" for pointer, sentence in problems]
        messages = [f"[ERROR] {sentence}" for sentence in sentences]
        super().__init__("invalid_blocks", errors=sentences, response_metadata={"messages": messages})


def rate_limited(seconds: float) -> ApiError:
    """HTTP 429 with whole seconds, never 0, in Retry-After."""
    return ApiError("ratelimited", status=429, headers={"Retry-After": str(max(1, int(-(-seconds // 1))))})
