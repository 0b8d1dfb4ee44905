"""What `signalbox rca eval --with-model` prints besides. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.diagnosis.benchmark import Answered
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.values import Explanation


@dataclass(frozen=True, slots=True)
class Told:
    """answered: None where the case has no label."""

    words: Explanation
    answered: Answered | None

    @property
    def right(self) -> bool:
        return self.answered is not None and self.words.service == self.answered.truth.service


def told_as_text(told: Sequence[Told]) -> str:
    by_model = [one for one in told if one.words.author]
    lines = [f"Told by a model: {len(by_model)} of {len(told)} cases{_from_numbers(told)}"]
    labelled = [one for one in by_model if one.answered]
    if labelled:
        right = sum(one.right for one in labelled)
        before = sum(one.answered is not None and one.answered.place == 1 for one in labelled)
        lines.append(f"  right: {right} of {len(labelled)}; of these the ranking alone: {before}")
        lines.append(f"  confidence: {_by_confidence(labelled)}")
    spent = [one.words.spent for one in told]
    rounds, dollars = sum(one.rounds for one in spent), sum(one.dollars for one in spent)
    read, written = sum(one.input_tokens + one.cached_tokens for one in spent), sum(one.output_tokens for one in spent)
    return "\n".join([*lines, f"  {rounds} rounds, {read:,} tokens read, {written:,} written, ${dollars:,.2f}"])


def _by_confidence(labelled: Sequence[Told]) -> str:
    said = {level: [one.right for one in labelled if one.words.confidence is level] for level in Confidence}
    return ", ".join(f"{level} {sum(right)} of {len(right)} right" for level, right in said.items() if right)


def _from_numbers(told: Sequence[Told]) -> str:
    """Why the others were not."""
    remarks = (one.words.remark for one in told if one.words.remark)
    why = Counter(remark.removesuffix(", so this is from the numbers alone.") for remark in remarks)
    return "".join(f"; {count} x {reason}" for reason, count in why.most_common())


def told_as_program(of: Explanation) -> dict[str, object]:
    return {
        "author": of.author,
        "remark": of.remark,
        "service": of.service,
        "confidence": of.confidence,
        "summary": of.summary,
        "because": [{"words": one.words, "evidence": [item.id for item in one.evidence]} for one in of.because],
        "rounds": of.spent.rounds,
        "dollars": round(of.spent.dollars, 6),
    }
