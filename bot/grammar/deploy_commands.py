"""What a line of /deploy means. Whatever deploys names a service, an environment and a version beyond doubt.

Names are as the catalog writes them; `""` where nothing was named. Every change carries its `reading`: the line that
says the same, to echo and to repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.grammar.questions import Ambiguous, NeedsTarget


@dataclass(frozen=True, slots=True)
class Aim:
    """One service in one environment, and what is to run there. ref: a version, tag, branch or commit."""

    environment: str
    service: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """What runs where: everywhere, in one environment, or of one service."""

    environment: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Services without a version: what could be deployed. It never deploys."""

    aims: tuple[Aim, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Is it safe now? An aim without a ref asks about the place."""

    aims: tuple[Aim, ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Deploy:
    """override: why the gate is to let it through all the same; empty when it is not asked to."""

    aims: tuple[Aim, ...]
    note: str
    override: str
    reading: str


@dataclass(frozen=True, slots=True)
class Diff:
    """Against another environment; without one, against the branch that is deployed from."""

    environment: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Of everything, of an environment, or of a service."""

    environment: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Rollback:
    """To what ran before. It is asked about first; the button does it."""

    environment: str
    service: str
    override: str
    reading: str


@dataclass(frozen=True, slots=True)
class Good:
    """The versions that were found good together last."""

    environment: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """By its id, or by what it deploys; with neither, what I deploy."""

    id: str = ""
    environment: str = ""
    service: str = ""
    reading: str = "cancel"


@dataclass(frozen=True, slots=True)
class Help:
    """`topic` is a verb, or None for all of it."""

    topic: str | None


Ask = NeedsTarget | Ambiguous
Mutation = Deploy | Rollback | Cancel
Reading = Where | Candidate | Check | Diff | History | Good | Help
DeployCommand = Reading | Mutation | Ask
