"""A copy of the program in which faults are planted, one at a time, and the tests that are to catch them."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.mutants.faults import RULES, Fault

ROOT = Path(__file__).parents[2]
COPIED = ("bot", "handlers", "integrations", "tests", "pyproject.toml")
HANGS_S = 240
"""What takes longer never ends: that is caught too."""
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """caught_by: the test that failed, or how it ended otherwise; empty for a survivor."""

    fault: Fault
    caught_by: str
    seconds: float


class Stage:
    """`folder` has a copy of the program. The tests must pass there before any fault is planted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_the_program(cls, folder: Path) -> Self:
        folder.mkdir()
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
            else:
                shutil.copy2(source, folder / name)
        return cls(folder)

    def another(self, folder: Path) -> Self:
        """With what was compiled here."""
        shutil.copytree(self._folder, folder)
        return type(self)(folder)

    def check(self, tests: tuple[str, ...]) -> str:
        """What fails without any fault; it leaves compiled modules behind for all that follow."""
        return self._run(tests, keep_compiled=True)

    def plant(self, fault: Fault) -> Verdict:
        began = time.monotonic()
        path = self._folder / "bot" / "reservations" / fault.file
        sound, times = path.read_text(), path.stat()
        path.write_text(sound.replace(fault.before, fault.after))
        try:
            caught_by = self._run(fault.tests)
        finally:
            path.write_text(sound)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return Verdict(fault, caught_by, time.monotonic() - began)

    def _run(self, tests: tuple[str, ...], *, keep_compiled: bool = False) -> str:
        """The first test that fails; "" when all pass."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.quick"]
        bare = ["--noconftest"] if tests == RULES else []
        told = {"PYTHONPATH": str(self._folder), "PYTHONDONTWRITEBYTECODE": "" if keep_compiled else "1"}
        try:
            done = subprocess.run(
                [*command, *bare, *tests],
                cwd=self._folder,
                env={**os.environ, **told},
                capture_output=True,
                text=True,
                timeout=HANGS_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "it never ended"
        found = FAILED.search(done.stdout)
        return "" if done.returncode == 0 else found[1] if found else f"pytest ended with {done.returncode}"


def misfits(faults: tuple[Fault, ...]) -> list[str]:
    """Faults that do not apply exactly once to the source as it is now, or change nothing."""
    found: list[str] = []
    for fault in faults:
        times = (ROOT / "bot" / "reservations" / fault.file).read_text().count(fault.before)
        if times != 1 or fault.before == fault.after:
            found.append(f"{fault.name}: its text stands {times} times in {fault.file}")
    names = [fault.name for fault in faults]
    return found + [f"{name}: the name stands twice" for name in set(names) if names.count(name) > 1]
