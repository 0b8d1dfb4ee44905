"""Who is told that a service does not answer any more, and that it does again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from sqlmodel import Session

from bot.catalog import Catalog
from bot.deployments.needs import Leases
from bot.deployments.records import Records
from bot.deployments.values import Health, Running, Target, Watch
from bot.notices.facts import OutageFacts
from bot.notices.model import Envelope, ServicesDown, ServicesUp
from bot.ports.clock import Clock
from bot.values import is_pipeline

SURE = timedelta(seconds=25)
"""What is down for so long was seen down three times: a look that fails says little, on a busy machine two of them."""

QUIET = timedelta(minutes=15)
"""What falls and rises again and again is told once in so long; the board says it all the time."""


@dataclass(frozen=True, slots=True)
class _News:
    """What one person is to be told of one service. holds: they are told because they hold it."""

    person: str
    running: Running
    holds: bool = False


class Outages:
    """Holders are told, or where nobody holds it, its owners. Whoever deploys it hears from the watch."""

    def __init__(self, records: Records, leases: Leases, *, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._records, self._store, self._leases = records, records.store, leases
        self._catalog, self._clock = catalog, clock

    async def look(self) -> None:
        """After each look at health addresses. What happened to one person at once is one message."""
        known = await self._store.running()
        fallen = [each for each in known if self._fell(each) and not await self._is_watched(each.target)]
        down = [news for each in fallen for news in await self._concerned(each)]
        up = [_News(person, each) for each in known if each.health is Health.UP for person in each.told]
        if down or up:
            await self._records.note(lambda session: [*self._tell_down(session, down), *self._tell_up(session, up)])

    def _fell(self, running: Running) -> bool:
        now, since, last = self._clock.now(), running.down_since, running.told_at
        if since is None or running.told or now - since < SURE:
            return False
        return last is None or now - last >= QUIET

    async def _is_watched(self, target: Target) -> bool:
        latest = await self._store.history(target.service, target.environment, limit=1)
        return any(not each.stage.over or each.watch is Watch.WATCHING for each in latest)

    async def _concerned(self, running: Running) -> list[_News]:
        target, catalog = running.target, self._catalog()
        outlook = await self._leases.outlook(target, person="", team=None)
        if holders := sorted({each.person for each in outlook.holders if not is_pipeline(each.person)}):
            return [_News(person, running, holds=True) for person in holders]
        owners = catalog.service(target.service).owners or catalog.environment(target.environment).owners
        return [_News(person.slack, running) for person in catalog.people_behind(owners)]

    def _tell_down(self, session: Session, news: list[_News]) -> Iterator[Envelope]:
        told = {each.running.target: (*(x.person for x in news if x.running == each.running),) for each in news}
        for each in {x.running.target: x.running for x in news}.values():
            self._store.put_running(session, replace(each, told=told[each.target], told_at=self._clock.now()))
        for person, of_person in _by_person(news):
            found = tuple(_facts(each.running) for each in of_person)
            holds = any(each.holds for each in of_person)
            yield Envelope(_id("down", person, of_person), person, ServicesDown(found, holds=holds))

    def _tell_up(self, session: Session, news: list[_News]) -> Iterator[Envelope]:
        for each in {x.running.target: x.running for x in news}.values():
            self._store.put_running(session, replace(each, told=()))
        for person, of_person in _by_person(news):
            found = tuple(_facts(each.running) for each in of_person)
            yield Envelope(_id("up", person, of_person), person, ServicesUp(found))


def _by_person(news: Iterable[_News]) -> Iterator[tuple[str, list[_News]]]:
    ordered = sorted(news, key=lambda each: (each.person, str(each.running.target)))
    yield from ((person, list(of_person)) for person, of_person in groupby(ordered, key=lambda each: each.person))


def _id(what: str, person: str, news: list[_News]) -> str:
    first = news[0].running
    return f"{what}:{person}:{first.target}:{(first.seen_at or first.since).isoformat()}"


def _facts(running: Running) -> OutageFacts:
    target, at = running.target, running.down_since or running.seen_at or running.since
    return OutageFacts(target.environment, target.service, running.version, at, running.detail)
