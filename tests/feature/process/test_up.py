"""`signalbox up` as a person runs it: started, used, ended; nothing is left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.runtime.resident import NO_TLS
from bot.settings import Settings, variable_of
from tests.support.ports import free_port

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a killed parent takes its children along on Linux only"
)


class Up:
    """A process on ports of its own, in `folder`: `signalbox up`, or another command."""

    def __init__(self, folder, *ports, command="up", sample="off"):
        ours = {variable_of(field) for field in Settings.model_fields}
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        environment |= {"SIGNALBOX_PORT": str(ports[0]), "SIGNALBOX_WORKSPACE_PORT": str(ports[1])}
        environment |= {"SIGNALBOX_SAMPLE": sample, "SIGNALBOX_SAMPLE_OPENING": "off"}
        self.address = f"http://127.0.0.1:{ports[0]}"
        self.output = folder / f"{command}.txt"
        with self.output.open("w") as out:
            line = [sys.executable, "-m", "bot", command]
            self.process = subprocess.Popen(line, cwd=folder, env=environment, stdout=out, stderr=out)

    def until_ready(self):
        until(self._ready, seconds=60, why=self.output)
        return self

    def until_said(self, what):
        until(lambda: what in self.output.read_text() or self.process.poll() is not None, why=self.output)
        assert what in self.output.read_text(), self.output.read_text()
        return self

    def family(self):
        """Process ids: its own and its children's."""
        pid = self.process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def _ready(self):
        assert self.process.poll() is None, self.output.read_text()
        try:
            return httpx.get(f"{self.address}/readyz", trust_env=False, verify=NO_TLS).is_success
        except httpx.HTTPError:
            return False


def until(holds, *, seconds=30, why=Path(os.devnull)):
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, why.read_text()
        time.sleep(0.05)


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def others_may_read(path):
    """The folder keeps them out; this is for its copies, such as a backup."""
    return not path.is_socket() and path.stat().st_mode & 0o077


@pytest.fixture
def up(tmp_path):
    ports = (free_port(), free_port())
    started = []

    def start(command="up", sample="off"):
        started.append(Up(tmp_path, *ports, command=command, sample=sample))
        return started[-1].until_ready() if command == "up" else started[-1].until_said("Stop it with")

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGKILL)


def shop_in(folder):
    """Process ids of the services of the sample shop, once all of them run."""
    told = []

    def all_run():
        with suppress(FileNotFoundError, httpx.HTTPError):
            operator = (folder / ".signalbox" / "sample" / "port").read_text()
            told[:] = httpx.get(f"http://127.0.0.1:{operator}/", trust_env=False).json()["services"]
        return told and all(each["status"] == "ok" for each in told)

    until(all_run, seconds=60)
    return [each["pid"] for each in told]


def test_killed_or_ended_politely_it_leaves_nobody_behind_and_starts_again(up, tmp_path):
    for number, code, sample in ((signal.SIGKILL, -signal.SIGKILL, "auto"), (signal.SIGTERM, 0, "off")):
        running = up(sample=sample)
        services = shop_in(tmp_path) if sample == "auto" else []
        family = running.family()
        assert len(family) == 3 + bool(services), "the bot, Valkey, the workspace, and the operator of the shop"
        family += services
        assert [str(path) for path in (tmp_path / ".signalbox").rglob("*") if others_may_read(path)] == []
        assert running.end(number) == code, running.output.read_text()
        until(lambda: not any(map(runs, family)))  # noqa: B023 - asked before the next round
        assert "Traceback" not in running.output.read_text()


def test_up_joins_the_workspace_that_was_started_alone_and_leaves_it_running(up, tmp_path):
    alone = up("workspace")
    bot = up()
    assert len(bot.family()) == 2, "the bot and Valkey"
    assert bot.end(signal.SIGTERM) == 0, bot.output.read_text()
    said = alone.output.read_text()
    api = said.partition("SLACK_API_URL=")[2].split()[0]
    tokens = json.loads((tmp_path / ".signalbox" / "workspace" / "credentials.json").read_text())
    answer = httpx.post(f"{api}auth.test", headers={"Authorization": f"Bearer {tokens['bot_token']}"}, trust_env=False)
    assert answer.json()["ok"]
    assert "credentials.json" in said
    assert alone.end(signal.SIGTERM) == 0, said


async def test_a_taken_port_is_said_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "SIGNALBOX_PORT": str(port), "SIGNALBOX_DATA_DIR": str(tmp_path / "data")}
        up = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "up", env=environment, stderr=asyncio.subprocess.PIPE, cwd=tmp_path
        )
        _, said = await up.communicate()
    assert up.returncode == 1
    assert said.decode().splitlines() == [
        f"signalbox: SIGNALBOX_PORT={port} is taken by another program. Stop it, or set SIGNALBOX_PORT to a free port."
    ]
    assert not (tmp_path / "data" / "signalbox.db").exists()
