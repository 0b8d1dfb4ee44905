"""Between the log and what follows from it: a fault in a projection must not stop the events themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import Unavailable
from bot.reservations.entries import Step
from bot.runtime.database import is_outage
from bot.runtime.metrics import PROJECTION_FAULTS

log = structlog.get_logger(__name__)

Project = Callable[[AsyncSession, Sequence[Step]], Awaitable[None]]
"""What follows from committed events, in the transaction that commits them. The network is out of bounds."""


class Sheltered:
    """A `Project` that leaves out what `project` cannot do: the event at fault is committed without what follows."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._logged = 0

    async def __call__(self, session: AsyncSession, steps: Sequence[Step]) -> None:
        """All at once, or after a fault one by one. Raises what SQL itself raises when it is away."""
        if await self._fault(session, steps) is None:
            return
        for step in steps:
            if (fault := await self._fault(session, [step])) is not None:
                self._report(step, fault)

    async def _fault(self, session: AsyncSession, steps: Sequence[Step]) -> Exception | None:
        try:
            async with session.begin_nested():
                await self._project(session, steps)
        except Unavailable:
            raise
        except Exception as error:
            if is_outage(error):
                raise
            return error
        return None

    def _report(self, step: Step, fault: Exception) -> None:
        """Once for each event: a commit may be tried several times."""
        recorded = step.recorded
        if recorded.seq <= self._logged:
            return
        self._logged = recorded.seq
        PROJECTION_FAULTS.labels(type(recorded.event).__name__).inc()
        log.error("nobody is told of an event", seq=recorded.seq, request=recorded.request_id, exc_info=fault)
