"""What a message says once what it asked is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.notices.facts import LeaseFacts

Asked = Literal["soon", "wanted", "reminder", "bypass", "outside", "unsure", "turn"]
"""By the notice that asked: TurnSoon, WantedByOther, LeaseEnding, BypassQuestion, StartedOutside, DeploymentUnsure,
DeploymentTurn.
"""


@dataclass(frozen=True, slots=True)
class QuestionOver:
    """In place of a message with buttons that lead nowhere by now. Only ever an edit: where that message does not
    stand, nobody is told.

    how: what became of it. soon: offered, yours, left. wanted, reminder: ended. bypass: mine, not mine, known, gone.
    outside: not mine. unsure: began, again, ended. turn: the stage in which it ended. by: whose word that is, or whose
    it was.
    """

    asked: Asked
    how: str
    lease: LeaseFacts | None = None
    environment: str = ""
    service: str = ""
    version: str = ""
    by: str = ""


EDITS_ONLY = QuestionOver.__name__
"""The kind of what is never a message of its own."""
