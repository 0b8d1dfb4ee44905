"""The last lines of what a run printed that reported nothing: why it did not is often among them."""

from __future__ import annotations

import structlog

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import Pipelines, Run, RunState
from bot.redaction import redact
from bot.suites.reports import text

log = structlog.get_logger(__name__)

TAIL, LINES, LONGEST = 16_000, 15, 4_000
"""Bytes that are read, lines that are kept of them, and characters of those."""


async def printed(run: Run, provider: Pipelines) -> str:
    """How its pipeline says that it ended, such as `exit code 2`, and below it the last lines of its log, without
    secrets, colours and controls. Empty where nobody tells.
    """
    try:
        status = await provider.status(run)
        broke = [step for step in status.steps if step.state in (RunState.FAILED, RunState.ERRORED)]
        steps = broke or list(status.steps)
        data = (await provider.log(run, steps[-1].id, start=-TAIL, limit=TAIL)).data if steps else b""
    except (IntegrationError, NotFound) as nothing:
        log.info("what a run printed cannot be read", run=run.number, reason=nothing.user_message)
        return ""
    return "\n".join(filter(None, (text.plain(redact(status.said), LONGEST), last_lines(data))))


def last_lines(data: bytes) -> str:
    """A secret may span lines, so the whole is redacted before any are left out."""
    whole = redact(text.plain(data.decode(errors="replace"), TAIL))
    return "\n".join([line.rstrip() for line in whole.splitlines() if line.strip()][-LINES:])[-LONGEST:]
