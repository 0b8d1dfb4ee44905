"""The bot as people run it: a process of its own, on ports and in a folder of the test's, that may be killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from bot.runtime.resident import NO_TLS
from bot.settings import Settings, variable_of
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


class BotProcess:
    """`signalbox up`. settings: environment variables."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.log = folder / "log.txt"
        folder.mkdir(parents=True, exist_ok=True)
        ours = {variable_of(field) for field in Settings.model_fields}
        self._environment = {name: value for name, value in os.environ.items() if name not in ours}
        self._environment |= {
            "SIGNALBOX_PORT": str(self.port),
            "SIGNALBOX_DATA_DIR": str(folder / "data"),
            "SIGNALBOX_LOG_FORMAT": "json",
            "SIGNALBOX_SAMPLE": "off",  # ten processes that most tests have no use for
            "SIGNALBOX_SAMPLE_OPENING": "off",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> BotProcess:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot", "up"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        return self

    async def until_ready(self, within: float = 180.0) -> BotProcess:
        async with asyncio.timeout(within), httpx.AsyncClient(trust_env=False, verify=NO_TLS) as client:
            while not await self._ready(client):  # noqa: ASYNC110 - another process decides
                await asyncio.sleep(0.05)
        return self

    async def _ready(self, client: httpx.AsyncClient) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        try:
            return (await client.get(f"http://127.0.0.1:{self.port}/readyz")).is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """kill -9, and its end."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""
