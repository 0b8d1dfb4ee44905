"""What a model answered, and what of it may be said. Pure.

Nothing is believed: a statement without evidence that was shown is dropped, a service that is not in the evidence is no
answer, and what the model read may have told it to write anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Item
from bot.diagnosis.narration.telling import Shown
from bot.diagnosis.values import Clause, Explanation
from bot.diagnosis.words.saying import outside
from bot.redaction import redact

MOST = {"because": 4, "ruled_out": 3, "try_next": 3}
LONGEST = 280
"""Characters of a statement."""

READ = 60_000
"""Characters of an answer that are looked at: what is longer is none."""

ITEMS = 4
ORDER = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)

_LINK = re.compile(r"\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)")
_CITED = re.compile(r"\s*[\[(]\s*E\d+(?:\s*,\s*E\d+)*\s*[\])]")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://[^\s)]*|\b(?:mailto|javascript|data|tel|slack):[^\s)]+|\bwww\.[^\s)]+", re.IGNORECASE
)
_MENTION = re.compile(
    r"(?<!\w)@(?:channel|here|everyone)\b|[<‹][@!#][^>›\n]{0,80}[>›]?|!(?:channel|here|everyone)\b|!(?:subteam|date)\S*",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(r"\b(?:roll(?:s|ed|ing)?[ -]?back|revert(?:s|ed|ing)?|rollbacks?)\b", re.IGNORECASE)
_MARKS = re.compile(r"[*~`\[\]<>‹›|]|(?<!\w)@|@(?=\w)|(?<!\w)_|_(?!\w)")


class _Said(msgspec.Struct):
    words: str
    evidence: list[str]


class _Answer(msgspec.Struct):
    service: int
    inconclusive: bool
    confidence: Confidence
    summary: _Said
    because: list[_Said]
    ruled_out: list[_Said] = msgspec.field(default_factory=list[_Said])
    try_next: list[_Said] = msgspec.field(default_factory=list[_Said])


def _statement() -> Mapping[str, Any]:
    return _object({"words": {"type": "string"}, "evidence": {"type": "array", "items": {"type": "string"}}})


def _object(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA: Mapping[str, Any] = _object(
    {
        "service": {"type": "integer"},
        "inconclusive": {"type": "boolean"},
        "confidence": {"type": "string", "enum": [each.value for each in reversed(ORDER)]},
        "summary": _statement(),
        **{name: {"type": "array", "items": _statement()} for name in MOST},
    }
)


class Unusable(Exception):
    """No answer that may be said. why: half a sentence, after the model's name."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Accepted:
    """dropped: statements that rested on nothing that was shown, or said what no explanation says."""

    explanation: Explanation
    dropped: int = 0


def accepted(text: str, plain: Explanation, choices: tuple[str, ...], shown: Shown) -> Accepted:
    """Raises Unusable. plain: whose confidence is the most, and which stands where the model has nothing to say."""
    answer = _decoded(text)
    because, ruled_out, try_next = (
        _kept(said, shown, MOST[name])
        for name, said in (
            ("because", answer.because),
            ("ruled_out", answer.ruled_out),
            ("try_next", answer.try_next),
        )
    )
    made = [*answer.because, *answer.ruled_out, *answer.try_next, *([answer.summary] if answer.summary.words else [])]
    if answer.inconclusive or not answer.service:
        raise Unusable("could not tell either" if not plain.service else "found it inconclusive")
    if not 1 <= answer.service <= len(choices):
        raise Unusable("named a service that is not in the evidence")
    if not because:
        raise Unusable("gave no reason that rests on the evidence")
    explanation = _explained(answer, choices[answer.service - 1], plain, shown)
    sure = explanation.confidence
    told = replace(
        explanation,
        because=because,
        ruled_out=ruled_out or explanation.ruled_out,
        try_next=_careful(try_next, sure) or _careful(explanation.try_next, sure),
    )
    return Accepted(told, sum(not _cites(each, shown) for each in made))


def _explained(answer: _Answer, service: str, plain: Explanation, shown: Shown) -> Explanation:
    """What was found of another service is not said of this one, nor that it begins there as if both were so."""
    summary = sayable(answer.summary.words) if _cites(answer.summary, shown) else ""
    cites = _items(answer.summary.evidence, shown) if summary else ()
    if service == plain.service:
        sure = _less(answer.confidence, plain.confidence)
        return replace(plain, confidence=sure, summary=summary or plain.summary, cites=cites)
    subject = replace(plain.subject, words=f"by the numbers alone, {plain.subject.words}") if plain.subject else None
    told = Explanation(service, Confidence.LOW, missing=plain.missing, subject=subject, moments=plain.moments)
    return replace(told, summary=summary, cites=cites)


def _careful(steps: tuple[Clause, ...], sure: Confidence) -> tuple[Clause, ...]:
    """Nothing is taken back for what may well be another's fault."""
    return tuple(each for each in steps if sure is not Confidence.LOW or not _TAKES_BACK.search(each.words))


def _decoded(text: str) -> _Answer:
    if len(text) > READ:
        raise Unusable("answered at far too great a length")
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=_Answer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unusable("answered with what cannot be read") from error


def _less(one: Confidence, other: Confidence) -> Confidence:
    return min(one, other, key=ORDER.index)


def _cites(said: _Said, shown: Shown) -> bool:
    return bool(sayable(said.words)) and any(id in shown.items for id in said.evidence)


def _kept(said: Iterable[_Said], shown: Shown, most: int) -> tuple[Clause, ...]:
    kept = [Clause(sayable(each.words), _items(each.evidence, shown)) for each in said if _cites(each, shown)]
    return tuple({each.words: each for each in kept}.values())[:most]


def _items(ids: Iterable[str], shown: Shown) -> tuple[Item, ...]:
    found = {item.id: item for id in ids for item in shown.items.get(id, ())}
    return tuple(found.values())[:ITEMS]


def sayable(words: str) -> str:
    """Nothing of what calls people, leads elsewhere or holds a secret: whoever writes that was told to."""
    seen = words[:READ]
    told_to = _LINK.search(seen) or _MENTION.search(seen) or redact(seen) != seen
    return "" if told_to else harmless(words)


def harmless(text: str, limit: int = LONGEST) -> str:
    """Plain words: no links, mentions, markup, brackets, control characters or secrets."""
    words = outside(text, 4 * limit)
    for pattern, instead in ((_LINK, r"\1"), (_CITED, ""), (_ADDRESS, "(link left out)"), (_MENTION, ""), (_MARKS, "")):
        words = pattern.sub(instead, words)
    return outside(words, limit)
