"""What others learn of a case: its one message in the environment's channel, and the thread below it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from bot.cases.facts import cause_facts, facts
from bot.cases.model import Change, Step
from bot.cases.values import Case, Kind
from bot.catalog import Catalog
from bot.deployments.links import AFTERWARDS, Links, Stretch
from bot.failures.verdict import Verdict
from bot.notices.casework import LISTED, CaseCard, CaseCauses, CaseEvidence, CaseFacts, CaseLine, How
from bot.notices.model import Envelope, Notice
from bot.ports.telemetry import Window

LINES: dict[Change, How] = {
    Change.MET: "met",
    Change.RECOVERED: "recovered",
    Change.REOPENED: "reopened",
    Change.CLOSED: "closed",
    Change.RULED: "ruled",
    Change.UNDONE: "undone",
    Change.MOVED: "moved",
    Change.MOVED_BACK: "moved back",
    Change.RETRIED: "retried",
    Change.SKIPPED: "skipped",
}


class CaseStory:
    """What follows from a change of a case. The same change gives the same envelopes with the same ids."""

    def __init__(self, workspace: str, catalog: Callable[[], Catalog], links: Links, root: str = "") -> None:
        """root: where pages are reached, without a slash at its end; empty where there are none."""
        self._workspace, self._catalog, self._links, self._root = workspace, catalog, links, root

    def __call__(self, step: Step) -> Sequence[Envelope]:
        channel = self._catalog().announce_channel(step.after.place.environment)
        told = [*self._card(step, channel), *self._thread(step, channel)] if channel else []
        return [*told, *self._awaited(step)]

    def _card(self, step: Step, channel: str) -> Iterator[Envelope]:
        """Only what a reader can see is an edit."""
        told, card = self._facts(step.after), _card_of(step.after)
        if step.before is None or self._facts(step.before) != told:
            id = f"{self._workspace}:{card}:{step.after.revision}"
            yield Envelope(id, channel, CaseCard(told), card=card, final=not step.after.open)

    def _thread(self, step: Step, channel: str) -> Iterator[Envelope]:
        """Whatever ends it, or brings it back, without anybody's hand is said to the channel as well, once: an edit
        notifies nobody.
        """
        case, how = step.after, LINES.get(step.change)
        if step.change is Change.OPENED and case.kind is Kind.FAILURES:
            told = self._facts(case)
            yield self._reply(case, channel, CaseEvidence(told, self._owners(_clear(case))))
            if len(case.causes) > LISTED:
                yield self._reply(case, channel, CaseCauses(told), "causes")
        elif how is not None:
            alone = not step.by and how in {"recovered", "reopened"}
            yield self._reply(case, channel, self._line(step, how), broadcast=alone)

    def _line(self, step: Step, how: How) -> CaseLine:
        """Whoever looks after the service that it is said to come from is called, as they are when it opens, and so is
        whoever looks after what only a later run showed to have brought it. When a person's word is taken back they
        are told, unless they look after the service that it is of again.
        """
        cause = cause_facts(step.cause) if step.cause else None
        moved = next((each.service for each in step.after.causes if cause and each.id == cause.cause_id), "")
        owners = self._owners_of(moved) if how == "moved" else ()
        if how in {"met", "reopened"} and step.before is not None:
            owners = self._owners(_clear(step.after) - _clear(step.before))
        if how == "moved back" and cause and step.cause:
            still = self._owners_of(moved)
            owners = tuple(each for each in self._owners_of(step.cause.service) if each not in still)
        again = step.before.retrying if step.before and how == "retried" else None
        by, run = (again.by, again.number) if again else (step.by, _skipping(step.after) if how == "skipped" else 0)
        return CaseLine(self._facts(step.after), how, by, cause, owners, run)

    def _awaited(self, step: Step) -> Iterator[Envelope]:
        """Whoever wanted to hear that it is over, and has not ended it."""
        case, before = step.after, step.before
        if before is None or case.open or not before.open:
            return
        how: How = "closed" if step.by else "recovered"
        for person in case.waiting:
            if person != step.by:
                id = f"{self._workspace}:{_card_of(case)}:{case.revision}:{person}"
                yield Envelope(id, person, CaseLine(self._facts(case), how, step.by))

    def _reply(
        self, case: Case, channel: str, notice: Notice, which: str = "reply", *, broadcast: bool = False
    ) -> Envelope:
        card = _card_of(case)
        id = f"{self._workspace}:{card}:{case.revision}:{which}"
        return Envelope(id, channel, notice, thread=card, broadcast=broadcast)

    def _facts(self, case: Case) -> CaseFacts:
        """With the logs and requests of the newest run that met it, as its traces are, of the services that it may have
        broken in.
        """
        stretch = self._stretch(case)
        pages = {"logs_url": self._links.logs_of(stretch), "traces_url": self._links.traces_of(stretch)}
        return facts(case, **pages, root=self._root)

    def _stretch(self, case: Case) -> Stretch:
        known, suite = self._catalog(), self._catalog().suites.get(case.place.suite.casefold())
        environment = known.environments.get(case.place.environment.casefold())
        named = tuple(dict.fromkeys(cause.service for cause in case.causes if cause.service))
        services = named or (suite.covers if suite else ()) or (environment.services if environment else ())
        start, end = case.last.started or case.last.at, case.last.at + AFTERWARDS
        window = Window(start.replace(microsecond=0), end.replace(microsecond=0))
        return Stretch(case.place.environment, services, window)

    def mentioned(self, case: Case, service: str) -> tuple[str, ...]:
        """Whoever was called in its thread because of what was deployed there: people and groups, by Slack ids."""
        return tuple(owners_of(service, self._catalog())) if service in _clear(case) else ()

    def _owners_of(self, service: str) -> tuple[str, ...]:
        return self._owners((service,))

    def _owners(self, services: Collection[str]) -> tuple[str, ...]:
        """People and groups, by their Slack ids."""
        catalog = self._catalog()
        return tuple(dict.fromkeys(owner for name in sorted(services) for owner in owners_of(name, catalog)))


def owners_of(service: str, catalog: Catalog) -> Iterator[str]:
    """People and groups who look after it, by their Slack ids."""
    known = catalog.services.get(service.casefold())
    for name in known.owners if known else ():
        team = catalog.teams.get(name.casefold())
        if team is not None and team.slack:
            yield team.slack
        else:
            yield from (person.slack for person in catalog.people_behind((name,)))


def _clear(case: Case) -> set[str]:
    """Services whose deployment alone can have brought it."""
    clear = (each for each in case.causes if each.evidence.verdict is Verdict.REGRESSION)
    return {each.deployment.service for cause in clear for each in cause.evidence.suspects if each.sure}


def _skipping(case: Case) -> int:
    """The number of the latest run that skipped something of it."""
    return max(each.skipped_in for each in case.causes)


def _card_of(case: Case) -> str:
    return f"case:{case.id}"
