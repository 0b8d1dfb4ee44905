"""The data folder: private to its user, and to one `signalbox up` at a time."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import structlog

from bot.errors import Conflict, Unavailable

LOCK, NOTE = "up.lock", 256
"""The file that is locked, and how much is read of who holds it."""

log = structlog.get_logger(__name__)


def prepare(folder: Path) -> Path:
    """Make `folder`, and keep others out of it if it is ours. Gives its real path. Raises Unavailable."""
    real = usable(folder)
    if open_to_others(real) and real.stat().st_uid == os.getuid():
        real.chmod(0o700)
        log.info("other users could read the data folder; now they cannot", folder=str(real))
    return real


def open_to_others(folder: Path) -> bool:
    return bool(folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def usable(folder: Path) -> Path:
    """Make `folder` if it is not there. Gives its real path. Raises Unavailable when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be made: {error.strerror}. Set SIGNALBOX_DATA_DIR."
        ) from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(f"The data folder {folder} cannot be written. Change its owner or set SIGNALBOX_DATA_DIR.")
    return folder.resolve()


def note_address(folder: Path, address: str) -> None:
    """For whoever starts a second one in a folder that this process has claimed."""
    (folder / LOCK).write_text(f"{os.getpid()} {address}")


def check_free(folder: Path) -> None:
    """Whether somebody runs in it is seen at once, long before everything is loaded. Raises Conflict."""
    if (folder / LOCK).exists():
        with claimed(folder):
            pass


@contextmanager
def claimed(folder: Path) -> Generator[None]:
    """Hold `folder` for this process; the kernel lets go when the process ends, however it ends. Raises Conflict."""
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder, _, address = os.pread(handle, NOTE, 0).decode(errors="replace").strip().partition(" ")
        os.close(handle)
        raise Conflict(
            f"Signalbox (process {holder or 'unknown'}) runs in {folder} already{address and f', at {address}'}. "
            "Stop it, or set SIGNALBOX_DATA_DIR to another folder."
        ) from None
    os.truncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    try:
        yield
    finally:
        os.close(handle)
