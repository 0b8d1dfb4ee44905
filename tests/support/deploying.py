"""A team that deploys: the ledger on a real Valkey and SQLite, a vendor in memory, and hands that turn the clock."""

import json
from collections import deque
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlmodel import col, select

from bot.bootstrap.leases import LedgerLeases
from bot.catalog import parse
from bot.deployments import turns as waiting
from bot.deployments.attendance import Attendance
from bot.deployments.build_status import BUILD_STATUS
from bot.deployments.build_statuses import BuildStatuses
from bot.deployments.following import Following
from bot.deployments.hints import Hints
from bot.deployments.links import Links
from bot.deployments.outages import Outages
from bot.deployments.presence import Presence
from bot.deployments.records import LOOK, Records, no_effects
from bot.deployments.rules import RULE, Rules
from bot.deployments.service import Deployments
from bot.deployments.sightings import Sightings
from bot.deployments.starting import Starting
from bot.deployments.store import Store
from bot.deployments.unannounced import RUNS, UnannouncedRuns
from bot.deployments.values import Target, Wish
from bot.deployments.watch import Watching
from bot.grammar.words import why_taken
from bot.notices.outbox import envelope_of
from bot.notices.tables import OutboxRow
from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import Commit, RunState
from bot.reactions import begun_or_ended
from bot.reactions.deployments import DeploymentStory
from bot.reservations.service import Reservations
from bot.reservations.service import Wish as LeaseWish
from bot.reservations.values import Mode, Scope, Terms
from bot.runtime.database import open_database
from bot.runtime.job_tables import JobRow
from bot.values import Caller
from tests.support.envelopes import itself
from tests.support.ledgers import a_town
from tests.support.surroundings import Heard, Logged, Measured, Surroundings, Traced, sources_of

ANA, BEN, CEM, ELI = "U0ANA", "U0BEN", "U0CEM", "U0ELI"
PAYMENTS = Target("integration", "payments")
CATALOG = b"""
workspace: { announce: "#integration" }
environments:
  integration: { services: [payments, orders] }
services:
  payments:
    owners: [checkout]
    health: http://payments.test/health
    deploy: { provider: local, repository: shop/payments, pipeline: deploy, watch: 2m }
  orders:
    owners: [checkout]
    depends_on: [payments]
    deploy: { provider: local, repository: shop/orders, pipeline: deploy, gate: enforce }
  search: {}
people:
  ana: { slack: U0ANA, accounts: { local: ana } }
  ben: { slack: U0BEN }
  cem: { slack: U0CEM, accounts: { local: cem } }
  eli: { slack: U0ELI }
teams:
  checkout: { members: [ana, ben] }
  fulfilment: { members: [cem] }
roles: { override: [eli] }
"""


HOUR = timedelta(hours=1)


class RunGatesHere:
    """A vendor that holds runs back: what it was answered, and how its runs stand. troubles: one for each answer."""

    def __init__(self):
        self.answers, self.states, self.troubles = [], {}, deque()

    async def answer(self, held, verdict, comment):
        if self.troubles and (trouble := self.troubles.popleft()):
            raise trouble
        self.answers.append((held.run, verdict, comment))

    async def state(self, held):
        return self.states.get(held.run, RunState.WAITING)


class CasesHere:
    """What tests have found broken, whatever the environment."""

    def __init__(self):
        self.open = []

    async def open_in(self, environment):
        return self.open


