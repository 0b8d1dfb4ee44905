"""Pipelines as processes of this machine: a name is a command line, variables are its environment.

A run goes on when Signalbox ends, and is found again by its files when it begins. The same request is started once,
however often it is asked for.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import (
    LONGEST_DIFF,
    RUN_ID,
    Artifact,
    BuildStatus,
    Changes,
    Commit,
    Comparison,
    Diff,
    LogPart,
    NotSupported,
    Pipeline,
    Run,
    RunRequest,
    RunSeen,
    RunStatus,
    Step,
)
from integrations.local_runner.runs import ID, Asked, RunFolder, id_of

VENDOR = "this machine"
STEP = "log"
KEPT = 200
"""Runs whose files are kept; of more than that, the oldest that have ended go."""

GRACE, GLANCE = 5.0, 0.05
"""Seconds that a cancelled run has to end by itself, and between looks whether it did."""

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class LocalPipelines:
    """folder: of the runs' files. commands: command lines by the names of pipelines, run in `cwd` without a shell.

    environment: what every command finds in its environment besides its variables; nothing else of ours is handed on.
    """

    lists_at_once = True

    def __init__(
        self,
        folder: Path,
        commands: Mapping[str, str],
        *,
        environment: Mapping[str, str],
        cwd: Path,
        changes: Changes | None = None,
        grace: float = GRACE,
    ) -> None:
        self._folder, self._cwd, self._grace = folder.absolute(), cwd, grace
        self._commands = {name: shlex.split(line) for name, line in commands.items()}
        self._environment = dict(environment)
        self._changes = changes
        self._children: list[subprocess.Popen[bytes]] = []

    async def start(self, request: RunRequest) -> Run:
        if request.pipeline.name not in self._commands:
            known = ", ".join(sorted(self._commands)) or "none"
            raise NotFound(f"No command is set for the pipeline “{request.pipeline.name}” on this machine: {known}.")
        if wrong := [name for name in request.given if not VARIABLE.fullmatch(name)]:
            raise IntegrationError(f"“{wrong[0]}” cannot name a variable.", vendor=VENDOR, status=0)
        return await asyncio.to_thread(self._start, request)

    def _start(self, request: RunRequest) -> Run:
        folder = self._at(id_of(request.request_id))
        if not (folder.path.exists() and folder.begun):
            self._check_startable(self._commands[request.pipeline.name])
        if folder.claim(self._asked(request)) or not folder.begun:
            variables = {
                **self._environment,
                **request.given,
                "SIGNALBOX_REF": request.pipeline.ref,
                "SIGNALBOX_COMMIT": request.commit,
            }
            child = folder.begin(self._commands[request.pipeline.name], variables, self._cwd)
            self._children += [child] if child else []
            self._tidy()
        return self._run(request.pipeline, folder)

    def _check_startable(self, command: Sequence[str]) -> None:
        """The shell would say it to a log, long after. Raises IntegrationError."""
        program = command[0] if command else ""
        found = shutil.which(program, mode=os.F_OK, path=self._environment.get("PATH"))
        path = self._cwd / program if "/" in program else Path(found) if found else None
        if path is None or not path.exists():
            trouble = "there is no such program"
        elif path.is_dir():
            trouble = "it is a folder"
        elif not os.access(path, os.X_OK):
            trouble = "permission denied (chmod +x)"
        else:
            return
        raise IntegrationError(
            f"{program or 'An empty command'} could not be started: {trouble}", vendor=VENDOR, status=0
        )

    def _asked(self, request: RunRequest) -> Asked:
        self._folder.mkdir(parents=True, exist_ok=True)
        pipeline, now = request.pipeline, datetime.now(UTC)
        number = 1 + max(self._numbers(), default=0)
        return Asked(request.request_id, pipeline.repository, pipeline.name, pipeline.ref, request.commit, number, now)

    def _numbers(self) -> Iterator[int]:
        """Of the runs whose files are kept."""
        for folder in self._all():
            with suppress(NotFound):
                yield folder.asked.number

    def _all(self) -> list[RunFolder]:
        return [RunFolder(path) for path in self._folder.iterdir() if ID.fullmatch(path.name)]

    def _tidy(self) -> None:
        """Old files go, and processes that have ended are taken note of, or the system would keep them."""
        self._children = [child for child in self._children if child.poll() is None]
        runs = sorted(self._all(), key=lambda run: run.path.stat().st_mtime)
        for old in runs[: max(len(runs) - KEPT, 0)]:
            if not old.alive:
                shutil.rmtree(old.path, ignore_errors=True)

    async def find(self, request: RunRequest) -> Run | None:
        """One whose process never began is none: whoever asks for it again has it begin."""
        return await asyncio.to_thread(self._find, request)

    def _find(self, request: RunRequest) -> Run | None:
        folder = self._at(id_of(request.request_id))
        return self._run(request.pipeline, folder) if folder.path.exists() and folder.begun else None

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        """Nothing begins any but ourselves."""
        return await asyncio.to_thread(self._recent, pipeline, since)

    def _recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        found: list[RunSeen] = []
        for folder in self._all() if self._folder.exists() else ():
            with suppress(NotFound):
                asked = folder.asked
                if (asked.repository, asked.name) == (pipeline.repository, pipeline.name) and asked.at >= since:
                    status = replace(self._status(self._run(pipeline, folder)), steps=())
                    found.append(RunSeen(status, variables={RUN_ID: asked.request_id}))
        return tuple(sorted(found, key=lambda seen: int(seen.status.run.number), reverse=True))

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        """Of the runs whose files are kept."""
        return tuple(await asyncio.to_thread(self._earlier, pipeline, since))[:limit]

    def _earlier(self, pipeline: Pipeline, since: datetime) -> list[RunSeen]:
        ended = [each for each in self._recent(pipeline, since) if each.status.state.ended]
        return [each for each in ended if self._at(each.status.run.id).asked.ref == pipeline.ref]

    async def status(self, run: Run) -> RunStatus:
        return await asyncio.to_thread(self._status, run)

    def _status(self, run: Run) -> RunStatus:
        folder = self._at(run.id)
        asked = folder.asked
        self._children = [child for child in self._children if child.poll() is None]
        state, said = folder.state(datetime.now(UTC))
        return RunStatus(
            self._run(run.pipeline, folder),
            state,
            said=said,
            commit=asked.commit,
            started_at=asked.at,
            finished_at=folder.finished_at(),
            steps=(Step(STEP, asked.name, state),),
        )

    async def cancel(self, run: Run) -> None:
        """TERM to the whole process group; KILL to what is left of it after the grace."""
        folder = self._at(run.id)
        if (await self.status(run)).state.ended:
            return
        await asyncio.to_thread(folder.note_cancelled)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if await self._ended_by(folder, number):
                return

    async def _ended_by(self, folder: RunFolder, number: signal.Signals) -> bool:
        """Sent as soon as the run has a process, and waited for."""
        sent, until = False, time.monotonic() + self._grace
        while (alive := await asyncio.to_thread(lambda: folder.alive)) and time.monotonic() < until:
            sent = sent or await asyncio.to_thread(folder.signal, number)
            await asyncio.sleep(GLANCE)
        return not alive

    async def retry_failed(self, run: Run) -> Run:
        sentence = f"Run {run.number} of this machine has one part: start a new run."
        raise NotSupported(sentence, vendor=VENDOR, status=0)

    async def log(self, run: Run, step: str, *, start: int = 0, limit: int = 1_000_000) -> LogPart:
        if step != STEP:
            raise NotFound(f"Run {run.number} has one log, “{STEP}”.")
        state = (await self.status(run)).state
        data, begin, size = await asyncio.to_thread(self._at(run.id).read_log, start, limit)
        if not size and not state.ended:
            raise NotFound(f"Run {run.number} has said nothing yet.")
        end = begin + len(data)
        return LogPart(data, begin, state.ended and end >= size, end)

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]:
        folder = self._at(run.id)
        root = folder.path / "artifacts"
        left = await asyncio.to_thread(lambda: [(path, path.stat().st_size) for path in folder.left()])
        return tuple(Artifact(str(path.relative_to(root)), path.name, size) for path, size in left)

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        return await asyncio.to_thread(self._read, run, artifact, limit)

    def _read(self, run: Run, artifact: Artifact, limit: int) -> bytes:
        folder = self._at(run.id)
        path = folder.path / "artifacts" / artifact.id
        if path not in folder.left():
            raise NotFound(f"Run {run.number} has left no {artifact.name}.")
        if path.stat().st_size > limit:
            raise IntegrationError(f"{artifact.name} is larger than {limit:,} bytes.", vendor=VENDOR, status=0)
        return path.read_bytes()

    async def commit(self, repository: str, ref: str) -> Commit | None:
        return await self._where_commits_are().commit(repository, ref)

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        return await self._where_commits_are().compare(repository, base, head)

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        return await self._where_commits_are().diff(repository, commit, limit=limit)

    def _where_commits_are(self) -> Changes:
        if self._changes is None:
            raise NotSupported("No repository is known for what runs on this machine.", vendor=VENDOR, status=0)
        return self._changes

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        sentence = f"This machine keeps no commits: {status.key} cannot stand on {commit[:12]} of {repository}."
        raise NotSupported(sentence, vendor=VENDOR, status=0)

    def _at(self, id: str) -> RunFolder:
        if not ID.fullmatch(id):
            raise NotFound(f"There is no run “{id}” on this machine.")
        return RunFolder(self._folder / id)

    def _run(self, pipeline: Pipeline, folder: RunFolder) -> Run:
        return Run(pipeline, folder.path.name, str(folder.asked.number))
