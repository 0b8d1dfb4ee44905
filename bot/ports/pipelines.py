"""What starts and watches CI runs. One implementation per vendor, and one for runs on this machine.

Every call raises IntegrationError when the vendor says no, `VendorBusy` when it says later or is away for the moment
(then nothing was changed), `NotSupported` when it has no such thing, and `OutcomeUnknown` when a call that changes
something got no answer, or one that may hide that it was done (such as 502), or cannot be read: look with `find` or
`status` before repeating it. Reads are repeated a few times by themselves when no answer comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from bot.errors import IntegrationError


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What can be run, as the catalog names it.

    provider: bitbucket, github, gitlab, jenkins, local. repository: what the vendor calls it (`workspace/slug`,
    `owner/name`, a project's path; empty for Jenkins). name: a custom pipeline, a workflow file, a job's path; may be
    empty for GitLab. ref: the branch or tag whose definition runs.
    """

    provider: str
    repository: str
    name: str
    ref: str = "main"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run to start. request_id: travels as the variable SIGNALBOX_RUN_ID, so that `find` can recognise the run.

    commit: runs exactly this, where the vendor can; else the tip of the pipeline's ref. secrets: variables that are
    hidden from whoever looks at the run, where the vendor can; `find` needs none.
    """

    pipeline: Pipeline
    request_id: str
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    commit: str = ""
    asked_at: datetime | None = None
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def given(self) -> dict[str, str]:
        """Every variable that the run is given."""
        return {**self.variables, **self.secrets, RUN_ID: self.request_id}


RUN_ID = "SIGNALBOX_RUN_ID"


@dataclass(frozen=True, slots=True)
class Run:
    """One run at its vendor. id: what the vendor's API takes; number: what people see; url: its page."""

    pipeline: Pipeline
    id: str
    number: str = ""
    url: str = ""


class RunState(StrEnum):
    """ERRORED: the run itself could not be carried out (configuration, infrastructure), which says nothing of the code.

    CANCELLED: stopped, or (a step) never run. UNKNOWN: a word of the vendor that is not known here; the run is looked
    at again.
    """

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        return self in {RunState.SUCCEEDED, RunState.FAILED, RunState.ERRORED, RunState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a run that has a state and a log of its own (a step, a job, a stage)."""

    id: str
    name: str
    state: RunState
    url: str = ""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How a run stands. said: the vendor's own words for the state; actor: the login of whoever started it."""

    run: Run
    state: RunState
    said: str = ""
    attempt: int = 1
    commit: str = ""
    actor: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run as a vendor lists it, without its steps, whoever began it. title: what the vendor calls it. variables: what
    it was given; None where the vendor does not tell.
    """

    status: RunStatus
    title: str = ""
    variables: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LogPart:
    """Bytes of a log from `start` on. complete: nothing more will come after them.

    next: the `start` to go on with. It is more than start + len(data) where the vendor counts bytes that it does not
    send (Jenkins' console notes).
    """

    data: bytes
    start: int
    complete: bool
    next: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a run left. size: bytes, None when the vendor does not say. url: its page there, if it has one.
    archive: it holds other files, whatever its name.
    """

    id: str
    name: str
    size: int | None = None
    url: str = ""
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """author: the name in the commit; login and email as far as the vendor knows them. version: the tag at it, where
    whoever keeps the repository deploys tags alone.
    """

    hash: str
    subject: str
    author: str = ""
    login: str = ""
    email: str = ""
    at: datetime | None = None
    url: str = ""
    version: str = ""

    @property
    def label(self) -> str:
        """What to deploy it by."""
        return self.version or self.hash


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is in `head` and not in `base`, newest first.

    total: of all, or of as many as were counted when it is 1,000; `commits` may be only the newest of them.
    """

    base: str
    head: str
    commits: tuple[Commit, ...] = ()
    total: int = 0
    url: str = ""


LONGEST_DIFF = 60_000
"""Characters of one diff."""


@dataclass(frozen=True, slots=True)
class Diff:
    """What a commit changed. files: paths, removed ones too. text: unified, in whole lines. whole: all of it."""

    files: tuple[str, ...] = ()
    text: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """A mark on a commit. key: at most 40 characters; the same key again replaces it. state: succeeded, failed, running
    or cancelled.
    """

    key: str
    state: RunState
    name: str
    description: str = ""
    url: str = ""


class Changes(Protocol):
    """What a repository knows of its commits, for those who run pipelines and keep no repository themselves."""

    async def commit(self, repository: str, ref: str) -> Commit | None:
        """What a tag, branch or hash points to; None when there is no such thing."""
        ...

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        """Raises NotFound when one of them does not exist."""
        ...

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        """Against its first parent. limit: characters of it. Raises NotFound when there is no such commit."""
        ...


class Pipelines(Changes, Protocol):
    """lists_at_once: what `find` does not find was not started. Where that is not promised, it may show later."""

    lists_at_once: bool

    async def start(self, request: RunRequest) -> Run:
        """Start a run, once: whoever is not sure looks with `find` first."""
        ...

    async def find(self, request: RunRequest) -> Run | None:
        """The run that an earlier `start` of this request began, if it did."""
        ...

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        """The newest runs of it that were created since then, some 50 at most, whoever began them. A pipeline without a
        name is what runs at its ref; one with a name may have run at any. May raise NotFound when there is none.
        """
        ...

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        """Of this pipeline and its ref, what began since then and has ended: the newest first, at most `limit`. Of
        variables it tells those that a list tells.
        """
        ...

    async def status(self, run: Run) -> RunStatus:
        """How it stands, with its steps. Raises NotFound when the vendor does not know it (any more)."""
        ...

    async def cancel(self, run: Run) -> None:
        """Ask it to stop. One that has ended stays as it is."""
        ...

    async def retry_failed(self, run: Run) -> Run:
        """Run what failed of an ended run again, as its next attempt. Raises NotSupported where that takes a new run.

        Whoever is not sure whether it was done looks at its `status` first: it goes on then, or its attempt has risen,
        or it has ended later than before.
        """
        ...

    async def log(self, run: Run, step: str, *, start: int = 0, limit: int = 1_000_000) -> LogPart:
        """From byte `start`, or with a negative one the last bytes. NotFound when there is none (yet)."""
        ...

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]: ...

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        """Its bytes as stored by the vendor. Raises IntegrationError when it is larger than `limit`."""
        ...

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        """The same mark may be set again. Raises NotSupported where commits bear no marks."""
        ...


class VendorBusy(IntegrationError):
    """Not now: a rate limit, or a server error. `retry_after`: seconds, as the vendor says or as is usual."""

    def __init__(self, user_message: str, *, vendor: str, status: int, retry_after: float) -> None:
        super().__init__(user_message, vendor=vendor, status=status)
        self.retry_after = retry_after


class NotSupported(IntegrationError):
    """The vendor has nothing of the kind; asking again cannot help."""


class OutcomeUnknown(IntegrationError):
    """A call that changes something was sent, and no answer came: it may have happened."""