class Team:
    def __init__(self, ledger, database, vendor, catalog, clock, *, effects=no_effects):
        self.clock, self.database, self.vendor, self.catalog = clock, database, vendor, catalog
        self.health, self.metrics, self.logged, self.traced = Surroundings(), Measured(), Logged(), Traced()
        sources = sources_of(self.logged, self.metrics)
        reservations, store = Reservations(ledger), Store(database, "T1")
        self.reservations, self.store = reservations, store
        tell = DeploymentStory("T1", lambda: self.catalog, Links(sources, lambda: self.catalog))
        records = Records(
            store, self.clock, tell=tell, catalog=lambda: self.catalog, wake=lambda: None, effects=effects
        )
        self._leases = leases = LedgerLeases(reservations, lambda: self.catalog, self.clock)
        self.known = known = {"local": vendor}
        about = {"catalog": lambda: self.catalog, "clock": self.clock}
        presence = Presence(self.health, about["catalog"])
        self.cases = CasesHere()
        beside = {"presence": presence, "cases": self.cases}
        self.deployments = Deployments(records, leases, known.get, about["catalog"], self.clock, **beside)
        watching = Watching(self.health, sources, self.traced, **about)
        starting = Starting(records, self.deployments, known.get, **about)
        self.gates = RunGatesHere()
        self.rules = Rules(records, self.deployments, self.gates, **about)
        steps = {"starting": starting, "rules": self.rules, "presence": presence}
        self.following = Following(records, self.deployments, leases, known.get, watching, **steps, **about)
        self.hints = Hints(records, self.rules, **about)
        self.marks = BuildStatuses(store, known.get, catalog=about["catalog"])
        self.heard = Heard()
        self.attendance = attendance = Attendance(database, "T1", self.clock)
        self.unannounced = UnannouncedRuns(records, self.deployments, known.get, presence, attendance, **about)
        seeing = {"voices": self.heard, "runs": self.unannounced, "attendance": attendance}
        self.sightings = Sightings(records, leases, known.get, self.health, **seeing, **about)
        self.outages = Outages(records, leases, **about)
        self._does = {LOOK: self.following.look, BUILD_STATUS: self.marks.put, RULE: self.rules.open}
        self._does[RUNS] = self.unannounced.look
        self._done = set()

    async def work(self, *, until=timedelta(0)):
        """Do every job that is due, and those that follow; then again after the clock was turned, up to `until`."""
        end = self.clock.now() + until
        while True:
            waiting, now = await self._jobs(), self.clock.now().timestamp() * 1000
            due = [job for job in waiting if job.name in self._does and job.due_at <= now]
            for job in due:
                self._done.add(job.id)
                await self._does[job.name](json.loads(job.arguments))
            if not due:
                next_one = min((job.due_at for job in waiting if job.due_at), default=None)
                if next_one is None or next_one > end.timestamp() * 1000:
                    self.clock.advance(end - self.clock.now())
                    return
                self.clock.advance(timedelta(milliseconds=next_one - now))

    async def pin(self, lease, run):
        await self._leases.pin(lease, run=run, until=self.clock.now() + HOUR)

    async def told(self, to):
        """What was written for somebody, by kind, with the newest last."""
        async with self.database.read() as session:
            rows = (
                await session.exec(select(OutboxRow).where(OutboxRow.to == to).order_by(col(OutboxRow.position)))
            ).all()
        return [itself(envelope_of(row).notice) for row in rows]

    async def _jobs(self):
        async with self.database.read() as session:
            left = select(JobRow).where(col(JobRow.id).not_in(self._done))
            return (await session.exec(left)).all()

    async def jobs(self, name):
        """Those of that kind that were ever written, in the order of their beginning."""
        async with self.database.read() as session:
            found = (await session.exec(select(JobRow).where(JobRow.name == name))).all()
        return sorted(found, key=lambda job: (job.created_at, job.due_at))


def by(person, request="r1", team=None):
    teams = {ANA: "checkout", BEN: "checkout", CEM: "fulfilment"}
    return Caller(person, f"{person}:{request}", team or teams.get(person))


def commits():
    """Three versions of payments, newest first."""
    said = [("1.6.0", "Round cents once", "ana"), ("1.5.0", "Accept francs", "ana"), ("1.4.0", "First", "ben")]
    return [Commit(version, subject, login, login=login) for version, subject, login in said]


@asynccontextmanager
async def a_team(valkey, database_url, *, effects=no_effects):
    async with a_town(valkey.url, database_url) as town:
        catalog = parse(CATALOG, "signalbox.yaml", why_taken=why_taken)
        database = await open_database(database_url)

        def project(session, steps):
            waiting.note(session, "T1", begun_or_ended(steps), town.clock.now())

        history = commits()
        refs = {"main": "1.6.0"} | {commit.hash: commit.hash for commit in history}
        vendor = FakePipelines(
            history={"shop/payments": history, "shop/orders": commits()},
            refs={"shop/payments": refs, "shop/orders": refs},
        )
        yield Team(await town.replica(project=project), database, vendor, catalog, town.clock, effects=effects)
        await database.close()


async def begun(team, ref="1.5.0", person=ANA, request="r1", **more):
    deployment = await team.deployments.deploy(Wish(PAYMENTS, ref, **more), caller=by(person, request))
    await team.work()
    return await team.deployments.of(deployment.id)


async def brought(team, ref="1.5.0", **more):
    deployment = await begun(team, ref, **more)
    team.vendor.advance(deployment.run, RunState.SUCCEEDED)
    await team.work(until=timedelta(minutes=1))
    return await team.deployments.of(deployment.id)


async def holds(team, person, scope="payments", mode=Mode.EXCLUSIVE):
    wish = LeaseWish(Scope("integration", frozenset({scope})), mode, HOUR, Terms())
    return await team.reservations.reserve(wish, caller=by(person, "lease"))


async def leases(team):
    return (await team.reservations.current()).leases
