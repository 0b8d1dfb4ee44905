"""Between the log and what follows from it: a fault in a projection must not stop the events themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from sqlmodel import Session

from bot.errors import Unavailable
from bot.reservations.log.entries import Step
from bot.runtime.database import ending_with, is_outage
from bot.runtime.metrics import PROJECTION_FAULTS

log = structlog.get_logger(__name__)

Project = Callable[[Session, Sequence[Step]], None]
"""What follows from committed events, in the transaction that commits them; perhaps more than once, on a thread that
is not the event loop's. The network is out of bounds.
"""


class Fault(Exception):
    """A projection cannot do what it should: the transaction is to be undone, and begun again one by one."""


class Sheltered:
    """Runs a `Project`, and raises what SQL itself raises when it is away."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._logged = 0

    def at_once(self, session: Session, steps: Sequence[Step]) -> None:
        """Raises Fault. A savepoint, which every commit would pay for, is left to what comes after a fault."""
        if (fault := self._fault(session, steps)) is not None:
            raise Fault from fault

    def one_by_one(self, session: Session, steps: Sequence[Step]) -> None:
        """Leaves out what cannot be done: the event at fault is committed without what follows."""
        for step in steps:
            with session.begin_nested() as savepoint:
                if (fault := self._fault(session, [step])) is not None:
                    savepoint.rollback()
                    self._report(step, fault)

    def _fault(self, session: Session, steps: Sequence[Step]) -> Exception | None:
        """What is put off to the end, and what SQL has not been sent yet, can fail as well."""
        try:
            with ending_with(session):
                self._project(session, steps)
            session.flush()
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
