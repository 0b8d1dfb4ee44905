"""What people say of causes and tests: known issue, quarantine, not flaky, a cause of its own, the same as another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cases import model
from bot.cases.desk import Desk
from bot.cases.memory import Memory
from bot.cases.rulebook import Noted, Rulebook, rule_id
from bot.cases.store import Store
from bot.cases.values import Case, Place, Struck, Summary
from bot.cases.wobbling import Wobbly, wobbly
from bot.cases.words import kind
from bot.errors import NotFound
from bot.failures.rules import Rule, Says, Scope, Subject
from bot.failures.values import Cause
from bot.ports.clock import Clock
from bot.values import Caller

TO_COME = (1 << 31) - 1
"""The number of a run that finds everything that is remembered."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wants to say of a cause met in that place, and for how long it is to hold.

    about: the same in words. test: only of that one, by its key; fingerprint: only of what looks so. case_id: where it
    is said. words: a ticket, a link, or the reason. into: the cause that it is the same as.
    """

    says: Says
    place: Place
    cause: str
    about: str
    scope: Scope
    length: timedelta
    test: str = ""
    fingerprint: str = ""
    case_id: str = ""
    words: str = ""
    owner: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Of what a cause is made: tests by their keys, and messages by their fingerprints, each in words."""

    tests: tuple[tuple[str, str], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()


class Rulings:
    """Each change bears a repeat. wake: called when something is to be told.

    Raises NotFound, UsageError, Unavailable.
    """

    def __init__(self, store: Store, desk: Desk, clock: Clock, *, wake: Callable[[], None]) -> None:
        self._store, self._desk, self._clock, self._wake = store, desk, clock, wake
        self._book, self._memory = Rulebook(store.database, store.workspace), Memory(store.workspace)

    async def say(self, saying: Saying, *, caller: Caller) -> Noted:
        rule = _rule(saying, caller, self._clock.now())
        noted = Noted(rule, saying.about, saying.case_id)
        said = await self._store.database.transact(lambda session: self._say(session, noted, saying.place))
        self._wake()
        return said

    async def of(self, id: str) -> Noted:
        found = await self._book.get(id.upper())
        if found is None:
            raise NotFound(f"There is no rule {id[:40]}.")
        return found

    async def in_force(self) -> list[Noted]:
        """The newest first."""
        return await self._book.in_force(self._clock.now())

    async def undo(self, id: str, *, caller: Caller) -> Noted:
        known = await self.of(id)
        undone = await self._store.database.transact(lambda session: self._undo(session, known.rule.id, caller))
        self._wake()
        return undone

    async def flaky(self, suite: str = "") -> list[Wobbly]:
        """Of every place where the suite, or any, was run; those that fail the most first."""

        def look(session: Session) -> list[Wobbly]:
            places = self._memory.places(session, suite)
            return [each for place in places for each in wobbly(place, self._desk.known(session, place, TO_COME))]

        async with self._store.database.read() as session:
            found = await session.run_sync(lambda _: look(session.sync_session))
        return sorted(found, key=lambda each: -each.flakiness.rate)

    async def parts(self, case: Case, cause: str) -> Parts:
        """Of what a cause of the case is made, as far as is remembered."""

        def look(session: Session) -> Parts:
            known = self._desk.known(session, case.place, TO_COME)
            return _parts(case, cause, known.summaries, known.causes)

        async with self._store.database.read() as session:
            return await session.run_sync(lambda _: look(session.sync_session))

    async def others(self, case: Case, cause: str) -> list[Struck]:
        """Causes that it may be the same as: of open cases of the same suite there."""
        near = [each for each in await self._store.open_ones() if each.place == case.place and each.id != case.id]
        every = {each.id: each for one in (case, *near) for each in one.causes if each.id != cause}
        return list(every.values())

    def _say(self, session: Session, noted: Noted, place: Place) -> Noted:
        rule, now = noted.rule, self._clock.now()
        self._store.hold(session, place.environment)
        if (known := self._book.one(session, rule.id)) is not None:
            return known
        self._book.put(session, noted)
        session.flush()
        ruled = noted.ruled
        for case in self._store.open_with(session, rule.about.cause):
            if self._concerns(session, noted, case) and (step := model.rule(case, rule.about.cause, ruled, now)):
                self._desk.follow(session, step)
        return noted

    def _concerns(self, session: Session, noted: Noted, case: Case) -> bool:
        """What only some of its tests are quarantined for is still red."""
        rule, place = noted.rule, case.place
        if rule.says not in model.SETTLING:
            return case.id == noted.case_id
        if not rule.scope.holds_in(place.suite, place.environment):
            return False
        if rule.says is not Says.QUARANTINE:
            return True
        rules = self._book.holding(session, place, self._clock.now())
        struck = next(each for each in case.causes if each.id == rule.about.cause)
        return all(rules.saying(Says.QUARANTINE, Subject(cause=struck.id, test=test)) for test in struck.tests)

    def _undo(self, session: Session, id: str, caller: Caller) -> Noted:
        now, known = self._clock.now(), self._book.one(session, id)
        if known is None or not known.rule.in_force(now):
            raise NotFound("That rule does not hold any more.")
        undone = self._book.undo(session, known, now)
        for case in self._store.ruled_by(session, id):
            self._store.hold(session, case.place.environment)
            if step := model.unrule(case, id, caller.person, now):
                self._desk.follow(session, step)
        return undone


def _rule(saying: Saying, caller: Caller, now: datetime) -> Rule:
    known = saying.says is Says.KNOWN
    about = Subject(saying.cause, saying.fingerprint, saying.test)
    apart = hashlib.sha256(f"{about}".encode()).hexdigest()[:16] if saying.says is Says.SPLIT else ""
    return Rule(
        rule_id(f"{caller.request_id}:{saying.says}"),
        saying.says,
        about,
        saying.scope,
        caller.person,
        now,
        into=saying.into or apart,
        reference=saying.words if known else "",
        owner=saying.owner,
        reason="" if known else saying.words,
        expires_at=now + saying.length,
    )


def _parts(case: Case, cause: str, summaries: Sequence[Summary], causes: Sequence[Cause]) -> Parts:
    struck = next((each for each in case.causes if each.id == cause), None)
    names = {test: name for each in summaries for test, name in each.names.items()}
    tests = tuple((test, names[test]) for test in struck.tests if test in names) if struck else ()
    kinds = next((each.fingerprints for each in causes if each.id == cause), ())
    return Parts(tests, tuple((each.exact, kind(each)) for each in kinds))
