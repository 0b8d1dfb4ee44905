"""A team that runs suites: the ledger on a real Valkey and SQLite, a vendor in memory, and hands that turn the clock."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from bot.bootstrap.suite_leases import LedgerSuiteLeases
from bot.catalog import parse
from bot.grammar.words import why_taken
from bot.notices.outbox import envelope_of
from bot.notices.tables import OutboxRow
from bot.ports.fake_pipelines import FakePipelines
from bot.reactions import turns
from bot.reactions.suites import SuiteStory
from bot.reservations.service import Reservations
from bot.reservations.service import Wish as LeaseWish
from bot.reservations.values import Mode, Scope, Terms
from bot.runtime.database import open_database
from bot.runtime.job_tables import JobRow
from bot.suites import turns as waiting
from bot.suites.following import Following
from bot.suites.intake import Reports
from bot.suites.needs import Excuses, Outside
from bot.suites.records import LOOK, Also, Records
from bot.suites.schedules import Schedules
from bot.suites.service import Suites
from bot.suites.store import Store
from bot.suites.understanding import read
from bot.suites.values import Excused, Wish
from bot.values import Caller
from tests.support.envelopes import itself
from tests.support.ledgers import a_town

ANA, BEN, CEM = "U0ANA", "U0BEN", "U0CEM"
CATALOG = b"""
environments:
  integration: { services: [payments, orders] }
services:
  payments: { description: cards }
  orders: { description: orders }
people:
  ana: { slack: U0ANA }
  ben: { slack: U0BEN }
  cem: { slack: U0CEM }
teams:
  checkout: { members: [ana, ben] }
suites:
  api:
    provider: local
    repository: shop/tests
    pipeline: api
    expected: 2m
    limit: 10m
    retry: pytest
    parameters:
      currency: { default: EUR, choices: [EUR, USD] }
    schedule:
      - { cron: "0 10 * * mon-fri", when_held: skip }
  e2e: { provider: local, pipeline: e2e, lease: shared, covers: [payments] }
  jobs: { provider: github, repository: shop/tests, pipeline: tests.yml }
  nightly:
    provider: local
    pipeline: night
    schedule:
      - { cron: "30 9 * * *", when_held: wait }
