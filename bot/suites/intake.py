"""What runs report: read as it comes, and kept in SQL until it is forgotten. The same file is kept once."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatch

import msgspec
from sqlmodel import Session, col, select

from bot.errors import IntegrationError, NotFound
from bot.ports.clock import Clock
from bot.ports.pipelines import Artifact, Pipelines, Run, VendorBusy
from bot.redaction import redact
from bot.runtime.clock import to_ms
from bot.runtime.database import Database
from bot.suites.report import Report, joined
from bot.suites.reports.model import Attempt, Case
from bot.suites.tables import ReportRow
from bot.suites.values import SuiteRun

Read = Callable[[str, bytes], Report]
"""What a file says, by its name and its bytes. One that cannot be read is a Report with `why`."""

FILES, LARGEST = 50, 50_000_000
"""Files of one run that are fetched at most, and bytes of each."""

PAST_FILES, PAST_LARGEST = 10, 20_000_000
"""Of a run from before the suite was known here."""


class Reports:
    def __init__(self, database: Database, clock: Clock, *, workspace: str, read: Read) -> None:
        self._database, self._clock, self._workspace, self._read = database, clock, workspace, read

    async def keep(self, run: str, name: str, raw: bytes) -> Report:
        """Read a file of this run, and keep what it says, if anything can be read. Once more changes nothing."""
        report = await asyncio.to_thread(self._understood, name, raw)
        if report.why and not report.counts.total:
            return report
        part, at = _part(raw), to_ms(self._clock.now())
        body = await asyncio.to_thread(_packed, report)

        def write(session: Session) -> None:
            session.merge(ReportRow(workspace=self._workspace, run=run, part=part, name=name[:200], at=at, body=body))

        await self._database.transact(write)
        return report

    async def has(self, run: str, raw: bytes) -> bool:
        """Whether this very file was kept before."""
        async with self._database.read() as session:
            return await session.get(ReportRow, (self._workspace, run, _part(raw))) is not None

    async def of(self, run: str) -> Report:
        """Everything that it has reported; an empty one when that is nothing."""
        mine = (col(ReportRow.workspace) == self._workspace, col(ReportRow.run) == run)
        async with self._database.read() as session:
            rows = (await session.exec(select(ReportRow).where(*mine).order_by(col(ReportRow.part)))).all()
        return await asyncio.to_thread(lambda: joined(_unpacked(row.body) for row in rows))

    async def fetch(self, run: SuiteRun, patterns: Sequence[str], provider: Pipelines) -> str:
        """Keep the files it left that look like reports. What went wrong with that, in words. Raises VendorBusy."""
        if run.run is None:
            return ""
        try:
            left = [each for each in await provider.artifacts(run.run) if _looks_like(each, patterns)]
            files = [(each.name, await provider.artifact(run.run, each, limit=LARGEST)) for each in left[:FILES]]
        except VendorBusy:
            raise
        except (IntegrationError, NotFound) as refused:
            return refused.user_message
        read = [await self.keep(run.id, name, raw) for name, raw in files]
        return "" if any(report.counts.total for report in read) else next((each.why for each in read), "")

    async def past(self, run: Run, patterns: Sequence[str], provider: Pipelines) -> tuple[Report, int]:
        """What that run reported, and how many bytes were read. It is not kept. Raises IntegrationError, NotFound."""
        left = [each for each in await provider.artifacts(run) if _looks_like(each, patterns)]
        small = [each for each in left if (each.size or 0) <= PAST_LARGEST][:PAST_FILES]
        files = [(each.name, await provider.artifact(run, each, limit=PAST_LARGEST)) for each in small]
        read = [await asyncio.to_thread(self._understood, name, raw) for name, raw in files]
        return joined(each for each in read if each.counts.total), sum(len(raw) for _name, raw in files)

    def _understood(self, name: str, raw: bytes) -> Report:
        """Secrets that tests print do not reach the database."""
        report = self._read(name, raw)
        return replace(report, cases=tuple(map(_redacted, report.cases)))


def _part(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def _looks_like(artifact: Artifact, patterns: Sequence[str]) -> bool:
    """By its name, or by its path where a vendor says that; an archive may hold one."""
    names = (artifact.name, artifact.id, artifact.name.rpartition("/")[2])
    return any(fnmatch(name, pattern) for name in names for pattern in (*patterns, "*.zip"))


def _redacted(case: Case) -> Case:
    if not case.message and not case.attempts:
        return case
    attempts = tuple(map(_redacted_attempt, case.attempts))
    return msgspec.structs.replace(case, message=redact(case.message), attempts=attempts)


def _redacted_attempt(attempt: Attempt) -> Attempt:
    texts = {"message": redact(attempt.message), "stack": redact(attempt.stack), "out": redact(attempt.out)}
    return msgspec.structs.replace(attempt, **texts)


def _packed(report: Report) -> bytes:
    return zlib.compress(msgspec.json.encode(report))


def _unpacked(body: bytes) -> Report:
    return msgspec.json.decode(zlib.decompress(body), type=Report)
