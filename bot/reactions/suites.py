"""What others learn of a run: its starter's card, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.catalog import Catalog
from bot.notices.model import Envelope
from bot.notices.running import SuiteCard, SuiteEnded
from bot.suites.facts import facts
from bot.suites.values import SuiteRun, Trigger, Verdict
from bot.values import is_pipeline


class SuiteStory:
    """What follows from a change of a run. The same change gives the same envelopes with the same ids."""

    def __init__(self, workspace: str, catalog: Callable[[], Catalog], root: str = "") -> None:
        """root: where pages are reached, without a slash at its end; empty where there are none."""
        self._workspace, self._catalog, self._root = workspace, catalog, root

    def __call__(self, before: SuiteRun | None, after: SuiteRun) -> Sequence[Envelope]:
        """Nobody is shown a card of what a schedule or a pipeline has started."""
        if is_pipeline(after.by):
            return list(self._nobodys(before, after))
        return [*self._card(before, after), *self._ended(before, after)]

    def _nobodys(self, before: SuiteRun | None, after: SuiteRun) -> Iterator[Envelope]:
        """A schedule that could not be carried out is told where its environment is talked of: once a day, edited when
        it happens again. Whoever started a pipeline sees it there.
        """
        channel = self._catalog().announce_channel(after.environment)
        broke = after.verdict is Verdict.INFRASTRUCTURE and after.trigger is Trigger.SCHEDULE
        if channel and broke and after.finished_at and (before is None or not before.over):
            card = f"suite:{after.suite}:{after.environment}:{after.finished_at:%Y-%m-%d}"
            yield Envelope(
                f"{self._workspace}:suite:{after.id}:broke", channel, SuiteEnded(facts(after, self._root)), card=card
            )

    def _card(self, before: SuiteRun | None, after: SuiteRun) -> Iterator[Envelope]:
        """Only what a reader can see is an edit: looks at a run are not."""
        told = facts(after, self._root)
        if before is not None and facts(before, self._root) == told:
            return
        card = f"suite:{after.id}"
        id = f"{self._workspace}:{card}:{after.revision}"
        yield Envelope(id, after.by, SuiteCard(told), card=card, final=after.over)

    def _ended(self, before: SuiteRun | None, after: SuiteRun) -> Iterator[Envelope]:
        if after.over and (before is None or not before.over) and not after.ended_by:
            yield Envelope(f"{self._workspace}:suite:{after.id}:ended", after.by, SuiteEnded(facts(after, self._root)))
