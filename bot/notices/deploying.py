"""What people must be told of deployments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.notices.facts import DeploymentFacts, OutageFacts


@dataclass(frozen=True, slots=True)
class DeploymentCard:
    """The deployment's one message in the announce channel, edited in place."""

    deployment: DeploymentFacts


@dataclass(frozen=True, slots=True)
class DeploymentReceipt:
    """To whoever deployed: it was watched, and is good, with what it works; or nobody can say how it is. back_to: the
    version before, when there are doubts.
    """

    deployment: DeploymentFacts
    back_to: str = ""


@dataclass(frozen=True, slots=True)
class DeploymentRed:
    """To whoever deployed: it failed, or what was watched after it is not well. back_to: the version before, when the
    evidence points at this deployment and it can be rolled back.
    """

    deployment: DeploymentFacts
    back_to: str = ""


@dataclass(frozen=True, slots=True)
class DeploymentTurn:
    """To whoever asked to deploy when it is their turn: it has begun."""

    deployment: DeploymentFacts


@dataclass(frozen=True, slots=True)
class DeploymentReplaced:
    """To whoever deployed: somebody else's version took its place while it was watched."""

    deployment: DeploymentFacts
    by: str
    version: str


@dataclass(frozen=True, slots=True)
class CancelledTooLate:
    """To whoever cancelled it: it is in place all the same, and is watched."""

    deployment: DeploymentFacts


@dataclass(frozen=True, slots=True)
class DeploymentUnsure:
    """To whoever deployed: nobody knows whether its run began. Start it?"""

    deployment: DeploymentFacts


@dataclass(frozen=True, slots=True)
class StartedOutside:
    """To whoever started a run at the provider, as that says: it is written down as theirs. Not them?"""

    deployment: DeploymentFacts


@dataclass(frozen=True, slots=True)
class BypassQuestion:
    """To the presumed actor: a version came around the gate. yours? holder: who holds the place, if anybody.

    missed_since: from when on nobody looked, where it came while Signalbox did not run, and was `seen` after it.
    """

    id: str
    environment: str
    service: str
    version: str
    before: str
    seen: datetime
    holder: str = ""
    missed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class BypassTold:
    """To whoever holds the place (or, when nobody owns up, in the channel): a version changed under them.

    by: who owned up, or is asked; empty when nobody is known. missed_since: as in `BypassQuestion`.
    """

    environment: str
    service: str
    version: str
    before: str
    seen: datetime
    by: str = ""
    confirmed: bool = False
    missed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServicesDown:
    """To whoever holds them, or else owns them: they do not answer any more."""

    found: tuple[OutageFacts, ...]
    holds: bool = False


@dataclass(frozen=True, slots=True)
class ServicesUp:
    """To whoever was told that they are down."""

    found: tuple[OutageFacts, ...]
