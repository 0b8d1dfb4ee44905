"""From the files of a case to the evidence that is ranked."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from bot.diagnosis.evaluation.casefiles import Held, decoded, held, told, within
from bot.diagnosis.evidence import Commit, Deployment, Evidence, Observed, Window
from bot.diagnosis.signals.deviations import cut
from bot.diagnosis.signals.onset import onset

EVER = Window(0.0, 1e15)


class _Deployment(msgspec.Struct):
    time: float
    service: str
    version: str | None = ""
    commit: str | None = ""


class _Commit(msgspec.Struct):
    sha: str
    time: float | None = 0.0
    message: str | None = ""
    files_changed: list[str] | None = None
    diff: str | None = ""


class _Changes(msgspec.Struct):
    deployments: list[_Deployment] = msgspec.field(default_factory=list[_Deployment])
    commits: list[_Commit] = msgspec.field(default_factory=list[_Commit])


def evidence_of(folder: Path) -> Evidence:
    """Raises BadCase where a file cannot be read."""
    case, own = told(folder), held(folder)
    remarks = list(own.remarks)
    began = onset(case.complaint(), own.series, case.fault_time)
    references = [_part(own, Window(EVER.start, began))]
    if case.healthy:
        references[:0] = _reference(folder, case.healthy, remarks)
    deployments, commits = _changes(folder / "changes.json")
    return Evidence(
        _part(own, Window(began, EVER.end), begins=began),
        tuple(references),
        case.entry,
        case.complaint(),
        deployments,
        commits,
        tuple(remarks),
    )


def _reference(folder: Path, name: str, remarks: list[str]) -> list[Observed]:
    """One that is missing is replaced by one beside it, which is said."""
    path = folder / name
    if not path.is_dir():
        beside = sorted(path.parent.glob("*/"), key=lambda each: (-_alike(each.name, path.name), each.name))
        beside = [] if path.parent.resolve() == folder.parent.resolve() else beside
        instead = f"{beside[0].name} beside it was read" if beside else "the time before the fault has to do"
        remarks.append(f"the healthy reference {name} is missing; {instead}")
        if not beside:
            return []
        path = beside[0]
    of = held(path)
    remarks += (f"in health: {remark}" for remark in of.remarks)
    return [_part(of, EVER)]


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _part(of: Held, window: Window, begins: float | None = None) -> Observed:
    spans = within(of.spans, window)
    lines = tuple(line for line in of.lines if window.start <= line.time < window.end)
    series = cut(of.series, window)
    times = [line.time for line in lines] or [span.time for span in spans] or [t for one in series for t in one.times]
    start = begins if begins is not None else min(times, default=0.0)
    seen = of.lines_seen / len(of.lines) if of.lines else 1
    return Observed(Window(start, max(times, default=start) + 1), spans, lines, series, round(len(lines) * seen))


def _changes(path: Path) -> tuple[tuple[Deployment, ...], tuple[Commit, ...]]:
    if not path.exists():
        return (), ()
    found = decoded(path, lambda raw: msgspec.json.decode(raw, type=_Changes, strict=False))
    return (
        tuple(
            Deployment(each.time, each.service, each.version or "", each.commit or "", path.name)
            for each in found.deployments
        ),
        tuple(
            Commit(
                each.sha,
                each.time or 0.0,
                each.message or "",
                tuple(each.files_changed or ()),
                each.diff or "",
                f"{path.name}#{each.sha}",
            )
            for each in found.commits
        ),
    )
