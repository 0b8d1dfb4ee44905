"""From pieces to a reservation, or to the question that comes first. Whatever is offered to choose is definite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.grammar import normalise
from bot.grammar.commands import Ambiguous, Ask, Choice, ModeWord, NeedsDuration, NeedsTarget, Reserve
from bot.grammar.durations import duration_at, in_words
from bot.grammar.help import usage_of
from bot.grammar.mistimed import Mistimed
from bot.grammar.pieces import Clock, Length, Number, Piece, Pieces, When, cut, words
from bot.grammar.targets import Names, Place, Target
from bot.grammar.times import UNTIL, Spoken, moments, other_half

MOST_CHOICES = 5
LONGEST_LABEL = 75


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a line is typed. `now` is aware; `zone` and `workday_end` are the typist's."""

    names: Names
    now: datetime
    zone: ZoneInfo
    workday_end: time = time(18)


@dataclass(frozen=True, slots=True)
class End:
    """When a lease would end, in one reading of the words: after `length`, which `until` (UTC) made when it is set."""

    length: timedelta
    until: datetime | None = None

    def typed(self, zone: ZoneInfo, now: datetime) -> str:
        if self.until is None:
            return in_words(self.length)
        local = self.until.astimezone(zone)
        return "until midnight" if local.date() > now.astimezone(zone).date() else f"until {local:%H:%M}"


def ends(when: When, here: Here, verb: str = "reserve") -> tuple[End, ...]:
    """Every end the words may mean; none when all of them have passed. Raises UsageError for what makes no sense."""
    match when:
        case Mistimed():
            raise UsageError(when.why, usage=usage_of(verb))
        case Length(length):
            if length <= timedelta():
                raise UsageError("At least a minute, for example 30m.", usage=usage_of(verb))
            return (End(length),)
        case Spoken():
            return _until(when, here)
        case Clock(said):
            clock = said.clock or here.workday_end
            length = timedelta(hours=clock.hour, minutes=clock.minute)
            halves = [Spoken(0, half) for half in (clock, *other_half(clock))]
            return ((End(length),) if length else ()) + tuple(end for half in halves for end in _until(half, here))
        case Number(value):
            lengths = (timedelta(minutes=min(value, 10**6)), timedelta(hours=min(value, 10**4)))
            hours = _until(Spoken(0, time(value), either_half=True), here) if 0 < value < 24 else ()  # noqa: PLR2004 - hours of a day
            return tuple(End(length) for length in lengths if length) + hours


def _until(said: Spoken, here: Here) -> tuple[End, ...]:
    return tuple(End(at - here.now, at) for at in moments(said, here.now, here.zone, here.workday_end))


def passed(when: When, typed: str, here: Here, line: Callable[[str], str]) -> UsageError:
    """The error for a time that has passed: never tomorrow. `line` writes the whole line with another time."""
    said = when.said if isinstance(when, Clock) else when
    clock = (said.clock if isinstance(said, Spoken) else None) or here.workday_end
    later = [end for half in other_half(clock) for end in _until(Spoken(0, half), here)]
    local = here.now.astimezone(here.zone)
    return UsageError(
        f"{UNTIL.sub('', typed)} has passed already: it is {local:%H:%M} for you ({here.zone.key}).",
        suggestions=tuple(line(end.typed(here.zone, here.now)) for end in later),
    )


