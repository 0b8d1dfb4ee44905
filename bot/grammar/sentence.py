"""One verb, one target, and the pieces around them: a definite command, or the question that comes first.

Whatever is offered to choose from is definite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.errors import UsageError
from bot.grammar import normalise
from bot.grammar.commands import Ask, EnvCommand
from bot.grammar.durations import in_words
from bot.grammar.ends import End, Slot, ends, passed, stamp
from bot.grammar.here import Here
from bot.grammar.mistimed import Mistimed
from bot.grammar.parts import Parts
from bot.grammar.pieces import Clock, ForSuite, Length, Number, Piece, Pieces, Reads, When, cut
from bot.grammar.questions import Ambiguous, Blank, Choice, NeedsDuration, NeedsReason
from bot.grammar.tails import Tail, tail_of
from bot.grammar.targets import Target, Wanted

YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence without doubts. `end` counts from the start, or from now."""

    parts: Parts
    here: Here
    slot: Slot | None
    end: End | None

    @property
    def start(self) -> datetime:
        return self.slot.start if self.slot else self.here.now

    @property
    def how_long(self) -> End:
        """For verbs that are not said without a length."""
        return self.end or End(timedelta())


@dataclass(frozen=True, slots=True)
class Form:
    """How a verb is said: the kinds of pieces that it reads, what must not be missing, and what it comes to.

    labels: `any:` may be its target. bounded: no longer than the policy allows.
    why: the question when the reason is missing.
    tail: a length at the end of the reason is meant, or asked about, or left alone.
    """

    verb: str
    reads: Reads
    build: Callable[[Said], EnvCommand]
    needs: frozenset[Literal["start", "when", "reason"]] = frozenset()
    labels: bool = False
    bounded: bool = True
    why: str = ""
    tail: Literal["meant", "asked", "alone"] = "alone"


