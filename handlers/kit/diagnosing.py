"""Questions to the evidence, whoever asks them and how."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cases.facts import facts as case_facts
from bot.deps import Deps
from bot.diagnosis.asking import Question
from bot.diagnosis.facts import facts
from bot.diagnosis.values import Diagnosis, Stage
from bot.errors import NotFound, UsageError
from bot.grammar import suite_commands as typed
from bot.notices.casework import LISTED
from bot.notices.diagnosing import DiagnosisFacts
from bot.ports.chat import Message
from bot.suites.values import SuiteRun
from bot.values import Caller
from handlers.kit import running
from handlers.views.diagnoses import answers

NEAREST = 2
"""Runs that are offered where the one that was named is not there."""


def facts_of(found: Diagnosis, deps: Deps) -> DiagnosisFacts:
    return facts(found, deps.public_url)


async def diagnose(line: typed.Diagnose, deps: Deps, caller: Caller) -> Message:
    """Raises NotFound, UsageError, Unavailable."""
    try:
        run = None if line.service or line.trace or line.case else await _run_of(line, deps)
        questions = await (deps.diagnoses.questions.of_run(run.id) if run else _questions(line, deps))
    except NotFound as error:
        raise await _what_else(error, line, deps) from error
    if not questions and line.case:
        return await settled(line.case, deps, caller, line.reading)
    return await ask(questions, deps, caller, line.reading, run)


async def settled(id: str, deps: Deps, caller: Caller, reading: str = "") -> Message:
    """A case of which nothing is left to explain: how it ended, and what was found last. Raises NotFound."""
    case = case_facts(await deps.cases.of(id), root=deps.public_url)
    last = await _last_told(case.case_id, deps, caller)
    return answers.settled(case, facts_of(last, deps) if last else None, reading)


async def _last_told(case: str, deps: Deps, caller: Caller) -> Diagnosis | None:
    """Of a case of which nothing is left to explain: what was found last, if anything was that this person may see."""
    known = await deps.diagnoses.of_case(case)
    told = [each for each in known if each.stage is Stage.DONE and (not each.private or _asked_it(caller.person, each))]
    return told[-1] if told else None


def _asked_it(person: str, known: Diagnosis) -> bool:
    return person in (known.by, *known.also)


async def _what_else(error: NotFound, line: typed.Diagnose, deps: Deps) -> UsageError:
    """What was asked about is not there: what is, as lines to press."""
    red = [run for run in await deps.suites.history(limit=running.LOOKED_AT) if run.red][:NEAREST]
    known = running.suite_names(deps.catalog()).services
    services = [f"diagnose {each.name} on {each.environments[0]}" for each in known if each.environments]
    runs = [f"diagnose #{run.number}" for run in red]
    names = ", ".join(f"#{run.number} {run.suite}" for run in red)
    lately = f" Red lately: {names}." if red else " No run was red lately."
    told = "" if line.trace or line.service else lately
    lines = (*runs, *services) if told else (*services, *runs)
    return running.refused(f"{_missing(error, line)}{told}", "diagnose", lines)


def _missing(error: NotFound, line: typed.Diagnose) -> str:
    if line.trace:
        return f"{error.user_message} It may be older than what they keep, or was never sent. Ask of a service instead."
    if line.which and line.which.address:
        return "That link names no run, no case, no trace and no service that I know."
    return error.user_message


async def ask(
    questions: Sequence[Question], deps: Deps, caller: Caller, reading: str = "", run: SuiteRun | None = None
) -> Message:
    """The answer comes by direct message, where it can grow; what was asked before is shown at once. run: that was
    asked about: what is known of a cause may be of another that met it.

    Raises NotFound where nothing is left to ask.
    """
    if not questions:
        raise NotFound("Nothing of it is left to explain: its causes are green, or people have said what they are.")
    found = await deps.diagnoses.ask(questions[:LISTED], by=caller.person)
    met = await _other_run(questions[0].run, run, deps)
    told = tuple(facts_of(each, deps) for each in found)
    return answers.asked(told, reading, run=run.number if run and met else 0, met=met)


async def _other_run(known: str, run: SuiteRun | None, deps: Deps) -> int:
    """The number of the run that the answer is of, where that is not the one that was asked about; else 0."""
    if run is None or known in ("", run.id):
        return 0
    try:
        return (await deps.suites.of(known)).number
    except NotFound:
        return 0


async def _questions(line: typed.Diagnose, deps: Deps) -> Sequence[Question]:
    questions = deps.diagnoses.questions
    if line.service:
        return [await questions.of_service(line.service, line.environment, line.minutes, ago=line.ago)]
    if line.trace:
        return [await questions.of_trace(line.trace, line.environment)]
    return await questions.of_case(line.case)


async def _run_of(line: typed.Diagnose, deps: Deps) -> SuiteRun:
    return await running.find(line.which or typed.Which(), deps)


async def share(id: str, deps: Deps, caller: Caller) -> Message:
    """Raises NotFound where the environment has no channel."""
    known = await deps.diagnoses.of(id)
    channel = deps.catalog().announce_channel(known.question.environment)
    if not channel:
        raise NotFound(f"The catalog names no channel for {known.question.environment}.")
    shared = await deps.diagnoses.share(id, channel, caller=caller)
    return answers.shared(facts_of(shared, deps), channel)
