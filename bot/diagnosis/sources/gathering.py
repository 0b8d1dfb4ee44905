"""The evidence of a question: all sources asked at once, and what they told until the time was over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.catalog import Catalog
from bot.diagnosis.asking import About, Question
from bot.diagnosis.evidence import Evidence
from bot.diagnosis.needs import Repositories
from bot.diagnosis.signals.concerning import of_what_failed
from bot.diagnosis.signals.parting import parted
from bot.diagnosis.sources.bringing import brought
from bot.diagnosis.sources.inquiry import Inquiry
from bot.diagnosis.sources.keepers import inquired
from bot.diagnosis.sources.pooling import Told, pooled
from bot.diagnosis.sources.soundings import Limits, OfLogs, OfMetrics, OfTraces
from bot.diagnosis.values import RESOURCES, Asked, Gathered
from bot.ports.telemetry import Sources

log = structlog.get_logger(__name__)

DEADLINE = 20.0
"""Seconds."""

GRACE = 0.5
"""Seconds that whoever is called off has to leave."""


class Gathering:
    """Implements Gather. deadline: seconds. repositories: None where diffs are not to be read."""

    def __init__(
        self,
        sources: Sources,
        catalog: Callable[[], Catalog],
        *,
        deadline: float = DEADLINE,
        limits: Limits | None = None,
        repositories: Repositories | None = None,
    ) -> None:
        self._sources, self._catalog, self._repositories = sources, catalog, repositories
        self._deadline, self._limits = deadline, limits or Limits()

    async def __call__(self, question: Question) -> Gathered:
        catalog, limits = self._catalog(), self._limits
        told = Told(
            [OfTraces(each, question, catalog, limits) for each in self._sources.traces],
            [OfLogs(each, question, catalog, limits) for each in self._sources.logs],
            [OfMetrics(each, question, catalog) for each in self._sources.metrics],
        )
        diffs = inquired(question, self._repositories)
        inquiries = [Inquiry(each.known.name, each.kind, each.steps()) for each in told.everybody]
        inquiries += [Inquiry(each.name, each.kind, each.steps()) for each in diffs]
        rates = inquiries[len(told.traces) + len(told.logs) : len(told.everybody)]
        used = [
            Inquiry(first.name, RESOURCES, each.resources.steps(), first)
            for each, first in zip(told.metrics, rates, strict=True)
        ]
        await self._ask([*inquiries, *used])
        for inquiry, of in zip(inquiries[len(told.everybody) :], diffs, strict=True):
            inquiry.trouble = inquiry.trouble or of.trouble
        asked = [each.asked(of.size) for each, of in zip(inquiries, (*told.everybody, *diffs), strict=True)]
        asked += _of_themselves(used, rates)
        evidence = await asyncio.to_thread(_evidence, question, told, asked)
        services = tuple(each.name for each in catalog.services.values())
        read = (each for of in diffs for each in of.found.values())
        commits = brought(question.commits, read)
        return Gathered(replace(evidence, commits=commits, services=services), tuple(asked))

    async def _ask(self, inquiries: Sequence[Inquiry]) -> None:
        """All at once; whoever is late is called off, and what it has told by then stays."""
        tasks = {asyncio.create_task(each.carry_out()): each for each in inquiries}
        if not tasks:
            return
        try:
            done, late = await asyncio.wait(tasks, timeout=self._deadline)
        finally:
            for task in tasks:
                task.cancel()
        if late:
            await asyncio.wait(late, timeout=GRACE)
        for task in late:
            tasks[task].called_off(self._deadline)
        for task in done:
            if (error := task.exception()) is not None:
                log.error("a source broke", source=tasks[task].name, exc_info=error)
                tasks[task].trouble = "it broke, which Signalbox's log tells of"


def _of_themselves(used: Sequence[Inquiry], rates: Sequence[Inquiry]) -> list[Asked]:
    """Those that are named beside the rates of the same source: only they had trouble, or another one."""
    pairs = zip(used, rates, strict=True)
    return [each.asked(0) for each, first in pairs if each.trouble and each.trouble != first.trouble]


def _evidence(question: Question, told: Told, asked: Sequence[Asked]) -> Evidence:
    found = pooled(question, told)
    late = [each for each in asked if each.trouble]
    troubles = (f"{each.name}, asked for {each.kind}: {each.trouble}" for each in late)
    pointed = (*question.traces, *(each.trace_id for each in question.failing if each.trace_id))
    everything = Evidence(
        found.observed[0],
        found.observed[1:],
        alert=question.alert,
        deployments=question.deployments,
        remarks=(*troubles, *found.remarks),
        away=tuple(dict.fromkeys(each.name for each in late if each.lacks)),
        changed=question.references[0].differing if question.references else (),
        pointed=tuple(dict.fromkeys(pointed)),
        somewhere=question.about in {About.SERVICE, About.TRACE, About.TEXT},
    )
    return parted(of_what_failed(everything), question.subject, question.troubles)
