"""The explanation in a model's words, within what it may cost; on any trouble the plain one, and a line says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Protocol

import structlog

from bot.diagnosis.narration.answering import SCHEMA, Accepted, Unusable, accepted
from bot.diagnosis.narration.costs import Amount, Limits, dollars
from bot.diagnosis.narration.drilling import TOOLS, Drill
from bot.diagnosis.narration.spending import Reserved
from bot.diagnosis.narration.telling import Shown, choices, question
from bot.diagnosis.values import Explanation, Findings, Spent
from bot.errors import Unavailable
from bot.ports.clock import Clock
from bot.ports.model import Malformed, Model, ModelError, Prompt, Reply, ToolResult, Turn, Usage
from bot.runtime import metrics

log = structlog.get_logger(__name__)

NAME = "Claude"
AT_ONCE = 6
"""Calls that are answered in one round."""

Progress = Callable[[str], None]


class Purse(Protocol):
    """The day's budget, shared by all replicas. Each raises Unavailable."""

    async def reserve(self, most: Amount, limit: Amount, now: datetime) -> Reserved | None: ...
    async def settle(self, reserved: Reserved, spent: Amount, usage: Usage) -> None: ...
    async def ended(self, now: datetime, *, told: bool) -> None: ...


class _GivenUp(Exception):
    """outcome: for the metrics. why: a clause for a person."""

    def __init__(self, outcome: str, why: str) -> None:
        super().__init__(why)
        self.outcome, self.why = outcome, why


@dataclass(slots=True)
class _Talk:
    """amount: spent, with what is under way at its most."""

    findings: Findings
    plain: Explanation
    drill: Drill
    progress: Progress
    turns: list[Turn] = field(default_factory=list[Turn])
    amount: Amount = field(default_factory=Amount)
    spent: Spent = field(default_factory=Spent)


class Narrator:
    """Implements Narrate."""

    def __init__(self, model: Model, purse: Purse, limits: Limits, clock: Clock) -> None:
        self._model, self._purse, self._limits, self._clock = model, purse, limits, clock

    async def __call__(self, findings: Findings, plain: Explanation, progress: Progress | None = None) -> Explanation:
        if not plain.because or not choices(findings):  # there is nothing to read
            return plain
        shown = Shown()
        talk = _Talk(findings, plain, Drill(findings.gathered.evidence, shown), progress or _unheard)
        try:
            told = await self._within_time(talk)
        except _GivenUp as given_up:
            return await self._ended(talk, given_up.outcome, _instead(talk, given_up.why))
        except Unusable as unusable:
            instead = _instead(talk, f"{NAME} {unusable.why}")
            return await self._ended(talk, "unusable", instead)
        metrics.MODEL_DROPPED.inc(told.dropped)
        explanation = replace(told.explanation, author=self._model.name, spent=talk.spent)
        return await self._ended(talk, "told", explanation)

    async def _within_time(self, talk: _Talk) -> Accepted:
        seconds = self._limits.seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._told(talk)
        except TimeoutError as late:
            raise _GivenUp("late", f"{NAME} did not answer in {seconds:.0f} s") from late
        except ModelError as error:
            log.warning("the model failed", model=self._model.name, kind=type(error).__name__, detail=str(error))
            raise _GivenUp(type(error).__name__.lower(), f"{NAME} {error.why}") from error
        except Unavailable as away:
            raise _GivenUp("unavailable", f"what {NAME} may cost could not be looked up") from away

    async def _told(self, talk: _Talk) -> Accepted:
        drill = talk.drill
        await self._model.open()
        asked = await asyncio.to_thread(question, talk.findings, talk.plain, drill.shown)
        talk.progress(f"{NAME} reads the evidence")
        for place in range(1, self._limits.rounds + 1):
            prompt = Prompt(_system(), asked, SCHEMA, self._limits.most, tuple(talk.turns), TOOLS)
            reply = await self._round(talk, prompt, last=place == self._limits.rounds)
            if not reply.calls:
                return accepted(reply.text, talk.plain, choices(talk.findings), drill.shown)
            talk.turns.append(Turn(reply, await self._looked_up(talk, reply)))
        raise Malformed("it looks things up without an end")

    async def _looked_up(self, talk: _Talk, reply: Reply) -> tuple[ToolResult, ...]:
        results: list[ToolResult] = []
        for call in reply.calls[:AT_ONCE]:
            talk.progress(f"{NAME} {talk.drill.about(call)}")
            results.append(await asyncio.to_thread(talk.drill.answer, call))
        late = [ToolResult(call.id, "Too much at once: ask again.", failed=True) for call in reply.calls[AT_ONCE:]]
        return (*results, *late)

    async def _round(self, talk: _Talk, prompt: Prompt, *, last: bool) -> Reply:
        """Reserved at its most before it is asked, and settled at what it was."""
        most = self._limits.prices.at_most(self._model.size(prompt), self._limits.most)
        if not (talk.amount + most).within(self._limits.once):
            raise _GivenUp("once", f"{NAME} would have cost more than one diagnosis may")
        reserved = await self._purse.reserve(most, self._limits.daily, self._clock.now())
        if reserved is None:
            raise _GivenUp("daily", f"what {NAME} may cost today is used up")
        before = talk.amount
        talk.amount = before + most
        talk.spent = replace(talk.spent, rounds=talk.spent.rounds + 1, dollars=dollars(talk.amount.micros))
        another = (talk.amount + most).within(self._limits.once)
        try:
            reply = await self._model.answer(replace(prompt, looking=another and not last))
        except ModelError as error:
            if error.usage is not None:
                await self._settled(talk, before, reserved, error.usage)
            raise
        await self._settled(talk, before, reserved, reply.usage)
        if reply.calls and (last or not another):
            raise Malformed("it looks things up where it was to answer")
        return reply

    async def _settled(self, talk: _Talk, before: Amount, reserved: Reserved, usage: Usage) -> None:
        spent = self._limits.prices.of(usage)
        talk.amount = before + spent
        talk.spent = Spent(
            talk.spent.rounds,
            talk.spent.input_tokens + usage.input + usage.stored,
            talk.spent.cached_tokens + usage.cached,
            talk.spent.output_tokens + usage.output,
            dollars(talk.amount.micros),
        )
        try:
            await self._purse.settle(reserved, spent, usage)
        except Unavailable as away:  # what was reserved stays spent
            log.warning("an answer was not settled", reason=away.user_message)

    async def _ended(self, talk: _Talk, outcome: str, explanation: Explanation) -> Explanation:
        metrics.NARRATIVES.labels(outcome).inc()
        spent = talk.spent
        for kind, tokens in (
            ("input", spent.input_tokens),
            ("cached", spent.cached_tokens),
            ("output", spent.output_tokens),
        ):
            metrics.MODEL_TOKENS.labels(kind).inc(tokens)
        metrics.MODEL_DOLLARS.inc(spent.dollars)
        metrics.MODEL_ROUNDS.inc(spent.rounds)
        try:
            await self._purse.ended(self._clock.now(), told=outcome == "told")
        except Unavailable as away:
            log.warning("a diagnosis was not counted", reason=away.user_message)
        return explanation


def _instead(talk: _Talk, why: str) -> Explanation:
    return replace(
        talk.plain, remark=f"{why[0].upper()}{why[1:]}, so this is from the numbers alone.", spent=talk.spent
    )


def _unheard(_: str) -> None:
    """Nobody waits."""


@cache
def _system() -> str:
    return files("bot.diagnosis").joinpath("prompts", "system.md").read_text("utf-8")