"""

GREEN = b'<testsuite name="pytest"><testcase classname="api.test_pay.TestPay" name="test_a"/><testcase name="b"/></testsuite>'
RED = (
    b'<testsuite name="pytest"><testcase classname="api.test_pay.TestPay" name="test_a[EUR]">'
    b'<failure message="KeyError: EUR">trace</failure></testcase><testcase name="b"/></testsuite>'
)


class Found:
    """What was made of runs that have ended. then: what else is made of them."""

    def __init__(self):
        self.ended, self.then = [], None

    def __call__(self, session, ended):
        self.ended.append(ended)
        return (self.then(session, ended) if self.then else ()) or ()


class Moving:
    """What else follows from each change of a run; nothing, until a test says what does."""

    def __init__(self):
        self.then: Also | None = None

    def __call__(self, session, run):
        if self.then:
            self.then(session, run)


class Excusing:
    """What turns runs not red; nothing, until a test says what does."""

    def __init__(self):
        self.then: Excuses | None = None

    async def __call__(self, run, report, walks):
        return await self.then(run, report, walks) if self.then else Excused()


class Runs:
    """service -> version, as they are said to run."""

    def __init__(self):
        self.versions = {"payments": "1.4.2"}

    async def running(self, environment):
        return dict(self.versions)


class Traced:
    """How failed tests went through the services, as it is said. asked: how often that was looked up. quiet: who logs nothing."""

    def __init__(self):
        self.walks, self.asked, self.quiet = {}, 0, ()

    async def of(self, run, report):
        self.asked += 1
        return {case.id: self.walks.get(case.id) for case in report.red if case.trace_ids}

    async def silent(self, run):
        return self.quiet


class Team:
    def __init__(self, ledger, database, catalog, clock):
        self.clock, self.database, self.vendor, self.catalog = clock, database, FakePipelines(), catalog
        self.reservations, self.store = Reservations(ledger), Store(database, "T1")
        self.found, self.excuses, self.runs, self.traced = Found(), Excusing(), Runs(), Traced()
        self.moves = Moving()
        about = {"catalog": lambda: catalog, "clock": clock}
        records = Records(
            self.store,
            clock,
            tell=SuiteStory("T1", lambda: catalog),
            catalog=lambda: catalog,
            wake=lambda: None,
            moved=self.moves,
        )
        self.reports = Reports(database, clock, workspace="T1", read=read)
        leases = LedgerSuiteLeases(self.reservations, lambda: catalog, clock)
        others = (self.runs, self.traced, self.excuses)
        self.stopped = ""
        outside = Outside(leases, {"local": self.vendor, "github": self.vendor}.get, *others, lambda _run: self.stopped)
        self.suites = Suites(records, self.reports, outside, findings=self.found, **about)
        self.following = Following(records, self.suites, self.reports, outside, findings=self.found, **about)
        self.schedules = Schedules(self.suites.run, lambda: catalog, clock)
        self._done = set()

    async def work(self, *, until=timedelta(0)):
        """Do every job that is due, and those that follow; then again after the clock was turned, up to `until`."""
        end = self.clock.now() + until
        while True:
            waiting, now = await self._jobs(), self.clock.now().timestamp() * 1000
            due = [job for job in waiting if job.due_at <= now]
            for job in due:
                self._done.add(job.id)
                await self.following.look(json.loads(job.arguments))
            if not due:
                coming = min((job.due_at for job in waiting if job.due_at), default=None)
                if coming is None or coming > end.timestamp() * 1000:
                    self.clock.advance(end - self.clock.now())
                    return
                self.clock.advance(timedelta(milliseconds=coming - now))

    async def told(self, to):
        """What was written for somebody, with the newest last."""
        async with self.database.read() as session:
            query = select(OutboxRow).where(OutboxRow.to == to).order_by(col(OutboxRow.position))
            return [itself(envelope_of(row).notice) for row in (await session.exec(query)).all()]

    async def _jobs(self):
        async with self.database.read() as session:
            left = select(JobRow).where(JobRow.name == LOOK, col(JobRow.id).not_in(self._done))
            return (await session.exec(left)).all()


@asynccontextmanager
async def a_team(valkey, url, catalog=CATALOG):
    async with a_town(valkey.url, url) as town:

        def project(session, steps):
            waiting.note(session, "T1", {turn.lease_id for turn in turns(steps)}, steps[-1].recorded.at)

        ledger = await town.replica(project=project)
        database = await open_database(url)
        try:
            yield Team(ledger, database, parse(catalog, "catalog", why_taken=why_taken), town.clock)
        finally:
            await database.close()


def by(person, request="r"):
    return Caller(person, f"{request}:{person}", "checkout" if person in (ANA, BEN) else None)


async def begun(team, suite="api", person=ANA, request="r", **wish):
    """Asked for, and started as far as it may be."""
    run = await team.suites.run(Wish(suite, "integration", **wish), caller=by(person, request))
    await team.work(until=timedelta(seconds=3))
    return await team.suites.of(run.id)


async def ended(team, run, state, report=None):
    """Its pipeline ends so, by the team's clock, and has left that."""
    began = team.vendor.began[run.run.id]
    if report is not None:
        began.artifacts["junit.xml"] = report
    team.vendor.advance(run.run, state)
    began.status = replace(began.status, finished_at=team.clock.now())
    await team.work(until=timedelta(minutes=1))
    return await team.suites.of(run.id)


async def holds(team, person, mode=Mode.EXCLUSIVE):
    wish = LeaseWish(Scope("integration"), mode, timedelta(hours=1), Terms())
    await team.reservations.reserve(wish, caller=by(person, "lease"))


async def leases(team):
    return (await team.reservations.current()).leases
