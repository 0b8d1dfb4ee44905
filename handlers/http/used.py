"""What services used in the minutes of a diagnosis, drawn: of each resource that its statements rest on, one chart.

A diagnosis keeps of it that it was one, and when: how much it was is read from what services have sent here, as long as
that is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Item
from bot.errors import SignalboxError
from bot.ports.telemetry import ResourceQuery, ResourceSeries, Window
from handlers.http.pages.usage import Came, drawn

log = structlog.get_logger(__name__)

Used = Callable[[ResourceQuery], Awaitable[Sequence[ResourceSeries]]]
"""What the service used, which is asked for by the catalog's name. Raises Unavailable."""

SHOWN = 12
"""Charts of one page."""

BEFORE, FURTHEST, AFTER = timedelta(minutes=5), timedelta(minutes=45), timedelta(minutes=1)
"""So much is shown before the fault at least, and before that as far as to the deployment, and after it."""

STEP, LONG = timedelta(seconds=10), timedelta(minutes=30)
"""A window that is longer has longer steps."""


async def nothing_used(_query: ResourceQuery) -> Sequence[ResourceSeries]:
    return ()


async def charts(items: Iterable[Item], question: Question, used: Used) -> list[Mapping[str, object]]:
    """Each with the service that it is of; none of what is no resource, or no longer kept."""
    wanted = list(dict.fromkeys((each.service, _metric(each)) for each in items if each.id.startswith("metric:")))
    services = dict.fromkeys(service for service, _ in wanted)
    found: dict[tuple[str, str], Mapping[str, object]] = {}
    for service in services:
        try:
            told = await used(_query(service, question))
        except SignalboxError as away:
            log.warning("what services used is not drawn", reason=away.user_message)
            break
        found |= {(service, each.metric): _card(each, service, question) for each in told if each.amounts}
    return [found[key] for key in wanted if key in found][:SHOWN]


def _metric(item: Item) -> str:
    return item.id.removeprefix(f"metric:{item.service}/")


def _query(service: str, question: Question) -> ResourceQuery:
    window = _window(service, question)
    step = STEP if window.end - window.start <= LONG else 3 * STEP
    return ResourceQuery(window, service, question.environment, step)


def _window(service: str, question: Question) -> Window:
    fault = _fault(question)
    came = [each.at - BEFORE / 2 for each in _came(service, question) if each.at <= fault.end]
    start = min([fault.start - BEFORE, *(at for at in came if at >= fault.start - FURTHEST)])
    return Window(start, fault.end + AFTER)


def _fault(question: Question) -> Window:
    return Window(*(datetime.fromtimestamp(at, UTC) for at in (question.faulty.start, question.faulty.end)))


def _came(service: str, question: Question) -> Iterator[Came]:
    for each in sorted(question.deployments, key=lambda each: each.time):
        if each.service == service:
            yield Came(datetime.fromtimestamp(each.time, UTC), each.version or each.commit[:12] or "deployed")


def _card(of: ResourceSeries, service: str, question: Question) -> Mapping[str, object]:
    came = tuple(_came(service, question))
    return {**drawn(of, _window(service, question), came, _fault(question)), "service": service}
