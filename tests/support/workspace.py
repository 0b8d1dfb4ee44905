"""The local workspace for tests. A pytest plugin: `pytest_plugins = ["tests.support.workspace"]`, or import the fixtures.

- `start_workspace(folder, ...)`: a server of its own process; `kill()` and `start()` again keep its state.
- `workspace_here(folder, ...)`: the same server in the test's own loop.
- fixtures `workspace_server` (a process for each test) and `workspace` (its client).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from integrations.workspace.control import NO_TLS, Workspace
from integrations.workspace.limits import Limits
from integrations.workspace.seed import default_document, parse_seed
from integrations.workspace.server import base_url, create_app, listen, new_server
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
LOOSE = {"posts_per_second": 10_000.0, "post_burst": 100_000, "tier_scale": 10_000.0}
"""Limits for tests that send many messages: only the rates differ."""


CALLED: set[str] = set()
"""Web API methods that any test's workspace has been asked for, by its own traffic log."""


@dataclass(slots=True)
class WorkspaceServer:
    """A workspace in a process of its own. `document` is the seed; `limits` differ from the strict defaults."""

    folder: Path
    document: dict[str, Any] = field(default_factory=default_document)
    limits: dict[str, Any] = field(default_factory=dict)
    port: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> WorkspaceServer:
        """Also after `kill` or `stop`: the same port, the state from disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        seed = self.folder / "seed.json"
        seed.write_text(json.dumps(self.document), "utf-8")
        self.port = self.port or free_port()
        command = [sys.executable, "-m", "integrations.workspace", "--port", str(self.port)]
        command += ["--data", str(self.folder / "workspace"), "--seed", str(seed), "--limits", json.dumps(self.limits)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the workspace did not start"
        return self

    @property
    def running(self) -> subprocess.Popen[str]:
        assert self.process is not None, "the workspace was not started"
        return self.process

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(
                    f"{self.url}/_control/traffic", params={"kind": "api"}, trust_env=False, verify=NO_TLS
                )
                CALLED.update(entry["method"] for entry in answer.json()["entries"])
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None

    @property
    def app(self) -> dict[str, Any]:
        """The app's part of the seed: bot_token, app_token, signing_secret, bot_user_id."""
        return self.document["app"]

    @property
    def environment(self) -> dict[str, str]:
        """What a bot needs in its environment to live in this workspace."""
        return {
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_BOT_TOKEN": self.app["bot_token"],
            "SLACK_APP_TOKEN": self.app["app_token"],
            "SLACK_SIGNING_SECRET": self.app["signing_secret"],
        }


def start_workspace(
    folder: Path, *, document: dict[str, Any] | None = None, limits: dict[str, Any] | None = None
) -> WorkspaceServer:
    return WorkspaceServer(folder, document or default_document(), limits or {}).start()


@contextlib.asynccontextmanager
async def workspace_here(
    folder: Path, *, document: dict[str, Any] | None = None, limits: Limits | None = None
) -> AsyncIterator[Workspace]:
    """The workspace in this loop, on a port of its own."""
    limits = limits or Limits()
    listener = listen("127.0.0.1", 0)
    app = create_app(folder, parse_seed(document or default_document()), base_url=base_url(listener), limits=limits)
    server = new_server(app, limits)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with Workspace(base_url(listener)) as workspace:
            yield workspace
            CALLED.update(entry["method"] for entry in await workspace.calls())
    finally:
        server.should_exit = True
        await running


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture
def workspace_server(tmp_path: Path) -> Iterator[WorkspaceServer]:
    server = start_workspace(tmp_path / "workspace-server")
    yield server
    server.stop()


@pytest_asyncio.fixture
async def workspace(workspace_server: WorkspaceServer) -> AsyncIterator[Workspace]:
    async with Workspace(workspace_server.url) as client:
        yield client
