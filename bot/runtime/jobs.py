"""Work for later: by name, with ids only; whoever does it looks the rest up, so that it acts on what is true then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from bot.runtime.clock import to_ms
from bot.runtime.job_tables import JobRow


@dataclass(frozen=True, slots=True)
class Job:
    """`id`: two jobs with one id are one job (an event's id is a good one). `name`: a key of bot.tasks.

    due: not before then, aware UTC; at once when it is None.
    """

    id: str
    name: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    due: datetime | None = None


class Jobs(Protocol):
    """The work queue. A job runs at least once; its task must bear a repeat."""

    async def enqueue(self, job: Job) -> None:
        """Does nothing while a job of that id waits or runs. Raises Unavailable."""
        ...


def put(session: Session, workspace: str, jobs: Sequence[Job], *, now: datetime) -> None:
    """Write them down in the caller's transaction; the relay hands them on after its commit. Repeating is harmless."""
    for job in jobs:
        values = {
            "workspace": workspace,
            "id": job.id,
            "name": job.name,
            "arguments": json.dumps(dict(job.arguments)),
            "created_at": to_ms(now),
            "due_at": to_ms(job.due) if job.due else 0,
            "claimed_until": 0,
            "relayed_at": 0,
        }
        session.exec(_insert(session).values(**values).on_conflict_do_nothing(index_elements=["workspace", "id"]))


def prune(session: Session, workspace: str, *, before: datetime) -> None:
    """Forget what was handed on before that moment."""
    handed = col(JobRow.relayed_at).between(1, to_ms(before))
    session.exec(delete(JobRow).where(col(JobRow.workspace) == workspace, handed))


def _insert(session: Session) -> Any:
    """Both dialects say ON CONFLICT DO NOTHING, each through a construct of its own."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(JobRow)
