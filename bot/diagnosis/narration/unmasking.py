"""What was counted, or told to a model, with masks, as people may read it: a line of a log in its own words, since they
search for them, and times that are shown in the reader's zone. Pure.

Both are ours. The words are those of a line that the statement itself rests on, made as harmless as the statement has
to be; a time is that of its evidence, or one within the time that is looked at. What a model writes makes neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot.diagnosis.evidence import Evidence, Item, Line, Window
from bot.diagnosis.narration.answering import harmless, sayable
from bot.diagnosis.signals.wording import template
from bot.diagnosis.values import Clause, Explanation
from bot.diagnosis.words.clauses import quote
from bot.diagnosis.words.saying import ELLIPSIS, clock, outside
from bot.redaction import redact

READ, QUOTED = 4_000, 200
"""Characters of a line of which its template is made, and of a template that stands in a statement."""

AROUND = 60.0
"""Seconds before and after the time that is looked at: what is to be read of a log begins and ends with them."""

DAY, HOURS = 86_400.0, 24

_NO_BRACKETS = str.maketrans("", "", "[]")
"""With which a secret is left out: without them a model's statement that brings one is known, and keeps its mask."""

_TIME = re.compile(r"(?<![\d:])(\d\d):([0-5]\d):([0-5]\d) UTC\b")


@dataclass(frozen=True, slots=True)
class _Known:
    """lines: that any statement rests on, by the ids of their items. by_model: a model wrote the statements."""

    evidence: Evidence
    lines: Mapping[str, Line]
    by_model: bool

    @property
    def window(self) -> Window:
        return self.evidence.faulty.window


def unmasked(told: Explanation, evidence: Evidence) -> Explanation:
    """The same statements, which rest on the same. Doing it again changes nothing."""
    subject = (told.subject,) if told.subject else ()
    every = (*told.because, *told.ruled_out, *told.also, *told.try_next, *subject)
    rests_on = [item for each in every for item in each.evidence]
    known = _Known(evidence, _lines((*told.cites, *rests_on), evidence), bool(told.author))
    because, ruled_out, also, try_next, about = (
        tuple(_shown(each, known) for each in part)
        for part in (told.because, told.ruled_out, told.also, told.try_next, subject)
    )
    return replace(
        told,
        because=because,
        ruled_out=ruled_out,
        also=also,
        try_next=try_next,
        subject=about[0] if about else None,
        summary=_in_full(told.summary, (*told.cites, *rests_on), known),
        moments=_with(told.moments, _moments(told.summary, told.cites, known.window)) if told.author else told.moments,
    )


def _lines(items: Sequence[Item], evidence: Evidence) -> Mapping[str, Line]:
    wanted = {item.id for item in items if item.id.startswith("log:")}
    windows = (evidence.faulty, *evidence.references) if wanted else ()
    return {id: line for of in windows for line in of.lines if (id := line.item.id) in wanted}


def _shown(clause: Clause, known: _Known) -> Clause:
    """A time within a line that is quoted is none of ours."""
    named = _moments(clause.words, clause.evidence, known.window) if known.by_model else ()
    return replace(clause, words=_in_full(clause.words, clause.evidence, known), moments=_with(clause.moments, named))


def _in_full(words: str, items: Sequence[Item], known: _Known) -> str:
    """With the first line of these that is meant in the place of its template."""
    return next((said for item in items if (said := _with_line(words, item, known))), words)


def _with_line(words: str, item: Item, known: _Known) -> str:
    """Empty where its template is not in it, or the line may not be said."""
    line = known.lines.get(item.id)
    masked = line and next((each for each in _masked(line, known) if each in words), "")
    if line is None or not masked:
        return ""
    real = harmless(quote(line)).translate(_NO_BRACKETS) if known.by_model else quote(line)
    if f"logs '{masked}'" in words and _varies(line, known.evidence):
        words = words.replace(f"logs '{masked}'", f"logs lines like '{masked}'")
    said = words.replace(masked, real)
    if known.by_model:
        return sayable(said)
    return said if redact(said) == said else ""


def _masked(line: Line, known: _Known) -> list[str]:
    """Its template, as it may stand in a statement; the longest first. None where nothing of it is left open."""
    made = {template(quote(line)), template(redact(line.message[:READ])), template(line.message)}
    shape = harmless if known.by_model else outside
    said = {shape(each, QUOTED) for each in made}
    return sorted((each for each in said if ELLIPSIS in each), key=lambda each: (-len(each), each))


def _varies(line: Line, evidence: Evidence) -> bool:
    """Whether others of that template say something else."""
    others = {each.message for each in evidence.faulty.lines if each.service == line.service} - {line.message}
    same = template(line.message)
    return any(template(each) == same for each in sorted(others))


def _moments(words: str, items: Sequence[Item], window: Window) -> tuple[float, ...]:
    """Of the times that stand in it: of all or of none, since two zones in one sentence are read as one."""
    found = [_moment(each, items, window) for each in _TIME.finditer(words)]
    return tuple(at for at in found if at is not None) if None not in found else ()


def _moment(found: re.Match[str], items: Sequence[Item], window: Window) -> float | None:
    hours, minutes, seconds = map(int, found.groups())
    day = window.start - window.start % DAY + 3_600 * hours + 60 * minutes + seconds
    own = (item.time for item in items if clock(item.time) == found[0])
    within = (at for at in (day - DAY, day, day + DAY) if window.start - AROUND <= at <= window.end + AROUND)
    return next(chain(own, within), None) if hours < HOURS else None


def _with(known: Sequence[float], more: Sequence[float]) -> tuple[float, ...]:
    return tuple(dict.fromkeys((*known, *more)))
