"""`make causes`: break the sample shop in each way, run its journeys each time, and keep what fails with its cause.

Takes a few minutes. What it writes is what `python -m tests.bench grouping` scores on.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.suites.understanding import read
from tests.causes.faults import FAULTS, Fault, broken, make_well
from tests.causes.halves import KEPT
from tests.house import tree
from tests.support.shop import Shop

ROUNDS = 3
SECONDS = 240
JOURNEYS = tree.ROOT / "deploy" / "demo" / "journeys"
LONGEST = 4_000
"""Characters of a stack that are kept."""

VARIANTS = (
    "-m",
    "pytest",
    "-c",
    str(JOURNEYS / "pytest.ini"),
    "-p",
    "conftest",
    str(Path(__file__).with_name("variants.py")),
)
PATHS = os.pathsep.join(map(str, (JOURNEYS.parent, JOURNEYS / "api", tree.ROOT)))


def main() -> None:
    lines: list[dict[str, str]] = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            shop = Shop(Path(folder) / "shop", "")
            shop.up()
            try:
                lines += _round(shop, number, Path(folder))
            finally:
                shop.down()
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    print(f"{len(lines)} failures of {len({line['cause'] for line in lines})} causes: {KEPT.relative_to(tree.ROOT)}")


def _round(shop: Shop, number: int, folder: Path) -> list[dict[str, str]]:
    make_well(shop)
    if failed := list(_failed(shop, "integration", f"{number} well", folder)):
        sys.exit(f"The shop is well, and yet this fails: {failed[0]['test']}: {failed[0]['message']}")
    return [line for fault in FAULTS for line in _of(shop, fault, number, folder)]


def _of(shop: Shop, fault: Fault, number: int, folder: Path) -> list[dict[str, str]]:
    with broken(shop, fault):
        lines = list(_failed(shop, fault.environment, f"{number} {fault}", folder))
    print(f"  {number + 1}/{ROUNDS}  {fault.cause} in {fault.environment}: {len(lines)} failures", flush=True)
    return [{**line, "cause": fault.cause} for line in lines]


def _failed(shop: Shop, environment: str, seed: str, folder: Path) -> Iterator[dict[str, str]]:
    """Of the sample's own journeys, and of their variants; as Signalbox reads their reports."""
    for name, command in (("own", ("-m", "journeys", "api")), ("variants", VARIANTS)):
        left = folder / name
        left.mkdir(exist_ok=True)
        report = left / "junit.xml"
        report.unlink(missing_ok=True)
        told = {"SHOP_OPERATOR": str(shop.http.base_url).rstrip("/"), "SIGNALBOX_ENVIRONMENT": environment}
        asked = {"PYTHONPATH": PATHS, "SIGNALBOX_ARTIFACTS": str(left), "SEED": f"{seed} {name}", **told}
        also = () if name == "own" else (f"--junitxml={report}",)
        subprocess.run(
            (sys.executable, *command, *also),
            env={**os.environ, **asked},
            cwd=left,
            timeout=SECONDS,
            check=False,
            stdout=subprocess.DEVNULL,
        )
        yield from _told(report)


def _told(report: Path) -> Iterator[dict[str, str]]:
    for case in read("junit.xml", report.read_bytes()).red:
        attempt = case.broke
        if attempt is not None:
            said = {"error_class": attempt.error_class, "message": attempt.message or case.message}
            told = {"test": case.id, **said, "stack": attempt.stack[-LONGEST:]}
            yield {key: _elsewhere(text) for key, text in told.items()}


def _elsewhere(text: str) -> str:
    """Without where it lay on this machine."""
    return text.replace(str(tree.ROOT), "/ci/shop").replace(sys.base_prefix, "/usr")


main()