class Sentence:
    def __init__(self, form: Form, pieces: Pieces, target: Wanted | None, here: Here, slot: Slot | None = None) -> None:
        self.form = form
        self.pieces = pieces
        self.target = target
        self.slot = slot
        self.here = here
        self.then = replace(here, now=slot.start) if slot else here
        limits = here.names.limits(target)
        self.whose, self.longest = limits.whose, limits.maximum if form.bounded else YEAR
        self.usual = End(min(limits.default, self.longest))
        self.reason = normalise.reason(pieces.rest)
        start = stamp(slot.start, here.zone, here.now) if slot else ""
        self.parts = Parts(
            form.verb, target, pieces.mode or "exclusive", pieces.priority, start=start, reason=self.reason
        )

    def decide(self) -> EnvCommand:
        """Ask about the first doubt; without any, it is a command."""
        return self._second() or self._words_or_reason() or self._when()

    def by_default(self, label: str = "") -> Choice:
        """The sentence with every doubt settled the likeliest way: to be offered, never done."""
        return self._with_end(self._likely_end()).choice(label)

    def _second(self) -> Ask | None:
        """A piece of a kind that was there already may be the start of the reason, or meant instead of the first."""
        second = self.pieces.second
        first = self.pieces.one(second.kind) if second else None
        if second is None or first is None:
            return None
        if second.kind == "target":
            return self._second_target(second)
        if self.pieces.text[first.end : second.start].strip(" ,;"):
            return None
        return self._second_when(second)

    def _second_target(self, second: Piece) -> Ask | None:
        """A known name with words behind it begins the reason, where one is due: `integration 2h payments refund`."""
        alone = not self.pieces.text[second.end :].strip()
        if not alone and (self.pieces.when is not None or "reason" in self.form.needs):
            return None
        rest = cut(self.pieces.without(second), self.here, self.form.reads)
        meaning = second.meaning if isinstance(second.meaning, tuple) else ()
        others = tuple(other for other in meaning if self.form.labels or isinstance(other, Target))
        inside = tuple(both for other in others if (both := _joined(self.target, other)))
        reason = f"{self.pieces.typed(second)} {rest.rest}"
        choices = (
            *(self._instead(both, rest, rest.rest) for both in inside),
            self._instead(self.target, rest, reason if inside else rest.rest),
            *(self._instead(other, rest, rest.rest) for other in others if not inside),
        )
        return Ambiguous(f"What is {self.pieces.typed(second)}?", tuple(dict.fromkeys(choices)))

    def _instead(self, target: Wanted | None, pieces: Pieces, reason: str) -> Choice:
        """The same line, read with this target and this reason."""
        quoted = replace(pieces, rest=reason, quoted=True)
        return Sentence(self.form, quoted, target, self.here, self.slot).by_default()

    def _second_when(self, second: Piece) -> Ask | None:
        meaning = second.meaning
        if second.kind != "when" or isinstance(meaning, str | tuple | Mistimed):
            return None
        if isinstance(meaning, Number) and not isinstance(self.pieces.when, Number):
            return None
        firsts, others = self._allowed(self.pieces.when), self._allowed(meaning)
        rest = normalise.reason(self.pieces.text[second.end :])
        options = [(end, self.reason) for end in firsts[:1]] + [(end, rest) for end in others[:1]]
        if firsts and others and not firsts[0].until and not others[0].until:
            both = firsts[0].length + others[0].length
            options[:0] = [(End(both), rest)] if both <= self.longest else []
        choices = tuple(replace(self._with_end(end), reason=reason).choice() for end, reason in options)
        return Ambiguous("There are two lengths or times. Which is meant?", choices) if choices else None

    def _words_or_reason(self) -> Ask | None:
        """`shared cart bug` may be a mode and a reason, or a reason that begins with that word; so may `hotfix`."""
        words = self._last_words()
        if not words or not self.reason or self.pieces.quoted:
            return None
        choices = tuple(self._reading_words(words, kept) for kept in range(len(words), -1, -1))
        typed = " ".join(self.pieces.typed(word) for word in words)
        what = "the mode" if words[-1].kind == "mode" else "the priority"
        return Ambiguous(f"{typed}: {what}, or part of the reason?", choices)

    def _last_words(self) -> tuple[Piece, ...]:
        read, at = self.pieces.read, len(self.pieces.read)
        while at and read[at - 1].kind in ("mode", "priority"):
            at -= 1
        return read[at:]

    def _reading_words(self, words: tuple[Piece, ...], kept: int) -> Choice:
        """The first `kept` words as what they are, the others as part of the reason."""
        parts = self._with_end(self._likely_end())
        reason = normalise.reason(" ".join([*(self.pieces.typed(word) for word in words[kept:]), self.reason]))
        dropped = {word.kind for word in words[kept:]}
        parts = replace(
            parts,
            reason=reason,
            mode="exclusive" if "mode" in dropped else parts.mode,
            priority=None if "priority" in dropped else parts.priority,
        )
        priority = f"{parts.priority} priority" if parts.priority else "normal"
        said = ", ".join(parts.mode if word.kind == "mode" else priority for word in words)
        return parts.choice(f"{said.capitalize()}, for “{reason}”")

    def _when(self) -> EnvCommand:
        piece, when = self.pieces.one("when"), self.pieces.when
        if self.slot and self.slot.stop:
            return self._until_stop(self.slot.stop - self.slot.start, piece)
        if when is None or piece is None:
            return self._ask_how_long() if "when" in self.form.needs else self._open_ended()
        found = ends(when, self.then, self.form.verb, self.longest)
        if not found:
            raise self._passed(when, piece)
        allowed = tuple(end for end in found if end.length <= self.longest)
        if not allowed:
            raise self._too_long(found[0], self.pieces.typed(piece))
        if self._doubtful(when, piece, allowed):
            return self._ask_which(piece, allowed)
        return self._said(allowed[0])

    def _until_stop(self, length: timedelta, piece: Piece | None) -> EnvCommand:
        if piece:
            raise UsageError(f"“{self.pieces.typed(piece)}” and the two times before it say different ends.")
        if length > self.longest:
            raise self._too_long(End(length), in_words(length))
        return self._said(End(length))

    def _doubtful(self, when: When, piece: Piece, allowed: tuple[End, ...]) -> bool:
        if isinstance(when, Clock):
            return any(end.until is None for end in allowed) or len(allowed) > 1
        before_reason = piece is self.pieces.read[-1] and bool(self.reason) and not self.pieces.quoted
        if isinstance(when, ForSuite):
            return before_reason
        secure = isinstance(when, Length) and when.value == timedelta(days=3) and _is_secure(self.reason)
        return isinstance(when, Number) or (secure and before_reason) or len(allowed) > 1

    def _open_ended(self) -> EnvCommand:
        tail = None if self.form.tail == "alone" or self.pieces.quoted else self._tail()
        if tail is None:
            return self._said(None)
        first, *others = self._allowed(tail.when)
        if tail.sure and self.form.tail == "meant" and not others:
            self.reason, self.parts = tail.before, replace(self.parts, reason=tail.before)
            return self._said(first)
        ended = (replace(self._with_end(end), reason=tail.before).choice() for end in (first, *others))
        choices = (*ended, self.parts.choice())
        return Ambiguous("Is the end of it a length or a time, or part of the reason?", choices)

    def _tail(self) -> Tail | None:
        """None as well for what has passed or is too long: that is no end, so it belongs to the reason."""
        tail = tail_of(self.pieces.rest, self.here, days="day" in self.form.reads)
        return tail if tail and self._allowed(tail.when) else None

    def _ask_which(self, piece: Piece, allowed: tuple[End, ...]) -> Ambiguous:
        choices = tuple(self._with_end(end).choice() for end in allowed)
        usual, reason = (self.usual if "when" in self.form.needs else None), self._with_piece(piece)
        if usual or reason != self.reason:
            choices = tuple(dict.fromkeys((*choices, replace(self._with_end(usual), reason=reason).choice())))
        return Ambiguous(f"{self.pieces.typed(piece)} can be read in several ways. Which is meant?", choices)

    def _ask_how_long(self) -> NeedsDuration:
        usual = self.usual.length
        lengths = dict.fromkeys((usual, min(usual * 2, self.longest), usual / 2))
        choices = [self._with_end(End(length)).choice() for length in lengths]
        tail = None if self.pieces.quoted else self._tail()
        if tail and (found := self._allowed(tail.when)):
            choices.insert(0, replace(self._with_end(found[0]), reason=tail.before).choice())
        target = self.target or Target("")
        question = f"How long do you need {target}?" if self.form.bounded else f"{self.form.verb} {target}: how long?"
        blank = Blank(self.form.verb, str(target), self.parts.mode, reason=self.reason)
        return NeedsDuration(target, self.parts.mode, self.reason, question.capitalize(), tuple(choices), blank)

    def _said(self, end: End | None) -> EnvCommand:
        if self.slot and end:
            end = End(end.length)
        parts = self._with_end(end)
        if "reason" in self.form.needs and not self.reason and isinstance(self.target, Target):
            question = self.form.why.format(target=self.target)
            return NeedsReason(self.form.verb, self.target, question, parts.line())
        return self.form.build(Said(parts, self.here, self.slot, end))

    def _passed(self, when: When, piece: Piece) -> UsageError:
        typed = self.pieces.typed(piece)
        if self.slot:
            return UsageError(f"{typed} is not after its start, {self.parts.start}.")
        return passed(when, typed, self.here, lambda end: replace(self.parts, when=end).line())

    def _too_long(self, end: End, typed: str) -> UsageError:
        away = f", {in_words(end.length)} away," if end.until else ""
        choices = [self._with_end(End(self.longest))]
        if _is_secure(self.reason):
            choices.append(replace(self._with_end(self.usual), reason=f"{typed} {self.reason}"))
        return UsageError(
            f"{typed}{away} is more than {self.whose} allows: at most {in_words(self.longest)}.",
            suggestions=tuple(parts.line() for parts in choices),
        )

    def _with_piece(self, piece: Piece) -> str:
        """The reason, with the words of `piece` before it when they stand there."""
        before_reason = piece is self.pieces.read[-1] and self.reason and not self.pieces.quoted
        return f"{self.pieces.typed(piece)} {self.reason}" if before_reason else self.reason

    def _with_end(self, end: End | None) -> Parts:
        return replace(self.parts, when=end.typed(self.here.zone, self.then.now) if end else "")

    def _allowed(self, when: When | None) -> tuple[End, ...]:
        found = ends(when, self.then, self.form.verb, self.longest) if when else ()
        return tuple(end for end in found if end.length <= self.longest)

    def _likely_end(self) -> End | None:
        if self.slot and self.slot.stop and self.slot.stop - self.slot.start <= self.longest:
            return End(self.slot.stop - self.slot.start)
        return next(iter(self._allowed(self.pieces.when)), self.usual if "when" in self.form.needs else None)


def _is_secure(reason: str) -> bool:
    """`3d secure` is a card scheme."""
    return reason.casefold().startswith("secure")


def _joined(target: Wanted | None, other: Wanted) -> Target | None:
    """Both at once, when they are parts of one kind of one environment."""
    if not isinstance(target, Target) or not isinstance(other, Target) or target.environment != other.environment:
        return None
    services = tuple(dict.fromkeys((*target.services, *other.services)))
    resources = tuple(dict.fromkeys((*target.resources, *other.resources)))
    return (
        None
        if (services and resources) or not (other.services or other.resources)
        else Target(target.environment, services, resources)
    )
