"""What vendors tell over HTTP: who sent it, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.ports.pipelines import Hint
from bot.ports.protection import HeldRun


class Webhooks(Protocol):
    """Header names are lower case."""

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:
        """Raises Forbidden when the delivery is unsigned, or signed by somebody else."""
        ...

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | HeldRun | None:
        """None when it tells nothing of a run or a commit. Raises UsageError when it is not what this vendor sends."""
        ...
