"""The ways a run is refused, with the facts a view needs to offer the next step.

Conflict
├── NotUnderWay         it has ended, so there is nothing to cancel
├── StillRunning        it has not ended, so there is nothing to run again
├── NothingFailed       no failed test is known that could be run again
├── RequestReused       the same request id with other parameters
└── Moved               somebody else changed it at the same moment: look again

NotFound
└── NeverShown          its start was not answered, and no run of it came to light
"""

from __future__ import annotations

from bot.errors import Conflict, NotFound
from bot.suites.values import SuiteRun


class _About(Conflict):
    def __init__(self, user_message: str, run: SuiteRun) -> None:
        super().__init__(user_message)
        self.run = run


class NotUnderWay(_About):
    """`run` has ended."""


class StillRunning(_About):
    """`run` has not ended."""


class NothingFailed(_About):
    """`run` has no failed test that is known by name."""


class RequestReused(Conflict):
    """A repeat has to want the same."""


class Moved(Conflict):
    """It was changed between looking and writing."""


class NeverShown(NotFound):
    """The start of a run was not answered, and its vendor lists no such run."""

    def __init__(self, *, provider: str) -> None:
        super().__init__(
            f"{provider} did not answer to its start, and shows no such run since. It was not started a second time: "
            "look there, then run it again"
        )
