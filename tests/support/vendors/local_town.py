"""Pipelines as processes of this machine, which do as a test says through files."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.ports.pipelines import Pipeline, Pipelines, Run, RunRequest, RunState, RunStatus
from integrations.local_runner.pipelines import LocalPipelines
from tests.support.vendors.towns import Repositories
from tests.support.vendors.world import REPOSITORY, World
from tests.support.waiting import eventually

DEPLOY = """
env > "$PLAY/env.new" && mv "$PLAY/env.new" "$PLAY/env"
while [ ! -f "$PLAY/code" ]; do sleep 0.02; done
[ ! -f "$PLAY/say" ] || cat "$PLAY/say"
[ ! -d "$PLAY/leave" ] || cp "$PLAY"/leave/* "$SIGNALBOX_ARTIFACTS"
exit "$(cat "$PLAY/code")"
"""
CODES = {RunState.SUCCEEDED: 0, RunState.FAILED: 1}


class LocalTown:
    bears_marks = has_pages = repeats = False

    def __init__(self, folder: Path) -> None:
        self.runs, self.play, self.script = folder / "runs", folder / "play", folder / "deploy.sh"
        self.play.mkdir()
        self.script.write_text(DEPLOY)
        self.world = World()
        self.world.reset()
        self.pipelines: Pipelines = self.begun()
        self.pipeline = Pipeline("local", REPOSITORY, "deploy")

    def begun(self, **changed: str) -> LocalPipelines:
        """As after a restart."""
        return LocalPipelines(
            self.runs,
            {"deploy": f"sh {self.script}", **changed},
            environment={"PATH": os.environ["PATH"], "PLAY": str(self.play)},
            cwd=self.play,
            changes=Repositories(self.world),
            grace=0.5,
        )

    @property
    def started(self) -> int:
        return len(list(self.runs.iterdir())) if self.runs.exists() else 0

    def variables(self) -> dict[str, str]:
        until = time.monotonic() + 30
        while not (self.play / "env").exists() and time.monotonic() < until:
            time.sleep(0.01)
        lines = (line.partition("=") for line in (self.play / "env").read_text().splitlines())
        return {name: value for name, _, value in lines if name in {"SERVICE", "KEY", "SIGNALBOX_RUN_ID"}}

    def newest(self) -> str:
        return self.world.history[0].hash

    def grow(self, count: int) -> None:
        self.world.grow(count)

    def marks(self) -> list[tuple[str, str]]:
        return []

    async def advance(self, run: Run, state: RunState, word: str = "") -> None:
        (self.play / "code").write_text(str(CODES[state]))
        await self.ended(run)

    async def ended(self, run: Run) -> RunStatus:
        async def has_ended() -> bool:
            return (await self.pipelines.status(run)).state.ended

        await eventually(has_ended)
        return await self.pipelines.status(run)

    def write(self, run: Run, data: bytes) -> None:
        (self.play / "say").write_bytes(data)

    def leave(self, run: Run, name: str, data: bytes) -> None:
        (self.play / "leave").mkdir(exist_ok=True)
        (self.play / "leave" / name).write_bytes(data)

    async def start_unheard(self, request: RunRequest) -> None:
        await self.pipelines.start(request)
        self.pipelines = self.begun()

    async def cancel_unheard(self, run: Run) -> None:
        await self.pipelines.cancel(run)
        self.pipelines = self.begun()

    def lose_one_status(self) -> None:
        self.pipelines = self.begun()


@asynccontextmanager
async def local_town(folder: Path) -> AsyncIterator[LocalTown]:
    """Nothing of it runs on afterwards."""
    town = LocalTown(folder)
    try:
        yield town
    finally:
        (town.play / "code").write_text("0")
        for path in town.runs.iterdir() if town.runs.exists() else ():
            await town.pipelines.cancel(Run(town.pipeline, path.name))
