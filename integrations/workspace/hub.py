"""Tells whoever is watching: page windows of a person, and those who wait for something to change."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Push = dict[str, Any]


class Hub:
    def __init__(self) -> None:
        self._windows: dict[str, set[asyncio.Queue[Push]]] = defaultdict(set)
        self._changed = asyncio.Event()

    def open_window(self, person: str) -> asyncio.Queue[Push]:
        """What is pushed to `person` from now on."""
        window: asyncio.Queue[Push] = asyncio.Queue()
        self._windows[person].add(window)
        return window

    def close_window(self, person: str, window: asyncio.Queue[Push]) -> None:
        self._windows[person].discard(window)

    def push(self, people: Iterable[str], push: Push) -> None:
        for person in people:
            for window in self._windows.get(person, ()):
                window.put_nowait(push)
        self.touch()

    def push_all(self, push: Push) -> None:
        self.push(list(self._windows), push)

    def touch(self) -> None:
        """Wake everybody who waits for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def next_change(self) -> asyncio.Event:
        """Set when anything changes from now on. Take it before looking at what should change."""
        return self._changed
