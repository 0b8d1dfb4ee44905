"""When a planned thing begins, before the rest of its sentence is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from bot.errors import UsageError
from bot.grammar import normalise
from bot.grammar.clocks import Span
from bot.grammar.commands import EnvCommand
from bot.grammar.dates import Start
from bot.grammar.ends import Slot, has_passed, later, slots
from bot.grammar.help import usage_of
from bot.grammar.here import Here
from bot.grammar.pieces import Piece, Pieces
from bot.grammar.questions import Ambiguous, Blank, Unsaid
from bot.grammar.sentence import Form, Sentence
from bot.grammar.targets import Wanted

AFTERNOON = time(13)


class Beginning:
    """A sentence that says when it begins, or should. Each choice offered has one beginning."""

    def __init__(self, form: Form, pieces: Pieces, target: Wanted, here: Here) -> None:
        self.form = form
        self.pieces = pieces
        self.target = target
        self.here = here

    def decide(self, piece: Piece, start: Start) -> EnvCommand:
        """Raises UsageError for a beginning that has passed, and for two of them."""
        self._refuse_second(piece)
        if not start.spans and not start.exact and max(start.dates) >= self.here.today:
            return self._ask_what_time(piece, start)
        first, *others = slots(start, self.here) or (None,)
        if first is None:
            raise self._passed(piece, start)
        if not others:
            return self._at(first).decide()
        choices = tuple(self._at(slot).by_default() for slot in (first, *others) if slot)
        return Ambiguous(f"{self.pieces.typed(piece)} can be read in several ways. Which is meant?", choices)

    def without(self, reserve: Form) -> EnvCommand:
        """No beginning: with a length it may be meant from now on, and that is another verb."""
        if self.pieces.when is None:
            tomorrow = Start(0, (self.here.today + timedelta(days=1),), (), (Span(self.here.workday_start),))
            lines = tuple(self._at(slot).by_default().line for slot in slots(tomorrow, self.here))
            said = "Say when it begins, such as tomorrow 14:00."
            raise Unsaid(said, self._blank(), usage=usage_of(self.form.verb), suggestions=lines)
        now = Sentence(reserve, self.pieces, self.target, self.here).by_default(f"Reserve {self.target} now")
        return Ambiguous("Now? That is reserve. To book, say when it begins, such as tomorrow 14:00.", (now,))

    def _blank(self) -> Blank:
        reason = normalise.reason(self.pieces.rest)
        return Blank(self.form.verb, str(self.target), self.pieces.mode or "exclusive", reason=reason)

    def _at(self, slot: Slot) -> Sentence:
        return Sentence(self.form, self.pieces, self.target, self.here, slot)

    def _refuse_second(self, first: Piece) -> None:
        second = self.pieces.second
        if second is None or not isinstance(second.meaning, Start) or second.kind != "start":
            return
        if second.meaning.spans and not self.pieces.text[first.end : second.start].strip(" ,;"):
            both = f"“{self.pieces.typed(first)}” and “{self.pieces.typed(second)}”"
            raise UsageError(f"{both} are two beginnings. Write an end as 14:00-16:00, or say how long.")

    def _ask_what_time(self, piece: Piece, start: Start) -> EnvCommand:
        spans = (Span(self.here.workday_start), Span(AFTERNOON))
        found = slots(replace(start, spans=spans), self.here)
        typed = self.pieces.typed(piece)
        if not found:
            raise UsageError(f"Say at what time: {typed} 17:00, for example.", usage=usage_of(self.form.verb))
        choices = tuple(self._at(slot).by_default() for slot in found)
        return Ambiguous(f"At what time, {typed}?", choices)

    def _passed(self, piece: Piece, start: Start) -> UsageError:
        lines = tuple(self._at(slot).by_default().line for slot in later(start, self.here))
        return UsageError(has_passed(self.pieces.typed(piece), self.here), suggestions=lines[:3])
