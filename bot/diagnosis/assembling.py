"""From the files of a case to the evidence that is ranked."""

from __future__ import annotations

from pathlib import Path

from bot.diagnosis.casefiles import BadCase, Held, Told, decoded, held, told, within
from bot.diagnosis.deviations import cut
from bot.diagnosis.onset import onset
from bot.diagnosis.evidence import Commit, Deployment, Evidence, Line, Observed, Window
import msgspec

LONG_AGO, FAR_AHEAD = 0.0, 1e12


def evidence_of(folder: Path) -> Evidence:
    case = told(folder)
    own = held(folder)
    remarks = list(own.remarks)
    began = onset(case.complaint(), own.series, case.fault_time)
    before = _part(own, Window(LONG_AGO, began))
    after = _part(own, Window(began, FAR_AHEAD))
    references = [before]
    if case.healthy:
        reference = _reference(folder, case, remarks)
        if reference:
            references.insert(0, reference)
    return Evidence(after, tuple(references), case.entry, case.complaint(), remarks=tuple(remarks))


def _reference(folder: Path, case: Told, remarks: list[str]) -> Observed | None:
    path = folder / case.healthy
    if not path.is_dir():
        beside = sorted(each for each in path.parent.glob("*") if each.is_dir()) if path.parent.is_dir() else []
        if not beside:
            remarks.append(f"the healthy reference {case.healthy} is missing")
            return None
        remarks.append(f"the healthy reference {case.healthy} is missing; {beside[0].name} beside it was read")
        path = beside[0]
    of = held(path)
    return _part(of, Window(LONG_AGO, FAR_AHEAD))


def _part(of: Held, window: Window) -> Observed:
    spans = within(of.spans, window)
    lines = tuple(line for line in of.lines if window.start <= line.time < window.end)
    series = cut(of.series, window)
    times = [line.time for line in lines] or [span.time for span in spans] or [t for one in series for t in one.times]
    seen = Window(min(times), max(times) + 1) if times else Window(0, 0)
    share = of.lines_seen / len(of.lines) if of.lines else 1
    return Observed(seen, spans, lines, series, round(len(lines) * share))
