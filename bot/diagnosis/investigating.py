"""From a question to its answer: evidence, ranking, words. What a source or a model fails to do, the answer says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.diagnosis.asking import Question, Reference
from bot.diagnosis.evidence import Evidence
from bot.diagnosis.facts import kind_of
from bot.diagnosis.model import Answer
from bot.diagnosis.narration.unmasking import unmasked
from bot.diagnosis.needs import Explain, Gather, Narrate
from bot.diagnosis.ranking import rank
from bot.diagnosis.values import Explanation, Findings
from bot.diagnosis.words.saying import called, listed

SHOWN = 3

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Investigating:
    """explain: what the numbers say; narrate: that in better words."""

    gather: Gather
    explain: Explain
    narrate: Narrate

    async def __call__(self, question: Question, progress: Progress) -> Answer:
        """Ranking and reading take up to a second of arithmetic: on a thread, so that nobody else waits for it."""
        gathered = await self.gather(question)
        progress("Comparing what came with the time in health")
        ranking = await asyncio.to_thread(rank, gathered.evidence)
        findings = Findings(question, gathered, ranking)
        plain = await asyncio.to_thread(self.explain, findings)
        narrated = await self.narrate(findings, plain, progress)
        told = await asyncio.to_thread(unmasked, narrated, gathered.evidence)
        services = tuple(each.service for each in ranking.services if each.score > 0)
        told = replace(told, against=against(question, told))
        return Answer(told, services, gathered.asked, compared=compared(gathered.evidence))


def compared(evidence: Evidence) -> tuple[Reference, ...]:
    """Nothing where it was compared with what the question says."""
    if not evidence.compared:
        return ()
    return tuple(Reference(each.window, evidence.compared, evidence.changed) for each in evidence.references)


def against(question: Question, told: Explanation) -> str:
    """Whoever is told of a deployment in one message and of a service in another is told that they are two."""
    if not told.service or not question.suspects or told.service in question.suspects:
        return ""
    points = "deployment points" if len(question.suspects) == 1 else "deployments point"
    traced = any(kind_of(item) == "trace" for one in told.because for item in one.evidence)
    seen = "the traces" if traced else "what was observed"
    return f"The {points} to {listed(question.suspects)}, {seen} to {called(told.service)}"


def asks(question: Question) -> str:
    """`Asking logs, traces and rates of payments, orders and 3 more`: what is done first."""
    named = (question.alert.service,) if question.alert.service else question.services
    rest = len(named) - SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    return f"Asking logs, traces and rates of {', '.join(named[:SHOWN]) or question.environment}{more}"
