"""What is made of a run that has ended: its cases, and what people are told of them. In the transaction that ends it,
and so exactly once for each attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlmodel import Session

from bot.cases.history import Known, apart, seen_in
from bot.cases.memory import Memory
from bot.cases.model import Step, decide, go_on, retry
from bot.cases.needs import Surroundings
from bot.cases.reading import read
from bot.cases.retrying import how_far, repeats
from bot.cases.rulebook import Rulebook
from bot.cases.store import Store
from bot.cases.telling import broken
from bot.cases.values import Place
from bot.catalog import Catalog
from bot.notices import outbox
from bot.notices.model import Envelope
from bot.ports.clock import Clock
from bot.suites.needs import Ended
from bot.suites.values import Broke, SuiteRun

LATELY = timedelta(days=14)
"""So far back deployments may have brought what fails now."""

Then = Callable[[Session, Step], None]

Tell = Callable[[Step], Sequence[Envelope]]
"""Whom to tell what, of one change of a case."""


class Desk:
    """Implements Findings of bot.suites.needs."""

    def __init__(
        self,
        store: Store,
        surroundings: Surroundings,
        *,
        tell: Tell,
        catalog: Callable[[], Catalog],
        clock: Clock,
        then: Then | None = None,
    ) -> None:
        """then: what else follows from a change, in its transaction."""
        self._store, self._memory, self._around, self._then = store, Memory(store.workspace), surroundings, then
        self._rules = Rulebook(store.database, store.workspace)
        self._tell, self._catalog, self._clock = tell, catalog, clock

    def __call__(self, session: Session, ended: Ended) -> Sequence[Broke]:
        run, now = ended.run, self._clock.now()
        self._store.hold(session, run.environment)
        if self._memory.has(session, run.id):
            return ()
        place = Place(run.suite, run.environment)
        made = read(run, ended.report, self.known(session, place, run.number), now, ended.walks, silent=ended.silent)
        if made.found.conclusive:
            self._memory.keep(session, place, made.summary, made.groups)
        causes = [each.id for each in made.found.causes]
        steps = decide(made.found, self._store.concerned(session, place, causes, now))
        for step in steps:
            self.follow(session, step)
        return broken(step.after for step in steps if step.after.last.id == run.id)

    def remember(self, session: Session, ended: Ended) -> None:
        """Of a run from before the suite was known here: its tests have a past then. It opens no case and closes none,
        and what was well or was deployed in those days nobody knows.
        """
        run, masks = ended.run, self._catalog().masks
        at, place = run.ended_at or run.opened_at, Place(run.suite, run.environment)
        self._store.hold(session, run.environment)
        if self._memory.has(session, run.id):
            return
        causes = tuple(cause for cause, _runs in self._memory.causes(session, place))
        made = read(run, ended.report, Known(causes=causes, masks=masks), at)
        if made.found.conclusive:
            self._memory.keep(session, place, made.summary, made.groups)

    def go_on(self, session: Session, run: SuiteRun) -> None:
        """A run that repeats another has moved: the cases that it is about show that it runs, and how far it is."""
        if run.attempt == 1 or run.over:
            return
        self._store.hold(session, run.environment)
        for case in self._store.open_at(session, Place(run.suite, run.environment)):
            began = retry(case, how_far(run), self._clock.now()) if repeats(case, run) else None
            if (step := began or go_on(case, how_far(run))) is not None:
                self.follow(session, step)

    def follow(self, session: Session, step: Step) -> None:
        """Write down a change, and what is told of it."""
        session.flush()
        self._store.put(session, step.after)
        outbox.put(session, self._store.workspace, list(self._tell(step)), now=self._clock.now())
        if self._then is not None:
            self._then(session, step)

    def known(self, session: Session, place: Place, number: int) -> Known:
        """As the run with that number finds it."""
        now, catalog = self._clock.now(), self._catalog()
        remembered, rules = self._memory.runs(session, place), self._rules.holding(session, place, now)
        runs = apart(remembered, rules)
        causes = self._memory.causes(session, place)
        environment = catalog.environments.get(place.environment.casefold())
        return Known(
            tuple(each for each in runs if each.number < number),
            self._memory.counted(session, place, before=number),
            tuple(each for each in runs if each.number > number),
            tuple(cause for cause, _runs in causes),
            seen_in({cause.id: runs for cause, runs in causes}, remembered, runs),
            self._around.deployed(session, place.environment, now - LATELY),
            self._around.probes(session, place.environment),
            catalog.masks,
            frozenset(environment.services if environment else ()),
            rules,
        )
