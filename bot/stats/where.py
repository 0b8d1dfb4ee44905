"""Which spans are about which service, found without a look at all of them for each. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.stats.lives import Life, Span

WHOLE = ""
"""Stands for all services of an environment, and for an environment that has no named ones."""


class Where:
    """The spans of `lives` by environment and service."""

    def __init__(self, lives: Iterable[Life]) -> None:
        self._all: defaultdict[str, list[Span]] = defaultdict(list)
        self._of: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
        for life in lives:
            for span in life.spans:
                self._put(span)

    def touching(self, environment: str, service: str) -> Sequence[Span]:
        """What is about that service. Resources are apart from services: whoever has one has no service by it."""
        if service == WHOLE:
            return self._all.get(environment, ())
        return (*self._of.get((environment, WHOLE), ()), *self._of.get((environment, service), ()))

    def _put(self, span: Span) -> None:
        scope = span.lease.scope
        if scope.resources:
            return
        self._all[scope.environment].append(span)
        for service in scope.services or (WHOLE,):
            self._of[scope.environment, service].append(span)
