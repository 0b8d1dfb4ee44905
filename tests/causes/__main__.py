"""`make causes`: break the sample shop in each way, run its journeys each time, and keep what fails with its cause.

Takes a few minutes. What it writes is what `python -m tests.bench grouping` scores on.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.cases.tracing import trace_of
from bot.suites.understanding import read
from tests.causes.faults import FAULTS, Fault, broken, make_well
from tests.causes.halves import KEPT
from tests.causes.origins import origins
from tests.house import tree
from tests.support.shop import Receiver, Shop

ROUNDS = 3
SECONDS = 240
LATE = 2.5
"""Seconds after which the last spans of a run have come."""

JOURNEYS = tree.ROOT / "deploy" / "demo" / "journeys"
LONGEST = 3_000
"""Characters of a stack that are kept."""

VARIANTS = Path(__file__).with_name("variants.py")
BOTH = {
    "own": ("-m", "journeys", "api"),
    "variants": ("-m", "pytest", "-c", "pytest.ini", "-p", "conftest", "--junitxml=junit.xml", VARIANTS.name),
}
PATHS = os.pathsep.join(map(str, (JOURNEYS.parent, JOURNEYS / "api", tree.ROOT)))

Line = dict[str, Any]


def main() -> None:
    lines: list[Line] = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, Receiver() as receiver:
            lines += _round(_Stage(Path(folder), receiver), number)
            receiver.shutdown()
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    print(f"{len(lines)} failures of {len({line['cause'] for line in lines})} causes: {KEPT.relative_to(tree.ROOT)}")


class _Stage:
    """A shop, and whoever takes its telemetry."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.folder, self.receiver = folder, receiver
        self.shop = Shop(folder / "shop", receiver.url, quiet=True)

    def failed(self, environment: str, seed: str) -> Iterator[Line]:
        """Of the sample's own journeys and of their variants, as Signalbox reads their reports."""
        reports = [self._run(name, environment, f"{seed} {name}") for name in BOTH]
        time.sleep(LATE)
        known = origins(self.receiver)
        for report in reports:
            yield from _told(report, known)

    def _run(self, name: str, environment: str, seed: str) -> bytes:
        left = self.folder / name
        left.mkdir(exist_ok=True)
        for part in (VARIANTS, JOURNEYS / "pytest.ini"):
            shutil.copy(part, left)  # no other conftest.py lies above it there
        told = {"SHOP_OPERATOR": str(self.shop.http.base_url).rstrip("/"), "SIGNALBOX_ENVIRONMENT": environment}
        asked = {"PYTHONPATH": PATHS, "SIGNALBOX_ARTIFACTS": str(left), "SEED": seed, **told}
        command, quiet = (sys.executable, *BOTH[name]), subprocess.DEVNULL
        subprocess.run(
            command, env={**os.environ, **asked}, cwd=left, timeout=SECONDS, check=False, stdout=quiet, stderr=quiet
        )
        return (left / "junit.xml").read_bytes()


def _round(stage: _Stage, number: int) -> list[Line]:
    stage.shop.up()
    try:
        make_well(stage.shop)
        if failed := [line for line in stage.failed("integration", f"{number} well") if not _timed_out(line)]:
            sys.exit(f"The shop is well, and yet this fails: {failed[0]['test']}: {failed[0]['message']}")
        return [line for fault in FAULTS for line in _of(stage, fault, number)]
    finally:
        stage.shop.down()


def _of(stage: _Stage, fault: Fault, number: int) -> list[Line]:
    with broken(stage.shop, fault):
        found = list(stage.failed(fault.environment, f"{number} {fault}"))
    lines = [line for line in found if fault.slow or not _timed_out(line)]
    print(f"  {number + 1}/{ROUNDS}  {fault.cause} in {fault.environment}: {len(lines)} failures", flush=True)
    return [{**line, "cause": fault.cause} for line in lines]


def _timed_out(line: Line) -> bool:
    """A busy machine may be the cause as well, so that it is not known."""
    return "Timeout" in f"{line['error_class']}{line['message']}"


def _told(report: bytes, known: dict[str, dict[str, str]]) -> Iterator[Line]:
    for case in read("junit.xml", report).red:
        if case.broke is None:
            continue
        said = {"error_class": case.broke.error_class, "message": case.broke.message or case.message}
        texts = {"test": case.id, **said, "stack": case.broke.stack[-LONGEST:]}
        origin = known.get(trace_of(case))
        yield {**{key: _elsewhere(text) for key, text in texts.items()}, **({"origin": origin} if origin else {})}


def _elsewhere(text: str) -> str:
    """Without where it lay on this machine."""
    return text.replace(str(tree.ROOT), "/ci/shop").replace(sys.base_prefix, "/usr")


main()
