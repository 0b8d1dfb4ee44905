"""What commits changed that came around a fault, from whoever keeps the repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from msgspec.structs import replace

from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Commit, Deployment
from bot.diagnosis.needs import Repositories
from bot.diagnosis.sources.bringing import brought_by, by_deployment, near
from bot.diagnosis.sources.inquiry import Step
from bot.diagnosis.values import DIFFS
from bot.errors import NotFound
from bot.ports.pipelines import Diff, NotSupported

log = structlog.get_logger(__name__)

COMMITS = 8
"""Of one deployment that are read: its newest."""


class OfDiffs:
    """Of one keeper of repositories. name: as people know it. found: by hash and deployment."""

    kind = DIFFS

    def __init__(self, name: str, deployments: Sequence[Deployment], question: Question, kept: Repositories) -> None:
        self.name, self._deployments, self._kept = name, deployments, kept
        self._known: Mapping[str, Sequence[Commit]] = by_deployment(question.commits)
        self._diffs: dict[str, Diff] = {}
        self._missed = ""
        self.found: dict[tuple[str, str], Commit] = {}

    @property
    def size(self) -> int:
        return len(self._diffs)

    @property
    def trouble(self) -> str:
        """Where none was there of all diffs that were asked for: some vendors say so to whoever may not read code."""
        return "" if self._diffs else self._missed

    def steps(self) -> list[Step]:
        return [partial(self._look, each) for each in self._deployments]

    async def _look(self, deployment: Deployment) -> None:
        """Commits before diffs: what has come by the deadline counts."""
        commits = list(self._known.get(deployment.item.id, ())) or await self._compared(deployment)
        for commit in commits:
            self.found[commit.sha, commit.deployment] = commit
        for commit in commits[:COMMITS]:
            if (diff := await self._diff(deployment.service, commit.sha)) is not None:
                read = replace(commit, files=diff.files, diff=diff.text)
                self.found[commit.sha, commit.deployment] = read

    async def _compared(self, deployment: Deployment) -> list[Commit]:
        """Whoever deployed it could not say what is new in it."""
        head = deployment.commit or deployment.version
        if not deployment.before or not head or deployment.before == head:
            return []
        try:
            compared = await self._kept.compared(deployment.service, deployment.before, head)
        except (NotFound, NotSupported) as error:
            log.info("nobody can say what is new", service=deployment.service, reason=error.user_message)
            return []
        return [brought_by(each, deployment.item.id) for each in compared.commits]

    async def _diff(self, service: str, sha: str) -> Diff | None:
        """None where there is none. Several services may be kept in one repository."""
        if sha not in self._diffs:
            try:
                self._diffs[sha] = await self._kept.diff(service, sha)
            except NotFound as error:
                log.info("nobody can say what a commit changed", service=service, reason=error.user_message)
                self._missed = self._missed or error.user_message
                return None
            except NotSupported:
                return None
        return self._diffs[sha]


def inquired(question: Question, kept: Repositories | None) -> list[OfDiffs]:
    """Whom to ask: nobody where diffs are not to be read, or nothing came."""
    if kept is None:
        return []
    of: dict[str, list[Deployment]] = defaultdict(list)
    for each in near(question):
        if name := kept.keeper(each.service):
            of[name].append(each)
    return [OfDiffs(name, deployments, question, kept) for name, deployments in of.items()]
