"""Every implementation of `Pipelines` in a place of its own, moved about in the same words."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import (
    LONGEST_DIFF,
    Changes,
    Commit,
    Comparison,
    Diff,
    OutcomeUnknown,
    Pipeline,
    Pipelines,
    Run,
    RunRequest,
    RunState,
)
from integrations.bitbucket.pipelines import BitbucketPipelines
from integrations.github.pipelines import GitHubPipelines
from integrations.gitlab.pipelines import GitLabPipelines
from integrations.jenkins.pipelines import JenkinsPipelines
from tests.support.vendors import bitbucket, github, gitlab, jenkins
from tests.support.vendors.server import Front, served, storage
from tests.support.vendors.world import REPOSITORY, Trouble, World

MARKED = {
    "successful": RunState.SUCCEEDED,
    "success": RunState.SUCCEEDED,
    "failed": RunState.FAILED,
    "failure": RunState.FAILED,
}
"""What vendors call how a mark says it went."""

HASTE = 0.25
"""Seconds after which an impatient client gives up."""


@dataclass(frozen=True)
class Kind:
    """One vendor. build: its adapter, from a client and its server's address.

    redirects: how often it leads to its storage for one log and one artifact. suffixes: see `ranged`. marks: whether
    commits bear any there. repeats: whether the failed part of a run can be run again.
    """

    name: str
    pipeline: str
    app: Callable[[World], Front]
    build: Callable[..., Pipelines]
    redirects: int = 2
    suffixes: bool = True
    marks: bool = True
    repeats: bool = False


def _bitbucket(http: httpx.AsyncClient, url: str, token: str = bitbucket.TOKEN) -> Pipelines:
    return BitbucketPipelines(http, token=SecretStr(token), base_url=f"{url}/2.0")


def _github(http: httpx.AsyncClient, url: str, token: str = github.TOKEN) -> Pipelines:
    return GitHubPipelines(http, token=SecretStr(token), base_url=url)


def _gitlab(http: httpx.AsyncClient, url: str, token: str = gitlab.TOKEN) -> Pipelines:
    return GitLabPipelines(http, token=SecretStr(token), base_url=f"{url}/api/v4")


def _jenkins(
    http: httpx.AsyncClient, url: str, token: str = jenkins.TOKEN, changes: Changes | None = None
) -> Pipelines:
    return JenkinsPipelines(http, base_url=url, user=jenkins.USER, token=SecretStr(token), changes=changes)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("bitbucket", "deploy", bitbucket.app, _bitbucket),
        Kind("github", "deploy.yml", github.app, _github, suffixes=False, repeats=True),
        Kind("gitlab", "deploy", gitlab.app, _gitlab, redirects=1, repeats=True),
        Kind("jenkins", "team/deploy", jenkins.app, _jenkins, redirects=0, marks=False),
    )
}


@cache
def _trust() -> ssl.SSLContext:
    """Made once: it takes longer than a test."""
    return ssl.create_default_context()


def client(timeout: float = 10) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=timeout)


@dataclass
class Repositories:
    """Where those look up commits who keep none."""

    world: World

    async def commit(self, repository: str, ref: str) -> Commit | None:
        return await fake_of(self.world).commit(repository, ref)

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        return await fake_of(self.world).compare(repository, base, head)

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        return await fake_of(self.world).diff(repository, commit, limit=limit)


def fake_of(world: World) -> FakePipelines:
    history = [
        Commit(each.hash, each.message.partition("\n")[0], each.author, each.login, each.email, each.at)
        for each in world.history
    ]
    diffs = {
        each.hash: Diff(
            tuple(touched.after or touched.before for touched in each.touched),
            "".join(touched.text for touched in each.touched),
        )
        for each in world.history
    }
    return FakePipelines({REPOSITORY: history}, {REPOSITORY: world.refs["branches"] | world.refs["tags"]}, diffs)


@dataclass
class Town:
    """A vendor's server with nothing in it, and the adapter before it."""

    kind: Kind
    world: World
    url: str
    http: httpx.AsyncClient
    has_pages = True

    def __post_init__(self) -> None:
        how = {} if self.kind.marks else {"changes": Repositories(self.world)}
        self.pipelines = self.kind.build(self.http, self.url, **how)

    @property
    def bears_marks(self) -> bool:
        return self.kind.marks

    @property
    def repeats(self) -> bool:
        return self.kind.repeats

    @property
    def pipeline(self) -> Pipeline:
        return Pipeline(self.kind.name, REPOSITORY, self.kind.pipeline)

    def with_token(self, token: str) -> Pipelines:
        return self.kind.build(self.http, self.url, token)

    @property
    def started(self) -> int:
        return len(self.world.builds)

    def variables(self, place: int = -1) -> dict[str, str]:
        return self.world.builds[place].variables

    def newest(self) -> str:
        return self.world.history[0].hash

    def grow(self, count: int) -> None:
        self.world.grow(count)

    def marks(self) -> list[tuple[str, str]]:
        """Commit and key of each."""
        return list(self.world.marks)

    def mark(self) -> tuple[RunState | None, str]:
        """How the last of them says it went, and where it leads."""
        body = list(self.world.marks.values())[-1]
        return MARKED.get(body["state"].lower()), body.get("url") or body["target_url"]

    def text_of_mark(self) -> str:
        return list(self.world.marks.values())[-1]["description"]

    async def advance(self, run: Run, state: RunState, word: str = "") -> None:
        build = self.world.builds[-1]
        build.state, build.word = state, word

    def write(self, run: Run, data: bytes) -> None:
        self.world.builds[-1].log = data

    def leave(self, run: Run, name: str, data: bytes) -> None:
        self.world.builds[-1].artifacts[name] = data

    def trouble(self, kind: str, method: str, **how: Any) -> None:
        self.world.troubles.append(Trouble(kind, method, **how))

    async def start_unheard(self, request: RunRequest) -> None:
        self.trouble("lost", "POST")
        with pytest.raises(OutcomeUnknown):
            await self.pipelines.start(request)

    async def cancel_unheard(self, run: Run) -> None:
        self.trouble("lost", "POST")
        with pytest.raises(OutcomeUnknown):
            await self.pipelines.cancel(run)

    async def retry_unheard(self, run: Run) -> None:
        self.trouble("lost", "POST")
        with pytest.raises(OutcomeUnknown):
            await self.pipelines.retry_failed(run)

    def lose_one_status(self) -> None:
        self.trouble("lost", "GET")

    def busy(self, method: str) -> None:
        self.trouble("status", method, status=429, headers={"Retry-After": "7"})


