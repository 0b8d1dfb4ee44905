"""A run as a folder, so that it is known after a restart.

request.json   what was asked
alive          locked (flock) for as long as the run goes on, whatever becomes of process ids
pid            the leader of its process group
log            everything it said
exit           its exit code, once it has ended
cancelled      somebody asked it to stop
artifacts/     what it leaves
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from bot.errors import NotFound
from bot.ports.pipelines import RunState

ID = re.compile(r"[0-9a-f]{16}")
LATE = 10.0
"""Seconds after which a run without a process has none to come."""

LOOKS, GLANCE = 20, 0.01
"""How often a lock is tried that somebody may only be looking at, and seconds in between."""

SIGNALLED = 128

# Standard input is the lock: the shell holds it to its end, and what it runs does not inherit it. The trap lets the
# shell outlive a TERM to the group, and does not reach what it runs.
WRAPPER = """
trap : TERM
echo $$ > "$0/pid.new" && mv "$0/pid.new" "$0/pid"
"$@" < /dev/null > "$0/log" 2>&1
echo $? > "$0/exit.new" && mv "$0/exit.new" "$0/exit"
"""


class Asked(msgspec.Struct, frozen=True):
    """request.json"""

    request_id: str
    repository: str
    name: str
    ref: str
    commit: str
    number: int
    at: datetime


def id_of(request_id: str) -> str:
    return hashlib.sha256(request_id.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RunFolder:
    path: Path

    @property
    def asked(self) -> Asked:
        """Raises NotFound."""
        try:
            return msgspec.json.decode((self.path / "request.json").read_bytes(), type=Asked)
        except (OSError, msgspec.DecodeError) as error:
            raise NotFound(f"There is no run {self.path.name} on this machine.") from error

    def claim(self, asked: Asked) -> bool:
        """Whether this request was not known before: a folder has one who makes it."""
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self.path.parent))
        (new / "artifacts").mkdir()
        (new / "request.json").write_bytes(msgspec.json.encode(asked))
        (new / "alive").touch()
        try:
            new.rename(self.path)
        except OSError:
            shutil.rmtree(new)
            return False
        return True

    @property
    def begun(self) -> bool:
        """Whether it has, or had, a process. Whoever made the folder may have been killed before."""
        return self._number("pid") is not None or self.alive

    def begin(
        self, command: Sequence[str], environment: Mapping[str, str], cwd: Path
    ) -> subprocess.Popen[bytes] | None:
        """In a process group of its own, which goes on when we end. None when it has begun already."""
        with (self.path / "alive").open("r+b") as lock:
            if not _taken(lock) or self._number("pid") is not None:
                return None
            return subprocess.Popen(  # noqa: S603 - the command line is a setting
                ["/bin/sh", "-c", WRAPPER, str(self.path), *command],
                stdin=lock,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd=cwd,
                env={**environment, "SIGNALBOX_ARTIFACTS": str(self.path / "artifacts")},
            )

    @property
    def alive(self) -> bool:
        try:
            with (self.path / "alive").open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False

    @property
    def exit_code(self) -> int | None:
        return self._number("exit")

    def state(self, now: datetime) -> tuple[RunState, str]:
        """With the words for it."""
        alive, code = self.alive, self.exit_code
        cancelled = (self.path / "cancelled").exists()
        if code is None and alive:
            return RunState.RUNNING, "cancelling" if cancelled else "running"
        if code == 0:
            return RunState.SUCCEEDED, "exit code 0"
        if cancelled:
            return RunState.CANCELLED, "cancelled"
        if code is not None:
            return RunState.FAILED, _words(code)
        if (now - self.asked.at).total_seconds() < LATE and self._number("pid") is None:
            return RunState.QUEUED, "starting"
        return RunState.ERRORED, "ended without an exit code: killed, or this machine was restarted"

    def note_cancelled(self) -> None:
        (self.path / "cancelled").touch()

    def signal(self, number: signal.Signals) -> bool:
        """To the whole group, if it has begun and the lock says that the process id is still this run's."""
        pid = self._number("pid")
        if pid is None or not self.alive:
            return False
        with suppress(ProcessLookupError):
            os.killpg(pid, number)
        return True

    def finished_at(self) -> datetime | None:
        with suppress(FileNotFoundError):
            return datetime.fromtimestamp((self.path / "exit").stat().st_mtime, UTC)
        return None

    def read_log(self, start: int, limit: int) -> tuple[bytes, int, int]:
        """Bytes, where they begin, and the size of the whole. Raises NotFound while there are none."""
        try:
            with (self.path / "log").open("rb") as log:
                size = os.fstat(log.fileno()).st_size
                begin = start if start >= 0 else max(size - min(-start, limit), 0)
                log.seek(begin)
                return log.read(limit), begin, size
        except FileNotFoundError as error:
            raise NotFound(f"Run {self.path.name} has no log yet.") from error

    def left(self) -> Iterator[Path]:
        """Files that the run left; links are not followed."""
        for path in sorted((self.path / "artifacts").rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path

    def _number(self, name: str) -> int | None:
        with suppress(FileNotFoundError):
            return int((self.path / name).read_text("ascii"))
        return None


def _taken(lock: IO[bytes]) -> bool:
    """False when a run has it. Whoever only looks whether one does has it for a moment."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(GLANCE)
        else:
            return True
    return False


def _words(code: int) -> str:
    if code <= SIGNALLED:
        return f"exit code {code}"
    return f"ended by signal {code - SIGNALLED}"
