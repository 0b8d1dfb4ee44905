"""What vendors tell over HTTP: who sent it, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.ports.protection import HeldRun


@dataclass(frozen=True, slots=True)
class Hint:
    """A vendor says that something moved: look at it now. It is never the truth about it.

    delivery: the same for every repeat of a delivery. run: as in `Run.id`, empty when only a commit is named.
    """

    provider: str
    delivery: str
    event: str
    repository: str
    run: str = ""
    commit: str = ""


class Webhooks(Protocol):
    """Header names are lower case."""

    def verify(self, headers: Mapping[str, str], raw: bytes) -> None:
        """Raises Forbidden when the delivery is unsigned, or signed by somebody else."""
        ...

    def read(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Hint | HeldRun | None:
        """None when it tells nothing of a run or a commit. Raises UsageError when it is not what this vendor sends."""
        ...
