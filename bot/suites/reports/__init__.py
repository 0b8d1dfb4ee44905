"""What test tools report, read as it streams by."""

from bot.suites.reports.model import Attachment, Attempt, BadReport, Broke, Case, Cut, Limits, Tally, Verdict
from bot.suites.reports.reading import reports

__all__ = [
    "Attachment",
    "Attempt",
    "BadReport",
    "Broke",
    "Case",
    "Cut",
    "Limits",
    "Tally",
    "Verdict",
    "reports",
]
