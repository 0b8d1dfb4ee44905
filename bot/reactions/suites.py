"""What others learn of a run: its starter's card, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.notices.model import Envelope
from bot.notices.running import SuiteCard, SuiteEnded
from bot.suites.facts import facts
from bot.suites.values import SuiteRun
from bot.values import is_pipeline


class SuiteStory:
    """What follows from a change of a run. The same change gives the same envelopes with the same ids."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def __call__(self, before: SuiteRun | None, after: SuiteRun) -> Sequence[Envelope]:
        """Nobody is shown a card of what a schedule or a pipeline has started."""
        return [] if is_pipeline(after.by) else [*self._card(before, after), *self._ended(before, after)]

    def _card(self, before: SuiteRun | None, after: SuiteRun) -> Iterator[Envelope]:
        """Only what a reader can see is an edit: looks at a run are not."""
        told = facts(after)
        if before is not None and facts(before) == told:
            return
        card = f"suite:{after.id}"
        id = f"{self._workspace}:{card}:{after.revision}"
        yield Envelope(id, after.by, SuiteCard(told), card=card, final=after.over)

    def _ended(self, before: SuiteRun | None, after: SuiteRun) -> Iterator[Envelope]:
        if after.over and (before is None or not before.over) and not after.ended_by:
            yield Envelope(f"{self._workspace}:suite:{after.id}:ended", after.by, SuiteEnded(facts(after)))
