"""The last line of what a run said before it failed: often enough it is why."""

from __future__ import annotations

import re

import structlog

from bot.errors import SignalboxError
from bot.ports.pipelines import Pipelines, RunState, RunStatus
from bot.redaction import redact

log = structlog.get_logger(__name__)

TAIL, LONGEST = 4_000, 200
"""Bytes that are read, characters that are quoted."""

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")


async def last_words(provider: Pipelines, status: RunStatus) -> str:
    """Without secrets, colours and controls; empty where the run has said nothing, or nobody tells."""
    failed = [step for step in status.steps if step.state in (RunState.FAILED, RunState.ERRORED)]
    if not failed:
        return ""
    try:
        part = await provider.log(status.run, failed[-1].id, start=-TAIL, limit=TAIL)
    except SignalboxError as nothing:
        log.info("the log of a failed run cannot be read", run=status.run.number, reason=nothing.user_message)
        return ""
    return last_line(part.data)


def last_line(data: bytes) -> str:
    """A private key spans lines, so the whole is redacted before the line is taken."""
    text = redact(CONTROLS.sub("", data.decode(errors="replace")))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:LONGEST] if lines else ""
