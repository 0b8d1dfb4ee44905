"""Questions to the evidence, whoever asks them and how."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deps import Deps
from bot.diagnosis.asking import Question
from bot.diagnosis.facts import facts
from bot.diagnosis.values import Diagnosis
from bot.errors import NotFound
from bot.grammar import suite_commands as typed
from bot.notices.casework import LISTED
from bot.notices.diagnosing import DiagnosisFacts
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import running
from handlers.views.diagnoses import answers


def facts_of(found: Diagnosis, deps: Deps) -> DiagnosisFacts:
    return facts(found, deps.public_url)


async def diagnose(line: typed.Diagnose, deps: Deps, caller: Caller) -> Message:
    """Raises NotFound, UsageError, Unavailable."""
    return await ask(await _questions(line, deps), deps, caller, line.reading)


async def ask(questions: Sequence[Question], deps: Deps, caller: Caller, reading: str = "") -> Message:
    """The answer comes by direct message, where it can grow; what was asked before is shown at once.

    Raises NotFound where nothing is left to ask.
    """
    if not questions:
        raise NotFound("Nothing of it is left to explain: its causes are green, or people have said what they are.")
    found = await deps.diagnoses.ask(questions[:LISTED], by=caller.person)
    return answers.asked(tuple(facts_of(each, deps) for each in found), reading)


async def _questions(line: typed.Diagnose, deps: Deps) -> Sequence[Question]:
    questions = deps.diagnoses.questions
    if line.service:
        return [await questions.of_service(line.service, line.environment, line.minutes, ago=line.ago)]
    if line.trace:
        return [await questions.of_trace(line.trace, line.environment)]
    if line.case:
        return await questions.of_case(line.case)
    return await questions.of_run((await running.find(line.which or typed.Which(), deps)).id)


async def share(id: str, deps: Deps, caller: Caller) -> Message:
    """Raises NotFound where the environment has no channel."""
    known = await deps.diagnoses.of(id)
    channel = deps.catalog().announce_channel(known.question.environment)
    if not channel:
        raise NotFound(f"The catalog names no channel for {known.question.environment}.")
    shared = await deps.diagnoses.share(id, channel, caller=caller)
    return answers.shared(facts_of(shared, deps), channel)
