"""Test reports: how long it takes to read them, beside what any reader needs at least, and how much memory."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.parsers import expat

from bot.suites.reports import Tally, json_report, json_walk, reports
from tests.bench.figures import ROUNDS, Figure, at_least, at_most

CASES = 200_000
TESTS = 10_000
TELLS_ITS_PEAK = """
import resource, sys
from pathlib import Path
from bot.cli.report import gather, Lines
gather([Path(sys.argv[1])], Lines())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


async def measure() -> list[Figure]:
    with TemporaryDirectory(prefix="bench") as folder:
        many, more, specs = Path(folder) / "many.xml", Path(folder) / "more.xml", Path(folder) / "specs.json"
        _write(many, junit(CASES))
        _write(more, junit(10 * CASES))
        _write(specs, playwright(TESTS))
        return [*_against_expat(many), *_against_json(specs), await _memory(many, more)]


def _against_expat(path: Path) -> list[Figure]:
    ours, bare = _in_turns(lambda: _read(path, CASES), lambda: _bare(path))
    name = f"JUnit, {CASES:,} cases, {path.stat().st_size / 1e6:.0f} MB"
    return [Figure(name, ours, "ms", at_most(1.5, relative=True), bare, "expat, empty handlers")]


def _against_json(path: Path) -> list[Figure]:
    """Bytes to values, as the json module does it; and bytes to cases, which the json module leaves to others."""
    data = path.read_bytes()
    name = f"Playwright, {TESTS:,} tests, {len(data) / 1e6:.0f} MB"
    decoded = _in_turns(lambda: json_walk.decoded(data, json_report.Document), lambda: json.loads(data))
    read = _in_turns(lambda: _read(path, TESTS), lambda: json.loads(data))
    ours, other, cases, again = map(_rates, (*decoded, *read))
    return [
        Figure(f"{name}, values", ours, "/s", at_least(5, relative=True), other, "json.loads"),
        Figure(f"{name}, cases", cases, "/s", None, again, "json.loads"),
    ]


def _rates(milliseconds: list[float]) -> list[float]:
    """Tests a second."""
    return [1000 * TESTS / each for each in milliseconds]


async def _memory(many: Path, more: Path) -> Figure:
    """Each in a process of its own."""
    ten, one = [], []
    for _ in range(3):
        one.append(await _peak(many))
        ten.append(await _peak(more))
    return Figure("peak memory, ten times the cases", ten, "MB", at_most(1.1, relative=True), one, "once the cases")


async def _peak(path: Path) -> float:
    """Megabytes."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TELLS_ITS_PEAK, str(path), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return int(out) / 1024


def _in_turns(ours: Callable[[], object], other: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Milliseconds of processor time, so that whatever else runs counts less."""
    mine, others = [], []
    for _ in range(ROUNDS):
        mine.append(_milliseconds(ours))
        others.append(_milliseconds(other))
    return mine, others


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def _read(path: Path, expected: int) -> None:
    tally = Tally()
    with path.open("rb") as file:
        for _, batches in reports(file, path.name):
            for cases in batches:
                tally.add(cases)
    assert tally.tests == expected


def _bare(path: Path) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda _text: None
    with path.open("rb") as file:
        parser.ParseFile(file)


def _write(path: Path, pieces: Iterator[str]) -> None:
    with path.open("w") as file:
        file.writelines(pieces)


def junit(cases: int) -> Iterator[str]:
    """About 250 bytes each; one in a hundred fails, with a stack."""
    stack = 'Traceback (most recent call last):\n  File "checkout.py", line 31, in pay\n' * 12
    printed = "<system-out>started\nworked for a while on\nended after some time, as it said\n</system-out>"
    yield '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n'
    for suite in range(cases // 1_000):
        yield f'  <testsuite name="com.example.checkout.Suite{suite}" tests="1000" failures="10" time="12.5">\n'
        for number in range(1_000):
            failed = f'<failure message="assert {number} == 1" type="AssertionError">{stack}</failure>'
            yield (
                f'    <testcase classname="com.example.checkout.Suite{suite}.Class{number % 20}" '
                f'name="test_number_{number}[parameter-{number}]" time="0.{number:03d}">\n'
                f"      {failed if number % 100 == 0 else printed}\n    </testcase>\n"
            )
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def playwright(tests: int) -> Iterator[str]:
    """As Playwright writes it, with two spaces; a hundred tests to a file, one in fifty fails."""
    suites = []
    for number in range(tests // 100):
        file = f"checkout/part-{number}.spec.ts"
        specs = [_spec(file, n) for n in range(100)]
        suites.append({"title": file, "file": file, "column": 0, "line": 0, "specs": specs})
    yield json.dumps({"config": {"version": "1.56.0"}, "suites": suites, "errors": []}, indent=2)


def _spec(file: str, number: int) -> dict[str, object]:
    failed = number % 50 == 0
    error = {"message": "Error: expect(received).toBe(expected)", "stack": "Error: expect\n    at pay.spec.ts:9:18" * 5}
    result = {
        "workerIndex": 0, "parallelIndex": 0, "status": "failed" if failed else "passed", "duration": 286,
        "errors": [error] if failed else [], "stdout": [], "stderr": [], "retry": 0,
        "startTime": "2026-11-20T09:57:13.852Z", "annotations": [], "attachments": [],
    }  # fmt: skip
    test = {
        "timeout": 30000, "annotations": [], "expectedStatus": "passed", "projectId": "chromium",
        "projectName": "chromium", "results": [result], "status": "unexpected" if failed else "expected",
    }  # fmt: skip
    return {
        "title": f"pays in way {number}", "ok": not failed, "tags": [], "tests": [test],
        "id": f"ae26aadcfef1273f4895-{number:020d}", "file": file, "line": 4 + number, "column": 7,
    }  # fmt: skip