class Reservation:
    """One target, and the pieces around it."""

    def __init__(self, pieces: Pieces, target: Target, here: Here) -> None:
        self.pieces = pieces
        self.target = target
        self.here = here
        self.place: Place = here.names.place(target.environment)
        self.reason = normalise.reason(pieces.rest)
        self.mode: ModeWord = pieces.mode or "exclusive"

    def decide(self) -> Reserve | Ask:
        """Ask about the first doubt; without any, it is a reservation."""
        return self._second() or self._mode_or_reason() or self._when()

    def _second(self) -> Ask | None:
        """A piece of a kind that was there already may be the start of the reason, or meant instead of the first."""
        second = self.pieces.second
        first = self.pieces.one(second.kind) if second else None
        if second is None or first is None:
            return None
        if second.kind == "target":
            return self._second_target(second)
        return self._second_when(second) if self._adjacent(first, second) else None

    def _adjacent(self, first: Piece, second: Piece) -> bool:
        return not self.pieces.text[first.end : second.start].strip(" ,;")

    def _second_target(self, second: Piece) -> Ask | None:
        """After a length, a known name with words behind it begins the reason: `integration 2h payments refund`."""
        alone = not self.pieces.text[second.end :].strip()
        if self.pieces.when is not None and not alone:
            return None
        rest = cut(self.pieces.without(second), self.here.names)
        others = second.meaning if isinstance(second.meaning, tuple) else ()
        inside = tuple(other for other in others if other.environment == self.target.environment and other.services)
        reason = f"{self.pieces.typed(second)} {rest.rest}"
        choices = (
            *(self._instead(self._with_services(other), rest, rest.rest) for other in inside),
            self._instead(self.target, rest, reason if inside else rest.rest),
            *(self._instead(other, rest, rest.rest) for other in others if not inside),
        )
        return Ambiguous(f"What is {self.pieces.typed(second)}?", choices[:MOST_CHOICES])

    def _with_services(self, other: Target) -> Target:
        return Target(other.environment, tuple(dict.fromkeys((*self.target.services, *other.services))))

    def _instead(self, target: Target, pieces: Pieces, reason: str) -> Choice:
        """The same line, read with this target and this reason."""
        quoted = Pieces(pieces.text, pieces.read, reason, quoted=True)
        other = Reservation(quoted, target, self.here)
        return other._choice(target, self.mode, other._default_end(), reason)

    def _second_when(self, second: Piece) -> Ask | None:
        meaning = second.meaning
        if isinstance(meaning, str | tuple | Mistimed):
            return None
        if isinstance(meaning, Number) and not isinstance(self.pieces.when, Number):
            return None
        firsts, others = self._allowed(self.pieces.when), self._allowed(meaning)
        rest = self.pieces.text[second.end :].strip()
        options = [(end, self.reason) for end in firsts[:1]] + [(end, rest) for end in others[:1]]
        if firsts and others and not firsts[0].until and not others[0].until:
            options.insert(0, (End(firsts[0].length + others[0].length), rest))
        choices = tuple(self._choice(self.target, self.mode, end, reason) for end, reason in options)
        return Ambiguous("There are two lengths or times. Which is meant?", choices) if choices else None

    def _mode_or_reason(self) -> Ask | None:
        """`shared cart bug` may be a mode and a reason, or a reason that begins with that word."""
        mode = self.pieces.one("mode")
        if mode is None or not self.reason or self.pieces.quoted or mode is not self.pieces.read[-1]:
            return None
        end, word = self._default_end(), self.pieces.typed(mode)
        whole = normalise.reason(f"{word} {self.reason}")
        choices = (
            self._choice(self.target, self.mode, end, self.reason, label=f"{word.capitalize()}, for “{self.reason}”"),
            self._choice(self.target, "exclusive", end, whole, label=f"Exclusive, for “{whole}”"),
        )
        return Ambiguous(f"{word}: the mode, or part of the reason?", choices)

    def _when(self) -> Reserve | Ask:
        when = self.pieces.when
        piece = self.pieces.one("when")
        if when is None or piece is None:
            return self._ask_how_long()
        found = ends(when, self.here)
        if not found:
            raise passed(when, self.pieces.typed(piece), self.here, self._with_end)
        allowed = tuple(end for end in found if end.length <= self.place.maximum)
        if not allowed:
            raise self._too_long(found[0], piece)
        if self._doubtful(when, allowed):
            return self._ask_which(piece, allowed)
        return self._reserve(allowed[0])

    def _doubtful(self, when: When, allowed: tuple[End, ...]) -> bool:
        if isinstance(when, Clock):
            return any(end.until is None for end in allowed) or len(allowed) > 1
        secure = (
            isinstance(when, Length) and when.value == timedelta(days=3) and self.reason.casefold().startswith("secure")
        )
        return isinstance(when, Number) or secure or len(allowed) > 1

    def _reserve(self, end: End) -> Reserve:
        reading = self._line(self.target, self.mode, end.typed(self.here.zone, self.here.now), self.reason)
        return Reserve(self.target, self.mode, end.length, end.until, self.reason, reading)

    def _ask_which(self, piece: Piece, allowed: tuple[End, ...]) -> Ambiguous:
        typed = self.pieces.typed(piece)
        choices = tuple(self._choice(self.target, self.mode, end, self.reason) for end in allowed[: MOST_CHOICES - 1])
        as_reason = self._choice(self.target, self.mode, self._usual(), self._with_piece(piece))
        return Ambiguous(f"{typed} can be read in several ways. Which is meant?", (*choices, as_reason))

    def _ask_how_long(self) -> NeedsDuration:
        usual = self.place.default
        lengths = {usual: None, min(usual * 2, self.place.maximum): None, usual / 2: None}
        choices = [self._choice(self.target, self.mode, End(length), self.reason) for length in lengths]
        said = f"How long do you need {self.target}?"
        return NeedsDuration(self.target, self.mode, self.reason, said, (*self._length_at_the_end(), *choices))

    def _length_at_the_end(self) -> tuple[Choice, ...]:
        """`integration checkout 2h`: reading ended at the reason, but its last word may be meant."""
        last = next(iter(list(words(self.pieces.rest))[-1:]), "")
        found = None if self.pieces.quoted else duration_at(last, 0)
        if found is None or not timedelta() < found.length <= self.place.maximum:
            return ()
        reason = self.pieces.rest.rstrip()[: -len(last)]
        return (self._choice(self.target, self.mode, End(found.length), reason),)

    def _too_long(self, end: End, piece: Piece) -> UsageError:
        typed, limit = self.pieces.typed(piece), in_words(self.place.maximum)
        usual = in_words(self._usual().length)
        away = f", {in_words(end.length)} away," if end.until else ""
        return UsageError(
            f"{typed}{away} is more than {self.place.name} allows: at most {limit}.",
            suggestions=(
                self._line(self.target, self.mode, limit, self.reason),
                self._line(self.target, self.mode, usual, self._with_piece(piece)),
            ),
        )

    def _with_piece(self, piece: Piece) -> str:
        """The reason, with the words of `piece` before it when they stand there."""
        before_reason = piece is self.pieces.read[-1] and self.reason and not self.pieces.quoted
        return f"{self.pieces.typed(piece)} {self.reason}" if before_reason else self.reason

    def _allowed(self, when: When | None) -> tuple[End, ...]:
        found = ends(when, self.here) if when else ()
        return tuple(end for end in found if end.length <= self.place.maximum)

    def _default_end(self) -> End:
        return next(iter(self._allowed(self.pieces.when)), self._usual())

    def _with_end(self, end: str) -> str:
        return self._line(self.target, self.mode, end, self.reason)

    def _usual(self) -> End:
        return End(min(self.place.default, self.place.maximum))

    def _choice(self, target: Target, mode: ModeWord, end: End, reason: str, *, label: str = "") -> Choice:
        typed, said = end.typed(self.here.zone, self.here.now), normalise.reason(reason)
        shown = label or " ".join(
            filter(None, (str(target), "shared" if mode == "shared" else "", typed, said and f"“{said}”"))
        )
        return Choice(_cut(shown), self._line(target, mode, typed, said))

    def _line(self, target: Target, mode: ModeWord, when: str, reason: str) -> str:
        said = normalise.reason(reason)
        for quote in normalise.QUOTES:
            said = said.replace(quote, "'")
        return " ".join(
            filter(None, ("reserve", str(target), "shared" if mode == "shared" else "", when, said and f'"{said}"'))
        )


def which_target(verb: str, targets: tuple[Target, ...], rest: str) -> NeedsTarget:
    """One line for each target; what else was typed stays as it was."""
    shown = targets[:MOST_CHOICES]
    choices = (Choice(_cut(str(target)), f"{verb} {target} {rest[:400]}".strip()) for target in shown)
    return NeedsTarget("Which one?", tuple(choices))


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
