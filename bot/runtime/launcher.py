"""Becomes another program that ends when its parent does, and holds a lock for as long as it lives.

Run as `python -I -S launcher.py PARENT_PID LOCK_FILE PROGRAM ARGUMENT...` (LOCK_FILE may be empty). A program of its
own, because code between fork and exec is not safe in a process with threads. Only the standard library.
"""

import ctypes
import fcntl
import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOCK_WAIT_SECONDS = 15.0
LOCKED_OUT, ORPHANED = 75, 76


def end_with_parent(parent: int) -> None:
    """Ask Linux for SIGTERM when the thread that started us ends; on other systems the survivor is adopted."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the kernel knew of our wish
        sys.exit(ORPHANED)


def hold(lock_file: str) -> None:
    """Keep the lock across exec, so that nobody follows us before we are gone; a predecessor gets time to end."""
    handle = os.open(lock_file, os.O_CREAT | os.O_RDWR, 0o600)
    os.set_inheritable(handle, True)  # noqa: FBT003 - positional only
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                sys.exit(LOCKED_OUT)
            time.sleep(0.05)


def main() -> None:
    parent, lock_file, *command = sys.argv[1:]
    end_with_parent(int(parent))
    if lock_file:
        hold(lock_file)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
