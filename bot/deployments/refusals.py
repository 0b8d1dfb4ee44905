"""The ways a deployment is refused, with the facts a view needs to offer the next step.

Conflict
├── GateClosed          the pre-flight says wait or stop
├── WrongToken          the lease that was named is not (any more) one for this service
├── NotUnderWay         it has ended, so there is nothing to report or cancel
├── NothingBefore       no version is known to go back to
├── MovedOn             something else was deployed there since
├── RequestReused       the same request id with another wish
├── Answered            somebody else has said that it was theirs
└── Moved               somebody else changed it at the same moment: look again
Forbidden
└── NotItsRun           whoever speaks for a run that was started has not shown its key
"""

from __future__ import annotations

from bot.deployments.preflight import Preflight
from bot.deployments.values import Deployment
from bot.errors import Conflict, Forbidden


class GateClosed(Conflict):
    """`preflight` knows why, and what would help."""

    def __init__(self, user_message: str, preflight: Preflight) -> None:
        super().__init__(user_message)
        self.preflight = preflight


class WrongToken(Conflict):
    """A token of a lease that has ended, or that is about something else."""


class NotUnderWay(Conflict):
    """`deployment` has ended."""

    def __init__(self, user_message: str, deployment: Deployment) -> None:
        super().__init__(user_message)
        self.deployment = deployment


class NothingBefore(Conflict):
    """Nothing is known to have run there before."""


class Moved(Conflict):
    """It was changed between looking and writing."""


class MovedOn(Conflict):
    """What was to be undone is not the latest any more."""


class RequestReused(Conflict):
    """A repeat has to want the same."""


class Answered(Conflict):
    """Whose a version was has been answered otherwise."""


class NotItsRun(Forbidden):
    """Whoever joins a deployment that was started, or says how it went, shows the key that its run was given."""
