"""What others learn of a deployment: its card, and what needs a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.catalog import Catalog, Gate
from bot.deployments.facts import facts
from bot.deployments.links import Links
from bot.deployments.questions import outside_card
from bot.deployments.values import UNANNOUNCED, Deployment, Doubt, Stage, Watch
from bot.notices.facts import DeploymentFacts
from bot.notices.model import (
    BypassTold,
    CancelledTooLate,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentReplaced,
    DeploymentTurn,
    DeploymentUnsure,
    Envelope,
    Notice,
    QuestionOver,
    StartedOutside,
)
from bot.values import is_pipeline


class DeploymentStory:
    """What follows from a change of a deployment. The same change gives the same envelopes with the same ids."""

    def __init__(
        self,
        workspace: str,
        catalog: Callable[[], Catalog],
        links: Links,
        *,
        waits: Callable[[Deployment], bool] = lambda _: False,
    ) -> None:
        """waits: whether the receipt of a deployment that is well waits for suites that try it out."""
        self._workspace, self._catalog, self._links, self._waits = workspace, catalog, links, waits

    def __call__(self, before: Deployment | None, after: Deployment) -> Sequence[Envelope]:
        told = self._facts(after)
        return [
            *self._card(before, after, told),
            *self._person(before, after, told),
            *self._too_late(before, after, told),
            *self._warned(before, after),
            *self._no_longer_asked(before, after),
            *self._outside(before, after, told),
        ]

    def _card(self, before: Deployment | None, after: Deployment, told: DeploymentFacts) -> Iterator[Envelope]:
        """Only what a reader can see is an edit: looks at a run are not."""
        channel = self._catalog().announce_channel(after.target.environment)
        if not channel or (before is not None and self._facts(before) == told):
            return
        card = f"deployment:{after.id}"
        id = f"{self._workspace}:{card}:{after.revision}:{channel}"
        yield Envelope(id, channel, DeploymentCard(told), card=card, final=_settled(after))

    def _facts(self, deployment: Deployment) -> DeploymentFacts:
        logs, traces = self._links.logs(deployment), self._links.traces(deployment)
        return replace(facts(deployment, self._catalog()), logs_url=logs, traces_url=traces)

    def _person(self, before: Deployment | None, after: Deployment, told: DeploymentFacts) -> Iterator[Envelope]:
        if is_pipeline(after.by):
            return
        notice = self._notice(before, after, told)
        if notice is not None and not (after.watch is Watch.GOOD and self._waits(after)):
            what = type(notice).__name__
            again = f":{after.revision}" if isinstance(notice, DeploymentUnsure) else ""
            card = _question(notice, after)
            id = f"{self._workspace}:deployment:{after.id}:{what}{again}"
            yield Envelope(id, after.by, notice, card=card, final=card is not None)

    def _outside(self, before: Deployment | None, after: Deployment, told: DeploymentFacts) -> Iterator[Envelope]:
        """Once a day for each service: whoever does it again has read it. It may not have been them."""
        if before is not None or is_pipeline(after.by) or after.via != UNANNOUNCED:
            return
        id = f"{self._workspace}:outside:{after.target}:{after.by}:{after.opened_at.date()}"
        yield Envelope(id, after.by, StartedOutside(told), card=outside_card(after), final=True)

    def _no_longer_asked(self, before: Deployment | None, after: Deployment) -> Iterator[Envelope]:
        """What can still be pressed in the messages about its turn, and about a start that nobody knows of."""
        if before is None or is_pipeline(after.by):
            return
        where = (after.target.environment, after.target.service, after.label)
        ends = after.stage.over and not before.stage.over
        if before.doubt is Doubt.ASKED and (ends or after.doubt is not Doubt.ASKED):
            how = "ended" if ends else "again" if after.doubt is Doubt.ANSWERED else "began"
            yield self._edit(after, _unsure_card(before), QuestionOver("unsure", how, None, *where))
        if ends:
            yield self._edit(after, _turn_card(after), QuestionOver("turn", after.stage.value, None, *where))

    def _edit(self, after: Deployment, card: str, over: QuestionOver) -> Envelope:
        return Envelope(f"{self._workspace}:{card}:over", after.by, over, card=card, final=True)

    def _too_late(self, before: Deployment | None, after: Deployment, told: DeploymentFacts) -> Iterator[Envelope]:
        """Whoever cancelled it in time as it seemed: what is in place when they do is their answer already."""
        came = before is not None and before.stage is Stage.CANCELLED and after.stage is Stage.SUCCEEDED
        if came and after.ended_by and not is_pipeline(after.ended_by):
            id = f"{self._workspace}:deployment:{after.id}:{CancelledTooLate.__name__}"
            yield Envelope(id, after.ended_by, CancelledTooLate(told))

    def _warned(self, before: Deployment | None, after: Deployment) -> Iterator[Envelope]:
        """Where the gate warns, or was not asked, whoever holds the place hears of what goes around it."""
        service = self._catalog().services.get(after.target.service.casefold())
        if before is not None or after.observed is None or service is None:
            return
        if service.delivery.gate is not Gate.WARN and after.via != UNANNOUNCED:
            return
        where = (after.target.environment, after.target.service, after.label, after.before, after.opened_at)
        for holder in after.observed.holders:
            if not is_pipeline(holder):
                id = f"{self._workspace}:deployment:{after.id}:around:{holder}"
                yield Envelope(id, holder, BypassTold(*where, by=after.by, confirmed=True))

    @staticmethod
    def _notice(before: Deployment | None, after: Deployment, told: DeploymentFacts) -> Notice | None:
        was = before.stage if before else None
        if was is Stage.WAITING and after.stage in (Stage.OPEN, Stage.RUNNING):
            return DeploymentTurn(told)
        if before is not None and not before.stage.over and after.stage in (Stage.FAILED, Stage.LOST):
            return DeploymentRed(told)
        if before is not None and after.doubt is Doubt.ASKED and before.doubt is not Doubt.ASKED:
            return DeploymentUnsure(told)
        return None if before is None or before.watch is after.watch else DeploymentStory._watched(after, told)

    @staticmethod
    def _watched(after: Deployment, told: DeploymentFacts) -> Notice | None:
        if after.watch is Watch.GOOD:
            return DeploymentReceipt(told, back_to=after.back_to if after.doubts else "")
        if after.watch is Watch.ENDED and after.doubts:
            return DeploymentReceipt(told, back_to=after.back_to)
        if after.watch is Watch.REPLACED and after.replaced_by != after.by:
            return DeploymentReplaced(told, by=after.replaced_by, version=after.replaced_with)
        return DeploymentRed(told, back_to=after.back_to) if after.watch is Watch.RED else None


def _question(notice: Notice, of: Deployment) -> str | None:
    """The message that is edited when what it asks is over."""
    if isinstance(notice, DeploymentTurn):
        return _turn_card(of)
    return _unsure_card(of) if isinstance(notice, DeploymentUnsure) else None


def _turn_card(deployment: Deployment) -> str:
    return f"deployment:{deployment.id}:turn"


def _unsure_card(deployment: Deployment) -> str:
    """One message for each start that nobody knows of."""
    started = deployment.started_at or deployment.opened_at
    return f"deployment:{deployment.id}:unsure:{int(started.timestamp())}"


def _settled(deployment: Deployment) -> bool:
    if deployment.stage is Stage.SUCCEEDED:
        return deployment.watch not in (Watch.NOT_YET, Watch.WATCHING)
    return deployment.stage.over
