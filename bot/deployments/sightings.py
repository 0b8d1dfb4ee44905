"""What is seen to run, at health addresses and in telemetry: versions, what died, and what came around the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.catalog import Catalog, Gate
from bot.deployments.attendance import AWAY, Absence, Attendance
from bot.deployments.needs import Explains, Leases, Providers, Voice, Voices
from bot.deployments.questions import answered, card_of, settled
from bot.deployments.records import Records
from bot.deployments.refusals import Answered
from bot.deployments.values import (
    BYPASS,
    SEEN,
    UNANNOUNCED,
    Deployment,
    Health,
    Running,
    Stage,
    Target,
    Watch,
    bypass_id,
)
from bot.deployments.voices import Glance, by_target, glance
from bot.errors import NotFound, SignalboxError, Unavailable
from bot.notices.model import BypassQuestion, BypassTold, Envelope
from bot.ports.clock import Clock
from bot.ports.health import HealthProbe
from bot.values import PIPELINE, Caller

log = structlog.get_logger(__name__)

RECENT = timedelta(minutes=10)
"""A version that appears so soon after a deployment of its service ended is taken for that deployment's."""

AT_ONCE = 10


class Sightings:
    def __init__(
        self,
        records: Records,
        leases: Leases,
        providers: Providers,
        health: HealthProbe,
        *,
        voices: Voices,
        runs: Explains,
        attendance: Attendance,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._store, self._leases, self._providers = records, records.store, leases, providers
        self._health, self._voices, self._runs = health, voices, runs
        self._attendance, self._catalog, self._clock = attendance, catalog, clock

    async def look(self, _arguments: Mapping[str, str]) -> None:
        """A job's task: every health address of the catalog, a few at a time, and whoever is heard."""
        absence = await self._attendance.look()
        known = {each.target: each for each in await self._store.running()}
        addresses, heard = _addresses(self._catalog()), await self._heard()
        few = asyncio.Semaphore(AT_ONCE)

        async def one(target: Target) -> None:
            async with few:
                address, before = addresses.get(target), known.get(target)
                probe = await self._health.look(address) if address else None
                if seen := glance(before, probe, heard.get(target)):
                    await self._saw(target, before, seen, absence)

        await asyncio.gather(*map(one, {**addresses, **heard}))

    async def _heard(self) -> dict[Target, Voice]:
        """Nobody, while its store is away: health addresses are looked at all the same."""
        try:
            return by_target(await self._voices.running_versions(), self._catalog())
        except Unavailable as error:
            log.warning("telemetry was not asked for versions", reason=error.user_message)
            return {}

    async def answer(self, id: str, *, mine: bool, caller: Caller) -> Running:
        """Whoever was asked says whether it was they. Raises NotFound when it is no question any more, and Answered
        when somebody has said that it was theirs.
        """
        running = await self.asked_about(id)
        if running.by and not (mine and running.by == caller.person):
            raise Answered(f"<@{running.by}> has said that it was theirs. Nothing was changed.")
        owner = caller.person if mine else ""
        await self._records.note(lambda session: self._owned(session, running, owner))
        return running

    async def disown(self, id: str, caller: Caller) -> Deployment:
        """A run that the provider says was theirs was not: it is written down as its pipeline's. Repeating it is
        harmless. Raises NotFound and Answered.
        """
        deployment = await self._store.get(id)
        if deployment is None or deployment.via != UNANNOUNCED:
            raise NotFound("That deployment is not known any more, so it does not matter.")
        if deployment.by != caller.person:
            raise Answered("It is not written down as yours. Nothing was changed.")
        delivery = self._catalog().service(deployment.target.service).delivery
        person = self._catalog().person(caller.person)
        says = f"{(person.full_name or person.name) if person else 'somebody'} says that it was not theirs"
        what = {"by": f"{PIPELINE}{delivery.repository or delivery.pipeline}", "team": None}
        note = ", ".join(filter(None, (deployment.note, says)))
        due = None if deployment.settled_at else self._clock.now()
        also = self._records.disowned(deployment, what["by"] or "")
        return await self._records.change(deployment, due=due, also=also, note=note, **what)

    async def asked_about(self, id: str) -> Running:
        """Raises NotFound when it runs no more."""
        running = next((each for each in await self._store.running() if bypass_id(each) == id), None)
        if running is None:
            raise NotFound("Something else runs there by now, so it does not matter any more.")
        return running

    async def _saw(self, target: Target, before: Running | None, seen: Glance, absence: Absence | None) -> None:
        now, version = self._clock.now(), seen.version
        changed = before is None or version != before.version
        back = absence if absence and before and _unseen_since(before, absence, now) else None
        again = back is not None and seen.told_after(back.end)
        if before and not changed and not again and (before.source, before.health, before.detail) == _told(seen):
            return
        missed = back.start if back and changed else None
        deployment = await self._brought(target, version, missed) if changed else None
        around = before is not None and changed and bool(before.version) and deployment is None
        if around and await self._runs.explain(target):
            return  # whose it is will be known when that run has ended
        deployment = await self._brought(target, version, missed) if around else deployment
        around = around and deployment is None
        kept = before if before and not changed else None
        running = Running(
            target,
            version,
            kept.since if kept else seen.since or now,
            seen.source,
            seen.health,
            now,
            seen.detail,
            deployment=deployment.id if deployment else kept.deployment if kept else "",
            by=deployment.by if deployment else kept.by if kept else "",
            down_since=((before and before.down_since) or now) if seen.health is Health.DOWN else None,
            told=before.told if before else (),
            told_at=before.told_at if before else None,
            before=kept.before if kept else before.version if before else "",
            asked=await self._presumed(target, version) if around else kept.asked if kept else "",
            missed_since=missed if around else kept.missed_since if kept else None,
        )
        asked = await self._asked(running, before.version) if around and before else []
        await self._records.note(lambda session: self._note(session, before, running, asked))

    def _note(
        self, session: Session, before: Running | None, running: Running, asked: Sequence[Envelope]
    ) -> Sequence[Envelope]:
        """What was written down while the address was asked is newer: the next look sees what that has left."""
        if self._store.runs(session, running.target) != before:
            return ()
        asked = [*settled(before, running), *asked]
        self._store.put_running(session, running)
        if before is not None and before.health is not running.health:
            self._store.note_health(session, running, running.seen_at or running.since)
        return asked

    async def _brought(self, target: Target, version: str, missed: datetime | None) -> Deployment | None:
        """The deployment that explains it: one that runs, or that ended lately or brought that very version.

        missed: from when on nobody looked. What was replaced before that has not come back by itself.
        """
        lately = self._clock.now() - RECENT
        for each in await self._store.history(target.service, target.environment, limit=5):
            ended = each.finished_at or each.opened_at
            fits = version in (each.version, each.ref) or not each.stage.over
            if fits or (each.stage is Stage.SUCCEEDED and ended >= lately):
                return each
            if missed and each.stage is Stage.SUCCEEDED and ended < missed:
                return None
        return None

    async def _asked(self, running: Running, before: str) -> list[Envelope]:
        """The presumed actor is asked, and whoever holds the place is told. Public only when nobody is known, or where
        the gate is enforced.
        """
        target, id = running.target, bypass_id(running)
        outlook = await self._leases.outlook(target, person="", team=None)
        holder = outlook.holders[0].person if outlook.holders else ""
        actor = running.asked
        fields = (target.environment, target.service, running.version, before, running.since)
        told = BypassTold(*fields, by=actor, missed_since=running.missed_since)
        found: list[Envelope] = []
        if actor:
            asked = BypassQuestion(id, *fields, holder=holder, missed_since=running.missed_since)
            found.append(Envelope(f"{id}:asked", actor, asked, card=card_of(running), final=True))
        if holder and holder != actor:
            found.append(Envelope(f"{id}:holder", holder, told))
        if (self._enforced(target) or not actor) and (channel := self._catalog().announce_channel(target.environment)):
            found.append(Envelope(f"{id}:told", channel, told, card=id))
        return found

    async def _presumed(self, target: Target, version: str) -> str:
        """Whoever wrote what runs now, as far as the provider and the catalog know; a Slack id, or nothing."""
        delivery = self._catalog().service(target.service).delivery
        provider = self._providers(delivery.provider)
        if provider is None or not version:
            return ""
        try:
            commit = await provider.commit(delivery.repository, version)
        except SignalboxError as error:
            log.info("nobody can say whose version it is", version=version, reason=error.user_message)
            return ""
        person = self._catalog().person_with(delivery.provider, commit.login, commit.email) if commit else None
        return person.slack if person else ""

    def _owned(self, session: Session, running: Running, owner: str) -> list[Envelope]:
        """Somebody owned up: it is written down as a deployment of theirs, and the channel hears of it where it was
        told of the version already. Nobody did: the channel is told.
        """
        target, id = running.target, bypass_id(running)
        if owner and not running.deployment:
            deployment = _after_the_fact(id, running, owner)
            if not self._store.known(session, deployment.id):
                self._store.insert(session, deployment, None)
            self._store.put_running(session, replace(running, deployment=deployment.id, by=deployment.by))
        over, channel = answered(running, owner), self._catalog().announce_channel(target.environment)
        if not channel or (owner and running.asked and not self._enforced(target)):
            return over
        what = (target.environment, target.service, running.version, running.before, running.since)
        told = BypassTold(*what, by=owner, confirmed=bool(owner), missed_since=running.missed_since)
        return [*over, Envelope(f"{id}:{owner or 'nobody'}", channel, told, card=id)]

    def _enforced(self, target: Target) -> bool:
        return self._catalog().service(target.service).delivery.gate is Gate.ENFORCE


def _unseen_since(before: Running, absence: Absence, now: datetime) -> bool:
    """Whether it has not told its version yet since Signalbox is back. Later than soon after that, it may be new."""
    return (before.seen_at or before.since) < absence.end and now - absence.end <= AWAY


def _told(seen: Glance) -> tuple[str, Health, str]:
    return seen.source, seen.health, seen.detail


def _addresses(catalog: Catalog) -> dict[Target, str]:
    return {
        Target(environment.name, name): service.health.replace("{environment}", environment.name)
        for environment in catalog.environments.values()
        for name in environment.services
        if (service := catalog.services.get(name.casefold())) and service.health
    }


def _after_the_fact(id: str, running: Running, owner: str) -> Deployment:
    return Deployment(
        id.removeprefix(BYPASS),
        running.target,
        running.version,
        owner,
        running.since,
        stage=Stage.SUCCEEDED,
        version=running.version,
        before=running.before,
        via=SEEN,
        finished_at=running.since,
        watch=Watch.NOT_YET,
    )
