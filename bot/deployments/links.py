"""Where the logs and requests of the minutes of a deployment are shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.catalog import Catalog
from bot.deployments.values import Deployment
from bot.ports.telemetry import Known, LogQuery, Sources, SpanQuery, Window

Source = TypeVar("Source")

AFTERWARDS = timedelta(minutes=2)
"""What was logged arrives a while later, and a service dies a while after its pipeline."""


class Links:
    """To the first source that has a page."""

    def __init__(self, sources: Sources, catalog: Callable[[], Catalog]) -> None:
        self._sources, self._catalog = sources, catalog

    def logs(self, deployment: Deployment) -> str:
        """Empty while nothing has been in place yet, and where no source has a page."""
        return self._first_page(
            deployment,
            self._sources.logs,
            lambda source, window, names, where: source.logs_link(LogQuery(window, names, where)),
        )

    def traces(self, deployment: Deployment) -> str:
        """Every request that the service served, whoever it came from."""
        return self._first_page(
            deployment,
            self._sources.traces,
            lambda source, window, names, where: source.spans_link(SpanQuery(window, names, where, served_only=True)),
        )

    def _first_page(
        self,
        deployment: Deployment,
        sources: Iterable[Known[Source]],
        link: Callable[[Source, Window, tuple[str, ...], str], str],
    ) -> str:
        window = _minutes(deployment)
        if window is None:
            return ""
        environment = deployment.target.environment
        pages = (link(known.source, window, self._names(deployment, known.names), environment) for known in sources)
        return next(filter(_is_page, pages), "")

    def _names(self, deployment: Deployment, source: str) -> tuple[str, ...]:
        service = self._catalog().services.get(deployment.target.service.casefold())
        return service.names(source) if service else (deployment.target.service,)


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
