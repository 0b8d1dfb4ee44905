"""What is to be explained: a question to the evidence, whoever asks it. Frozen values only; times are unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.diagnosis.evidence import Alert, Commit, Deployment, Window
from bot.diagnosis.signals.calm import Trouble


class About(StrEnum):
    """What somebody pointed at."""

    CASE = "case"
    RUN = "run"
    TRACE = "trace"
    SERVICE = "service"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reference:
    """A window without the fault. what: in words, such as `checkout-e2e #412, green, same versions but payments`.

    differing: services that ran in another version then.
    """

    window: Window
    what: str = ""
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failing:
    """A test that failed, and what it said. Both come from outside."""

    test: str
    says: str
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a person said of the same cause before, at a time in unix seconds: a word to be told beside the answer, no
    evidence. service: that it was; empty where they only know that it was not `wrong`.
    """

    by: str
    at: float
    service: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """id: the same for the same question, however often it is asked. named: what is asked about, for a person.

    faulty: from the fault on. references: the one to trust most first. services: of the environment, the only ones that
    may be the answer. failing: tests, each with the trace of its requests where it has one. deployments: that came
    around the fault; commits: that came with them. suspects: services whose deployment surely brought it, as its case
    has it. troubles: that are known of the environment. case, cause, run: ids, empty where there is none. remembered:
    the last word on the same cause; the ranking and a model never see it.
    """

    id: str
    about: About
    environment: str
    faulty: Window
    named: str = ""
    references: tuple[Reference, ...] = ()
    services: tuple[str, ...] = ()
    failing: tuple[Failing, ...] = ()
    traces: tuple[str, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    commits: tuple[Commit, ...] = ()
    suspects: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    alert: Alert = field(default_factory=Alert)
    suite: str = ""
    case: str = ""
    cause: str = ""
    run: str = ""
    remembered: Remembered | None = None

    @property
    def subject(self) -> str:
        """The service that is asked about; empty where it is something else."""
        return self.alert.service if self.about is About.SERVICE else ""