@asynccontextmanager
async def vendor_served(kind: Kind) -> AsyncIterator[Town]:
    world = World()
    async with served(storage(world, suffixes=kind.suffixes), kind.app(world)) as (files, url), client() as http:
        world.storage_url = files
        yield Town(kind, world, url, http)


class FakeTown:
    bears_marks = has_pages = repeats = True

    def __init__(self) -> None:
        world = World()
        world.reset()
        self.world = world
        self.fake = fake_of(world)
        self.pipelines: Pipelines = self.fake
        self.pipeline = Pipeline("fake", REPOSITORY, "deploy")

    @property
    def started(self) -> int:
        return len(self.fake.began)

    def variables(self, place: int = -1) -> dict[str, str]:
        request = list(self.fake.began.values())[place].request
        return request.given

    def newest(self) -> str:
        return self.world.history[0].hash

    def grow(self, count: int) -> None:
        self.world.grow(count)
        grown = fake_of(self.world)
        self.fake.history, self.fake.refs, self.fake.diffs = grown.history, grown.refs, grown.diffs

    def marks(self) -> list[tuple[str, str]]:
        return [(commit, key) for _, commit, key in self.fake.marks]

    def mark(self) -> tuple[RunState, str]:
        mark = list(self.fake.marks.values())[-1]
        return mark.state, mark.url

    def text_of_mark(self) -> str:
        return list(self.fake.marks.values())[-1].description

    async def advance(self, run: Run, state: RunState, word: str = "") -> None:
        self.fake.advance(run, RunState.UNKNOWN if word else state, word)

    def write(self, run: Run, data: bytes) -> None:
        self.fake.began[run.id].logs["step-1"] = data

    def leave(self, run: Run, name: str, data: bytes) -> None:
        self.fake.began[run.id].artifacts[name] = data

    async def start_unheard(self, request: RunRequest) -> None:
        self.fake.lose_answer()
        with pytest.raises(OutcomeUnknown):
            await self.pipelines.start(request)

    async def cancel_unheard(self, run: Run) -> None:
        self.fake.lose_answer()
        with pytest.raises(OutcomeUnknown):
            await self.pipelines.cancel(run)

    async def retry_unheard(self, run: Run) -> None:
        self.fake.lose_answer()
        with pytest.raises(OutcomeUnknown):
            await self.pipelines.retry_failed(run)

    def lose_one_status(self) -> None:
        """Reads that are lost are repeated before anybody hears of it."""

    def busy(self, method: str) -> None:
        self.fake.busy(7)
