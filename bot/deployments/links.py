"""Where the logs and requests of the minutes of a deployment are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.catalog import Catalog
from bot.deployments.values import Deployment
from bot.ports.telemetry import Known, LogQuery, Sources, SpanQuery, Window

Source = TypeVar("Source")

AFTERWARDS = timedelta(minutes=2)
"""What was logged arrives a while later, and a service dies a while after its pipeline."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some services of an environment, for some time."""

    environment: str
    services: tuple[str, ...]
    window: Window


class Links:
    """To the first source that has a page."""

    def __init__(self, sources: Sources, catalog: Callable[[], Catalog]) -> None:
        self._sources, self._catalog = sources, catalog

    def logs(self, deployment: Deployment) -> str:
        """Empty while nothing has been in place yet, and where no source has a page."""
        stretch = _quoted(deployment)
        return self.logs_of(stretch) if stretch else ""

    def traces(self, deployment: Deployment) -> str:
        """Every request that the service served, whoever it came from."""
        stretch = _stretch(deployment)
        return self.traces_of(stretch) if stretch else ""

    def logs_of(self, stretch: Stretch) -> str:
        return self._first_page(
            stretch,
            self._sources.logs,
            lambda source, window, names, where: source.logs_link(LogQuery(window, names, where)),
        )

    def traces_of(self, stretch: Stretch) -> str:
        return self._first_page(
            stretch,
            self._sources.traces,
            lambda source, window, names, where: source.spans_link(SpanQuery(window, names, where, served_only=True)),
        )

    def _first_page(
        self,
        stretch: Stretch,
        sources: Iterable[Known[Source]],
        link: Callable[[Source, Window, tuple[str, ...], str], str],
    ) -> str:
        window, where = stretch.window, stretch.environment
        pages = (link(known.source, window, self._names(stretch, known.names), where) for known in sources)
        return next(filter(_is_page, pages), "")

    def _names(self, stretch: Stretch, source: str) -> tuple[str, ...]:
        known = self._catalog().services
        found = ((name, known.get(name.casefold())) for name in stretch.services)
        return tuple(each for name, service in found for each in (service.names(source) if service else (name,)))


def _stretch(deployment: Deployment) -> Stretch | None:
    window, target = _minutes(deployment), deployment.target
    return Stretch(target.environment, (target.service,), window) if window else None


def _quoted(deployment: Deployment) -> Stretch | None:
    """With the services whose errors are quoted: often it is a caller that logs them."""
    stretch = _stretch(deployment)
    services = dict.fromkeys((deployment.target.service, *(each.service for each in deployment.complaints)))
    return replace(stretch, services=tuple(services)) if stretch else None


def _minutes(deployment: Deployment) -> Window | None:
    """From its beginning until it was settled; while it is watched, until the watch will end."""
    start, ended = deployment.started_at, deployment.finished_at
    if start is None or ended is None:
        return None
    end: datetime = deployment.settled_at or deployment.watch_until or ended + AFTERWARDS
    return Window(start.replace(microsecond=0), end.replace(microsecond=0) + timedelta(seconds=1))


def _is_page(address: str) -> bool:
    """A process that does not know where it is reached has paths alone."""
    return address.startswith(("http://", "https://"))
