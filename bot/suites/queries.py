"""What others may ask of runs, inside a transaction of their own."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlmodel import Session, col, select

from bot.runtime.clock import to_ms
from bot.suites.tables import SuiteRunRow
from bot.suites.values import SuiteRun


def lately(session: Session, workspace: str, environment: str, since: datetime) -> list[SuiteRun]:
    """Runs that were asked for there since then; the oldest first."""
    rows = select(SuiteRunRow).where(
        col(SuiteRunRow.workspace) == workspace,
        col(SuiteRunRow.environment) == environment,
        col(SuiteRunRow.opened_at) >= to_ms(since),
    )
    return [
        msgspec.json.decode(row.body, type=SuiteRun)
        for row in session.exec(rows.order_by(col(SuiteRunRow.number))).all()
    ]
