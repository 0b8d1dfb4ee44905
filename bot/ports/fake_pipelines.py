"""Pipelines in memory, for tests: held to the same contract as the real ones (tests/contract/pipelines)."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import (
    LONGEST_DIFF,
    Artifact,
    BuildStatus,
    Commit,
    Comparison,
    Diff,
    LogPart,
    NotSupported,
    OutcomeUnknown,
    Pipeline,
    Run,
    RunRequest,
    RunSeen,
    RunState,
    RunStatus,
    Step,
    VendorBusy,
)
from bot.ports.webhooks import Hint

T = TypeVar("T")
VENDOR = "fake"
BY_ITSELF = frozenset({"recent", "earlier"})


@dataclass(slots=True)
class Trouble:
    """What meets the next call: `error` instead of what it does, or `after` that, in place of its answer.

    of: the call that it meets; "" stands for any but those that come by themselves at any time.
    """

    error: BaseException
    after: bool = False
    of: str = ""


@dataclass(slots=True)
class Began:
    """A run as it stands. logs and artifacts: bytes by the name of the step or of the file."""

    request: RunRequest
    status: RunStatus
    logs: dict[str, bytes] = field(default_factory=dict[str, bytes])
    artifacts: dict[str, bytes] = field(default_factory=dict[str, bytes])


async def nobody(_hint: Hint) -> None:
    """Whoever hears of nothing looks by and by."""


@dataclass(slots=True)
class FakePipelines:
    """history: commits of each repository, newest first. refs: what its branches and tags point to.

    diffs: of commits, by hash. began: runs by id. marks: build statuses by repository, commit and key. troubles: one
    for each coming call. repeats: whether failed parts of a run can be run again. tell: who hears at
    once that a run has moved.
    """

    history: dict[str, list[Commit]] = field(default_factory=dict[str, list[Commit]])
    refs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    diffs: dict[str, Diff] = field(default_factory=dict[str, Diff])
    began: dict[str, Began] = field(default_factory=dict[str, Began])
    marks: dict[tuple[str, str, str], BuildStatus] = field(default_factory=dict[tuple[str, str, str], BuildStatus])
    troubles: deque[Trouble | None] = field(default_factory=deque[Trouble | None])
    calls: list[str] = field(default_factory=list[str])
    lists_at_once: bool = False
    repeats: bool = True
    tell: Callable[[Hint], Awaitable[None]] = nobody
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def start(self, request: RunRequest) -> Run:
        trouble = self._call("start")
        number = str(len(self.began) + 1)
        run = Run(request.pipeline, f"run-{number}", number, f"https://ci.example/runs/{number}")
        steps = (Step("step-1", request.pipeline.name or "build", RunState.RUNNING),)
        commit = request.commit or self._hash(request.pipeline.repository, request.pipeline.ref)
        status = RunStatus(
            run,
            RunState.RUNNING,
            "running",
            commit=commit,
            actor="signalbox",
            started_at=self.now(),
            steps=steps,
        )
        self.began[run.id] = Began(request, status)
        return _unless(trouble, run)

    async def find(self, request: RunRequest) -> Run | None:
        trouble = self._call("find")
        for each in self.began.values():
            if each.request.request_id == request.request_id:
                return _unless(trouble, each.status.run)
        return _unless(trouble, None)

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        trouble = self._call("recent")
        same = [each for each in self.began.values() if _same(each.request.pipeline, pipeline)]
        lately = [each for each in reversed(same) if (each.status.started_at or since) >= since]
        found = tuple(RunSeen(replace(each.status, steps=()), variables=each.request.given) for each in lately)
        return _unless(trouble, found)

    async def status(self, run: Run) -> RunStatus:
        trouble = self._call("status")
        return _unless(trouble, self._known(run).status)

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        trouble = self._call("earlier")
        fitting = [each for each in reversed(self.began.values()) if _is_of(each, pipeline, since)]
        found = (RunSeen(replace(each.status, steps=()), variables=each.request.variables) for each in fitting)
        return _unless(trouble, tuple(found)[:limit])

    async def cancel(self, run: Run) -> None:
        trouble = self._call("cancel")
        if not self._known(run).status.state.ended:
            self.advance(run, RunState.CANCELLED)
        return _unless(trouble, None)

    async def retry_failed(self, run: Run) -> Run:
        trouble = self._call("retry_failed")
        began = self._known(run)
        if not self.repeats:
            raise NotSupported("These pipelines repeat nothing.", vendor=VENDOR, status=0)
        began.status = replace(began.status, attempt=began.status.attempt + 1)
        self.advance(run, RunState.RUNNING)
        return _unless(trouble, run)

    async def log(self, run: Run, step: str, *, start: int = 0, limit: int = 1_000_000) -> LogPart:
        trouble = self._call("log")
        began = self._known(run)
        if step not in began.logs:
            raise NotFound(f"Run {run.number} has no log of {step}.")
        whole = began.logs[step]
        begin = start if start >= 0 else max(len(whole) - min(-start, limit), 0)
        data = whole[begin : begin + limit]
        ended = began.status.state.ended and begin + len(data) >= len(whole)
        return _unless(trouble, LogPart(data, begin, ended, begin + len(data)))

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]:
        trouble = self._call("artifacts")
        left = self._known(run).artifacts
        return _unless(trouble, tuple(Artifact(name, name, len(data)) for name, data in left.items()))

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        trouble = self._call("artifact")
        data = self._known(run).artifacts[artifact.id]
        if len(data) > limit:
            raise IntegrationError(f"{artifact.name} is larger than {limit:,} bytes.", vendor=VENDOR, status=200)
        return _unless(trouble, data)

    async def commit(self, repository: str, ref: str) -> Commit | None:
        trouble = self._call("commit")
        return _unless(trouble, self._commit(repository, ref))

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        trouble = self._call("compare")
        old, new = self._commit(repository, base), self._commit(repository, head)
        if old is None or new is None:
            raise NotFound(f"There is no {base} or {head} in {repository}.")
        line = self.history[repository]
        between = tuple(line[line.index(new) : line.index(old)])
        return _unless(trouble, Comparison(base, head, between, len(between), f"https://ci.example/{base}..{head}"))

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        trouble = self._call("diff")
        found = self._commit(repository, commit)
        if found is None:
            raise NotFound(f"There is no {commit} in {repository}.")
        known = self.diffs.get(found.hash, Diff())
        short = known.text if len(known.text) <= limit else known.text[:limit].rpartition("\n")[0]
        return _unless(trouble, replace(known, text=short, whole=known.whole and short == known.text))

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        trouble = self._call("set_status")
        self.marks[repository, commit, status.key] = status
        return _unless(trouble, None)

    def advance(self, run: Run, state: RunState, said: str = "") -> None:
        """Its steps go with it."""
        began = self._known(run)
        steps = tuple(replace(step, state=state) for step in began.status.steps)
        finished = self.now() if state.ended else None
        began.status = replace(began.status, state=state, said=said or state.value, finished_at=finished, steps=steps)

    async def moves(self, run: Run, state: RunState) -> None:
        """It advances, and whoever listens is told, as by a webhook."""
        self.advance(run, state)
        pipeline, delivery = run.pipeline, f"{run.id} {state.value} {len(self.calls)}"
        await self.tell(Hint(pipeline.provider, delivery, "run", pipeline.repository, run=run.id))

    def busy(self, retry_after: float, of: str = "") -> None:
        error = VendorBusy("The pipelines ask for a pause.", vendor=VENDOR, status=429, retry_after=retry_after)
        self.troubles.append(Trouble(error, of=of))

    def lose_answer(self) -> None:
        """The next call is carried out, and nobody hears of it."""
        self.troubles.append(Trouble(OutcomeUnknown("No answer.", vendor=VENDOR, status=0), after=True))

    def _known(self, run: Run) -> Began:
        if run.id not in self.began:
            raise NotFound(f"There is no run {run.id}.")
        return self.began[run.id]

    def _commit(self, repository: str, ref: str) -> Commit | None:
        hash = self._hash(repository, ref)
        return next((each for each in self.history.get(repository, []) if each.hash == hash), None)

    def _hash(self, repository: str, ref: str) -> str:
        return self.refs.get(repository, {}).get(ref, ref)

    def _call(self, name: str) -> Trouble | None:
        self.calls.append(name)
        trouble = self.troubles.popleft() if self.troubles and _meets(self.troubles[0], name) else None
        if trouble is not None and not trouble.after:
            raise trouble.error
        return trouble


def _meets(trouble: Trouble | None, name: str) -> bool:
    of = trouble.of if trouble else ""
    return of == name or (not of and name not in BY_ITSELF)


def _same(one: Pipeline, other: Pipeline) -> bool:
    return (one.repository, one.name) == (other.repository, other.name) and (bool(one.name) or one.ref == other.ref)


def _is_of(each: Began, pipeline: Pipeline, since: datetime) -> bool:
    began = each.status.started_at
    return each.request.pipeline == pipeline and each.status.state.ended and began is not None and began >= since


def _unless(trouble: Trouble | None, answer: T) -> T:
    if trouble is not None:
        raise trouble.error
    return answer
