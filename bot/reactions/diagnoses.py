"""What others learn of a diagnosis: in the thread of its case, to whoever asked, and where it was shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from bot.catalog import Catalog
from bot.diagnosis.facts import facts
from bot.diagnosis.model import Change, Step, is_wrong
from bot.diagnosis.values import Diagnosis, Stage
from bot.notices.diagnosing import DiagnosisCard, DiagnosisLine
from bot.notices.model import Envelope, Notice
from bot.reactions.cases import owners_of

HOW: Mapping[Change, Literal["called", "replaced"]] = {
    Change.ANSWERED: "called",
    Change.SHOWN: "called",
    Change.REPLACED: "replaced",
}
"""What those who are mentioned learn, where nobody has judged."""


class DiagnosisStory:
    """Implements Story of bot.diagnosis.needs. The same change gives the same envelopes with the same ids."""

    def __init__(self, workspace: str, catalog: Callable[[], Catalog], root: str = "") -> None:
        """root: where pages are reached, without a slash at its end; empty where there are none."""
        self._workspace, self._catalog, self._root = workspace, catalog, root

    def __call__(self, step: Step, called: Sequence[str] = ()) -> Sequence[Envelope]:
        return [*self._cards(step), *self._lines(step, tuple(called))]

    def owners(self, service: str) -> tuple[str, ...]:
        """Implements Owners of bot.diagnosis.needs."""
        return tuple(dict.fromkeys(owners_of(service, self._catalog())))

    def _cards(self, step: Step) -> Iterator[Envelope]:
        """Only what a reader can see is an edit. What a person asked of a case is in its thread once it is shown."""
        before, after = step.before, step.after
        known = dict(self._places(before)) if before else {}
        for (to, card), notice in self._places(after):
            if known.get((to, card)) == notice:
                continue
            thread = _thread(after) if card == _card(after) else None
            id = f"{self._workspace}:{card}:{after.revision}"
            yield Envelope(id, to, notice, card=card, thread=thread, final=after.stage is not Stage.ASKING)

    def _places(self, known: Diagnosis) -> Iterator[tuple[tuple[str, str], Notice]]:
        """Where it stands, and as which card."""
        told, channel = facts(known, self._root), self._channel(known)
        of_case = bool(known.question.case)
        if of_case and channel and not known.private:
            yield (channel, _card(known)), DiagnosisCard(told)
        for person in filter(None, (known.by, *known.also)):
            shared = channel in known.shared or (of_case and not known.private)
            notice = DiagnosisCard(told, private=True, channel="" if shared else channel)
            yield (person, f"{_card(known)}:{person}"), notice
        for place in known.shared:
            yield (place, f"{_card(known)}:{place}"), DiagnosisCard(told)

    def _lines(self, step: Step, called: tuple[str, ...]) -> Iterator[Envelope]:
        after, channel = step.after, self._channel(step.after)
        thread = _thread(after)
        if not called or not thread or not channel or after.private:
            return
        how = HOW.get(step.change) or ("wrong" if is_wrong(after) else "undone")
        id = f"{self._workspace}:{_card(after)}:{after.revision}:{how}"
        notice = DiagnosisLine(facts(after, self._root), how, called, step.by)
        yield Envelope(id, channel, notice, thread=thread)

    def _channel(self, known: Diagnosis) -> str:
        return self._catalog().announce_channel(known.question.environment) or ""


def _thread(known: Diagnosis) -> str | None:
    return f"case:{known.question.case}" if known.question.case else None


def _card(known: Diagnosis) -> str:
    return f"diagnosis:{known.id}"
