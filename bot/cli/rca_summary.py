"""What `signalbox rca eval` prints."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from bot.cli.rca_told import Told, told_as_program, told_as_text
from bot.diagnosis.benchmark import BASELINES, Accuracy, Answered, Share, accuracy, by_confidence, commits, of_baseline
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evaluation.evaluating import Judged
from bot.diagnosis.evidence import Item
from bot.diagnosis.signals.findings import Ranked

WIDTH, LONGEST_NAME = 26, 60


def as_text(found: Iterable[Judged]) -> str:
    answered, count, slowest, told = _taken(found)
    parts = [_data_set(name, of) for name, of in _grouped(answered, lambda each: each.dataset).items()]
    sets = len(parts)
    if sets > 1:
        parts.append(_data_set("all", answered))
    if not answered:
        parts.append("No case has a label.json to be compared with.")
    elif count > len(answered):
        parts.append(f"{count - len(answered)} more cases have no label.json: they were ranked and not compared.")
    parts.append(f"Slowest case: {slowest:.2f} s to rank.")
    parts += [told_as_text(told)] if told else []
    return "\n\n".join(parts)


def as_program(found: Iterable[Judged]) -> str:
    cases: list[dict[str, object]] = []
    answered: list[Answered] = []
    for each in found:
        cases.append(_case(each))
        answered += [each.answered] if each.answered else []
    sets = {name: _figures(of) for name, of in _grouped(answered, lambda one: one.dataset).items()}
    return json.dumps({"n": len(answered), "datasets": sets, "all": _figures(answered), "cases": cases})


def _taken(found: Iterable[Judged]) -> tuple[list[Answered], int, float, list[Told]]:
    """The evidence of one case at a time is held."""
    answered, told = list[Answered](), list[Told]()
    count, slowest = 0, 0.0
    for each in found:
        count += 1
        slowest = max(slowest, each.seconds)
        answered += [each.answered] if each.answered else []
        told += [Told(each.told, each.answered)] if each.told else []
    return answered, count, slowest, told


def _grouped(answered: Iterable[Answered], by: Callable[[Answered], str]) -> dict[str, list[Answered]]:
    groups: dict[str, list[Answered]] = defaultdict(list)
    for each in answered:
        groups[by(each)].append(each)
    return dict(sorted(groups.items()))


def _data_set(name: str, of: Sequence[Answered]) -> str:
    head = f"{_plain(name)}: {len(of)} cases, {mean(each.seconds for each in of):.2f} s to rank each"
    rows = [_row("ranking", accuracy([each.place for each in of]))]
    types = _grouped(of, lambda each: each.truth.fault_type)
    if len(types) > 1:
        rows += [_row(f"  {kind or '(no type)'}", accuracy([e.place for e in each])) for kind, each in types.items()]
    known = [each for each in BASELINES if any(one.baselines[each] for one in of)]
    rows += [_row(f"({each})", of_baseline(each, of)) for each in known]
    return "\n".join([head, *rows, *_further(of)])


def _row(name: str, of: Accuracy) -> str:
    shares = "  ".join(f"AC@{depth} {_share(share)}" for depth, share in of.at.items())
    return f"  {_plain(name):<{WIDTH}} {shares}  Avg@5 {of.average:.2f}  n {of.at[1].n}"


def _plain(name: str) -> str:
    """Names come from files; a terminal obeys what is not printable."""
    return "".join(mark if mark.isprintable() else " " for mark in name[:LONGEST_NAME])


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.2f} [{low:.2f}, {high:.2f}]"


def _further(of: Sequence[Answered]) -> list[str]:
    said = by_confidence(of)
    sure = ", ".join(f"{level} {said[level].right} of {said[level].n} right" for level in Confidence if level in said)
    lines = [f"  confidence: {sure}"]
    named = commits(of)
    if named.n:
        lines.append(f"  changes: {named.right} of {named.n} right ({_share(named)})")
    return lines


def _figures(of: Sequence[Answered]) -> dict[str, object]:
    if not of:
        return {}
    types = _grouped(of, lambda each: each.truth.fault_type)
    return {
        "n": len(of),
        "seconds": mean(each.seconds for each in of),
        "ranking": _as_dict(accuracy([each.place for each in of])),
        "fault_types": {kind: _as_dict(accuracy([e.place for e in each])) for kind, each in types.items()},
        "baselines": {name: _as_dict(of_baseline(name, of)) for name in BASELINES},
        "confidence": {name: _as_share(share) for name, share in by_confidence(of).items()},
        "commits": _as_share(commits(of)),
    }


def _as_dict(of: Accuracy) -> dict[str, object]:
    return {**{f"ac{depth}": _as_share(share) for depth, share in of.at.items()}, "avg5": of.average}


def _as_share(share: Share) -> dict[str, object]:
    return {"right": share.right, "n": share.n, "value": share.value, "interval": list(share.interval)}


def _case(each: Judged) -> dict[str, object]:
    ranking = each.ranking
    named = {item.id: item for one in ranking.services for finding in one.findings for item in finding.evidence}
    named |= {item.id: item for item in (ranking.change.evidence if ranking.change else ())}
    return {
        "case": each.case,
        "dataset": each.dataset,
        "seconds": each.seconds,
        "answer": ranking.answer,
        "confidence": ranking.confidence,
        "summary": ranking.words,
        "ranked": [_service(one) for one in ranking.services],
        "change": _change(each),
        "evidence": [_item(item) for _, item in sorted(named.items())],
        "remarks": list(ranking.remarks),
        **({"told": told_as_program(each.told)} if each.told else {}),
        "place": each.answered.place if each.answered else None,
        "label": each.answered.truth.service if each.answered else None,
    }


def _item(item: Item) -> dict[str, object]:
    return {"id": item.id, "time": item.time, "service": item.service, "link": item.link}


def _service(one: Ranked) -> dict[str, object]:
    return {
        "service": one.service,
        "score": round(one.score, 4),
        "findings": [
            {
                "layer": each.layer,
                "strength": round(each.strength, 4),
                "words": each.words,
                "evidence": [item.id for item in each.evidence],
            }
            for each in one.findings
        ],
    }


def _change(each: Judged) -> dict[str, object]:
    change = each.ranking.change
    if change is None:
        return {"commit": "none", "because": each.ranking.unchanged}
    return {
        "commit": change.commit,
        "service": change.service,
        "score": round(change.score, 4),
        "because": change.words,
        "evidence": [item.id for item in change.evidence],
    }
