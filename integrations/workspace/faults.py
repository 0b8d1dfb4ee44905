"""Trouble that tests switch on: for a method or a kind of delivery, a number of times or for a while."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("429", "500", "slow", "dropped", "drop_ack", "duplicate", "disconnect")
_OF_CALLS = frozenset({"429", "500", "slow", "dropped"})


@dataclass(slots=True)
class Fault:
    """kind: one of KINDS. method: a Web API method, `response_url`, a kind of delivery (events_api, interactive,
    slash_commands), its name (`/env`, an event type, block_actions, view_submission, ...) or *.

    times: how many it hits; None is without end. until: unix seconds.
    seconds: the delay of `slow`, the Retry-After of `429`.
    """

    kind: str
    method: str = "*"
    times: int | None = 1
    until: float | None = None
    seconds: float = 1.0

    def hits(self, *names: str) -> bool:
        alive = self.times is None or self.times > 0
        return alive and self.method in ("*", *names) and (self.until is None or time.time() < self.until)


class Faults:
    def __init__(self) -> None:
        self._active: list[Fault] = []

    def set(self, kind: str, *, lasts: float | None = None, **options: Any) -> Fault:
        """`lasts` is in seconds. Raises ValueError on an unknown kind or option."""
        if kind not in KINDS:
            raise ValueError(f"No such fault: {kind!r}. Known are {', '.join(KINDS)}.")
        if lasts is not None:
            options = {"times": None, **options, "until": time.time() + lasts}
        try:
            fault = Fault(kind, **options)
        except TypeError as error:
            raise ValueError(f"A fault has method, times, lasts and seconds: {error}.") from error
        self._active.append(fault)
        return fault

    def clear(self) -> None:
        self._active.clear()

    def active(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active if fault.hits(fault.method)]

    def of_call(self, method: str) -> Fault | None:
        """The fault that hits this call of the Web API or a response_url, used up by asking."""
        return self._take(_OF_CALLS, method)

    def of_delivery(self, kind: str, *names: str) -> bool:
        """Whether `drop_ack` or `duplicate` hits this delivery."""
        return self._take(frozenset({kind}), *names) is not None

    def _take(self, kinds: frozenset[str], *names: str) -> Fault | None:
        fault = next((each for each in self._active if each.kind in kinds and each.hits(*names)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
        return fault
