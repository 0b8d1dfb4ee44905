"""A file that a run has left, to what it says."""

from __future__ import annotations

from io import BytesIO

from bot.suites.report import Gathering, Report, joined
from bot.suites.reports import BadReport, Broke, Cut, reports
from bot.suites.reports.reading import Batches


def read(name: str, raw: bytes) -> Report:
    """Of all reports in it. One that cannot be read says why, and makes the whole incomplete."""
    found: list[Report] = []
    try:
        for _name, batches in reports(BytesIO(raw), name):
            found.append(_one(batches))
    except BadReport as bad:
        found.append(Report(incomplete=True, why=bad.user_message))
    return joined(found)


def _one(batches: Batches) -> Report:
    gathering = Gathering()
    try:
        for cases in batches:
            gathering.add(cases)
    except Broke as broke:
        return gathering.report(broke=True, why=broke.user_message)
    except Cut as cut:
        return gathering.report(incomplete=True, why=cut.user_message)
    except BadReport as bad:
        return Report(incomplete=True, why=bad.user_message)
    return gathering.report()
