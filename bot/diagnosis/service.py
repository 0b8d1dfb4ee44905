"""Diagnoses as people and jobs take them: asked once, answered once, judged by people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.diagnosis import model
from bot.diagnosis.asking import Question
from bot.diagnosis.consequences import Consequences
from bot.diagnosis.investigating import Investigating, asks
from bot.diagnosis.needs import Questions
from bot.diagnosis.progress import Progress
from bot.diagnosis.trust import Record
from bot.diagnosis.values import Diagnosis, Judgement, Stage
from bot.errors import NotFound, SignalboxError
from bot.notices.casework import LISTED
from bot.ports.clock import Clock
from bot.runtime import jobs
from bot.runtime.jobs import Job
from bot.runtime.retrying import while_away
from bot.values import Caller

log = structlog.get_logger(__name__)

OF_CASE, ASK, SWEEP, PRUNE = "diagnosis.of_case", "diagnosis.ask", "diagnosis.sweep", "diagnosis.prune"
OVERTAKE = "diagnosis.overtake"
"""Names of jobs."""

KEPT = timedelta(days=90)
"""As long as cases remember their runs."""

WRITTEN_WITHIN = 60.0
"""Seconds for which what came of asking is held while the database is away: sources and a model that is paid were asked
for it, and would be again.
"""

ENDED_ITSELF = "It was begun several times and never came to an end."
SHORTER = "Ask again, of a shorter stretch."


class Diagnoses:
    """Each change bears a repeat. wake: called when something is to be told or done.
    longest: seconds after which what hangs is given up; sources and a model have deadlines of their own.

    Raises NotFound, UsageError, Unavailable.
    """

    def __init__(
        self,
        consequences: Consequences,
        questions: Questions,
        investigate: Investigating,
        clock: Clock,
        *,
        wake: Callable[[], None],
        longest: float,
    ) -> None:
        self._after, self._questions, self._investigate = consequences, questions, investigate
        self._store, self._clock, self._wake, self._longest = consequences.store, clock, wake, longest

    @property
    def questions(self) -> Questions:
        """From what somebody points at."""
        return self._questions

    async def of(self, id: str) -> Diagnosis:
        if (found := await self._store.get(id)) is None:
            raise NotFound(f"There is no diagnosis {id[:40]}.")
        return found

    async def of_case(self, case: str) -> list[Diagnosis]:
        """The oldest first."""
        return await self._store.of_case(case)

    async def records(self) -> dict[str, Record]:
        """How often people found answers right, by environment."""
        return await self._store.records()

    async def ask(self, questions: Sequence[Question], *, by: str = "") -> list[Diagnosis]:
        """Have them answered: in a while, by a job. What was asked before is not asked again: it may be answered, and
        then whoever asked is shown that at once and not sent it as well.
        """

        def work(session: Session) -> list[Diagnosis]:
            for case in dict.fromkeys(each.case for each in questions):
                self._after.hold(session, case)
            return [self._open(session, by, each) for each in questions]

        found = await self._store.database.transact(work)
        self._wake()
        return found

    async def judge(self, id: str, *, right: bool, caller: Caller, service: str = "") -> Diagnosis:
        """service: the one that it was instead, where it is not right and they know."""
        said = Judgement(right, caller.person, self._clock.now(), service)
        return await self._change(id, lambda session, known: self._after.judge(session, known, said))

    async def unjudge(self, id: str, *, caller: Caller) -> Diagnosis:
        return await self._change(id, lambda session, known: self._after.unjudge(session, known, caller.person))

    async def share(self, id: str, channel: str, *, caller: Caller) -> Diagnosis:
        """What was asked in private is shown there as well; what is of a case, in its thread."""
        return await self._change(
            id, lambda session, known: self._after.join(session, known, model.share(known, channel, caller.person))
        )

    async def open_case(self, arguments: Mapping[str, str]) -> None:
        """A job, written with the case: its causes become questions."""
        try:
            questions = await self._questions.of_case(arguments["case"])
        except NotFound as gone:
            log.info("no question", case=arguments["case"], why=gone.user_message)
            return
        await self.ask(questions[:LISTED])

    async def answer(self, arguments: Mapping[str, str]) -> None:
        """A job. Done again after a kill it asks again; only the first answer is written down and told."""
        known = await self._store.database.transact(lambda session: self._begin(session, arguments["id"]))
        self._wake()
        if known is None:
            return
        async with Progress(lambda doing: self._go_on(known.id, doing)) as progress:
            try:
                async with asyncio.timeout(self._longest):
                    found = await self._investigate(known.question, progress.say)
            except (SignalboxError, TimeoutError) as error:
                why = error.user_message if isinstance(error, SignalboxError) else "It took too long."
                log.warning("not diagnosed", diagnosis=known.id, reason=why)
                await self._fail(known.id, why)
                return
        now = self._clock.now()
        await self._ends(known.id, lambda session, known: self._after.answer(session, known, found, now))

    async def overtake(self, arguments: Mapping[str, str]) -> None:
        """A job, once a case is over or a deployment is in place: earlier answers offer no way back from before it."""
        about = {"environment": arguments.get("environment", ""), "service": arguments.get("service", "")}
        case = arguments.get("case", "")
        known = await self._store.of_case(case) if case else await self._store.naming(**about)
        for each in known:
            if model.way_back(each):
                await self._change(each.id, self._after.overtake)

    async def sweep(self, _arguments: Mapping[str, str]) -> None:
        """A job of the calendar: whatever lost its job is asked again."""
        now, longest = self._clock.now(), timedelta(seconds=self._longest)
        stuck = [each for each in await self._store.asking() if model.stuck(each, now, longest)]
        if stuck:
            again = [_job(each.id, f"{now:%Y%m%d%H%M}") for each in stuck]
            workspace = self._store.workspace
            await self._store.database.transact(lambda session: jobs.put(session, workspace, again, now=now))
            self._wake()

    async def prune(self, _arguments: Mapping[str, str]) -> None:
        """A job of the calendar."""
        before = self._clock.now() - KEPT
        await self._store.database.transact(lambda session: self._store.prune(session, before=before))

    def _open(self, session: Session, by: str, question: Question) -> Diagnosis:
        now, workspace = self._clock.now(), self._store.workspace
        opened = model.opened(question, by, now, asks(question))
        if self._store.add(session, opened.after):
            jobs.put(session, workspace, [_job(question.id)], now=now)
            return self._after.follow(session, opened.after, opened)
        known = self._store.one(session, question.id) or opened.after
        if (again := model.again(known, by, now, asks(known.question))) is not None:
            jobs.put(session, workspace, [_job(known.id, f"r{again.after.revision}")], now=now)
            return self._after.join(session, known, again)
        if by and known.stage is Stage.DONE:
            return known
        return self._after.join(session, known, model.join(known, by))

    def _begin(self, session: Session, id: str) -> Diagnosis | None:
        known = self._store.one(session, id)
        begun = model.begin(known, self._clock.now()) if known else None
        if begun is None:
            return None
        if model.worn_out(begun):
            why = ENDED_ITSELF if begun.question.case else f"{ENDED_ITSELF} {SHORTER}"
            self._after.follow(session, begun, model.fail(begun, why, self._clock.now()))
            return None
        self._store.put(session, begun)
        return begun

    async def _go_on(self, id: str, doing: str) -> None:
        await self._change(id, lambda session, known: self._after.follow(session, known, model.go_on(known, doing)))

    async def _fail(self, id: str, why: str) -> None:
        now = self._clock.now()
        await self._ends(id, lambda session, known: self._after.follow(session, known, model.fail(known, why, now)))

    async def _ends(self, id: str, how: Callable[[Session, Diagnosis], Diagnosis]) -> None:
        await while_away(lambda: self._change(id, how), within=WRITTEN_WITHIN)

    async def _change(self, id: str, how: Callable[[Session, Diagnosis], Diagnosis]) -> Diagnosis:
        def work(session: Session) -> Diagnosis:
            self._after.hold(session, self._store.case_of(session, id))
            if (known := self._store.one(session, id)) is None:
                raise NotFound(f"There is no diagnosis {id[:40]}.")
            return how(session, known)

        changed = await self._store.database.transact(work)
        self._wake()
        return changed


def wanted(session: Session, workspace: str, case: str, revision: int, clock: Clock) -> None:
    """In the transaction that opens a case or brings it back: its causes are to be explained."""
    job = Job(f"{OF_CASE}:{case}:{revision}", OF_CASE, {"case": case})
    jobs.put(session, workspace, [job], now=clock.now())


def over(case: str, revision: int) -> Job:
    """To be done once a case has closed."""
    return Job(f"{OVERTAKE}:{case}:{revision}", OVERTAKE, {"case": case})


def placed(deployment: str, environment: str, service: str) -> Job:
    """To be done once a deployment, by its id, has put something in place there."""
    return Job(f"{OVERTAKE}:{deployment}", OVERTAKE, {"environment": environment, "service": service})


def _job(id: str, tries: str = "0") -> Job:
    return Job(f"{ASK}:{id}:{tries}", ASK, {"id": id})
