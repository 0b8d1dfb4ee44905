"""Cases in a folder, ranked one by one and compared with their labels."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from bot.diagnosis.asking import About, Question
from bot.diagnosis.benchmark import NONE, Answered, Truth, baselines
from bot.diagnosis.evaluation.assembling import evidence_of
from bot.diagnosis.evaluation.casefiles import BadCase, decoded, told
from bot.diagnosis.evidence import Evidence, Observed, Window
from bot.diagnosis.narrative import plainly
from bot.diagnosis.needs import Narrate
from bot.diagnosis.ranking import Ranking, rank
from bot.diagnosis.values import Explanation, Findings, Gathered
from bot.errors import UsageError

CASE, LABEL = "case.json", "label.json"
PARTS = ("traces.csv.gz", "logs.csv.gz", "metrics.csv.gz", "changes.json", LABEL)


class _Label(msgspec.Struct):
    root_cause_service: str
    fault_type: str | None = ""
    root_cause_commit: str | None = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """answered: None where the case has no label to be judged by. told: by a model, where one was asked. seconds: those
    that the ranking took.
    """

    case: str
    dataset: str
    evidence: Evidence
    ranking: Ranking
    seconds: float
    answered: Answered | None
    told: Explanation | None = None


def folders(root: Path) -> list[Path]:
    """Those with a case in them, by name. Folders whose name begins with an underscore are references.

    Raises UsageError when there is none, and BadCase for one that has evidence and no case.json.
    """
    if not root.is_dir():
        raise UsageError(f"{root} is no folder.")
    found = sorted(_cases(root))
    if not found:
        raise UsageError(f"{root} holds no cases: a case is a folder with a {CASE}.")
    return found


def _cases(folder: Path) -> Iterator[Path]:
    if (folder / CASE).is_file():
        yield folder
        return
    if any((folder / part).exists() for part in PARTS):
        raise BadCase(str(folder / CASE), "it is missing, and a case cannot do without.")
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.name.startswith(("_", ".")):
            yield from _cases(each)


def judged(cases: Sequence[Path], clock: Callable[[], float] = time.perf_counter) -> Iterator[Judged]:
    """The labels of all are read for what is always the most frequent answer; the ranking never sees them."""
    truths = {folder: _truth(folder / LABEL) for folder in cases}
    datasets = {folder: told(folder).dataset or folder.parent.name for folder in cases}
    together: dict[str, list[Truth]] = defaultdict(list)
    for folder, truth in truths.items():
        if truth:
            together[datasets[folder]].append(truth)
    for folder in cases:
        evidence = evidence_of(folder)
        start = clock()
        ranking = rank(evidence)
        one = Judged(folder.name, datasets[folder], evidence, ranking, clock() - start, None)
        truth = truths[folder]
        yield replace(one, answered=_answered(one, truth, together[one.dataset])) if truth else one


async def told_by(narrate: Narrate, found: Iterable[Judged]) -> AsyncIterator[Judged]:
    """Each with the model's words; its evidence is let go of."""
    for one in found:
        evidence = one.evidence
        question = Question(one.case, About.TEXT, one.dataset, evidence.faulty.window, one.evidence.alert.summary)
        findings = Findings(question, Gathered(evidence), one.ranking)
        explanation = await narrate(findings, plainly(findings))
        yield replace(one, evidence=replace(evidence, faulty=NOTHING, references=()), told=explanation)


NOTHING = Observed(Window(0.0, 0.0))


def _answered(one: Judged, truth: Truth, together: Sequence[Truth]) -> Answered:
    ranking = one.ranking
    services = tuple(each.service for each in ranking.services)
    commit = ranking.change.commit if ranking.change else NONE
    beside = baselines(one.evidence, together)
    return Answered(one.case, one.dataset, truth, services, ranking.confidence, commit, one.seconds, beside)


def _truth(path: Path) -> Truth | None:
    if not path.exists():
        return None
    label = decoded(path, lambda raw: msgspec.json.decode(raw, type=_Label))
    return Truth(label.root_cause_service, label.fault_type or "", label.root_cause_commit or "")
