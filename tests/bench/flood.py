"""A flood of telemetry against `signalbox up`: a million spans within a minute, or as many as senders can send here.

Meanwhile somebody asks for what people and machines ask for, twice a second. What is refused is told to come back, what
is taken is bounded, and the rest is served. `FLOOD_SPANS` and `FLOOD_SECONDS` change how much comes how fast,
`FLOOD_MEGABYTES` how much is kept: below what arrives, the oldest is forgotten meanwhile.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

import httpx

from tests.bench.figures import Figure, at_most
from tests.bench.telemetry import BATCH, body_of
from tests.support.bot_process import BotProcess
from tests.support.ports import free_port
from tests.support.signalbox import SAMPLE

SPANS, SECONDS = int(os.environ.get("FLOOD_SPANS", "1000000")), int(os.environ.get("FLOOD_SECONDS", "60"))
MEGABYTES = os.environ.get("FLOOD_MEGABYTES", "1000")
SENDERS, KINDS = 6, 16
EVERY = 0.5
CALM = 10
ASKED = {"healthz": "/healthz", "the board": "/v1/environments", "a page": "/telemetry/services"}


async def measure() -> list[Figure]:
    with TemporaryDirectory(prefix="flood") as name:
        folder = Path(name)
        settings = {"SIGNALBOX_TELEMETRY_MEGABYTES": MEGABYTES, "SIGNALBOX_WORKSPACE_PORT": str(free_port())}
        bot = BotProcess(folder, {**settings, "SIGNALBOX_CATALOG": str(SAMPLE)}).start()
        try:
            await bot.until_ready(within=180)
            return await _flooded(bot, folder)
        finally:
            bot.kill()


async def _flooded(bot: BotProcess, folder: Path) -> list[Figure]:
    assert bot.process is not None
    token = _token(folder)
    asked = Asked(f"http://127.0.0.1:{bot.port}", token)
    async with asked.watching():
        await asyncio.sleep(CALM)
        calm, before = asked.begun_anew(), _memory(bot.process.pid)
        began = time.monotonic()
        sending = [sys.executable, "-m", "tests.bench.flood", str(bot.port)]
        sender = await asyncio.create_subprocess_exec(*sending, stdout=subprocess.PIPE)
        told, _ = await sender.communicate()
        took = time.monotonic() - began
        flooded, peak = asked.begun_anew(), _memory(bot.process.pid, peak=True)
        await asyncio.sleep(CALM)
        after, counted = _memory(bot.process.pid), await asked.metrics()
    sent = json.loads(told)
    _say(sent, counted, took, folder / "data" / "telemetry.db")
    return [
        Figure("flood: spans taken a second", [sent["statuses"].get("200", 0) * BATCH / took], "/s"),
        *(_figure(f"flood: {what}, p50", flooded[what], 0.5) for what in ASKED),
        *(_figure(f"flood: {what}, p99", flooded[what], 0.99) for what in ASKED),
        *(_figure(f"calm: {what}, p99", calm[what], 0.99) for what in ASKED),
        Figure("flood: answers that were none", [float(asked.failed)], "", at_most(0)),
        Figure("flood: memory before, after and at most", [before, after, peak], "MB", quantile=0.99),
    ]


def _figure(name: str, took: list[float], quantile: float) -> Figure:
    return Figure(name, took, quantile=quantile)


def _say(sent: Mapping[str, object], counted: Mapping[str, float], took: float, store: Path) -> None:
    size = sum(path.stat().st_size for path in store.parent.glob(f"{store.name}*"))
    print(f"  flood of {took:.0f} s: {json.dumps(sent)}; on disk {size / 1e6:.0f} MB")
    for name, value in counted.items():
        print(f"    {name} {value:,.0f}")


def _token(folder: Path) -> str:
    environment = {**os.environ, "SIGNALBOX_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "bot", "token", "create", "bench", "--scope", "reservations:read", "--json"]
    made = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    return json.loads(made.stdout)["token"]


@dataclass
class Asked:
    """Whoever asks meanwhile, twice a second."""

    url: str
    token: str
    took: dict[str, list[float]] = field(default_factory=lambda: {what: [] for what in ASKED})
    failed: int = 0

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=30) as client:
            watching = [asyncio.create_task(self._ask(client, what, path)) for what, path in ASKED.items()]
            yield
            for each in watching:
                each.cancel()
            await asyncio.wait(watching)

    async def _ask(self, client: httpx.AsyncClient, what: str, path: str) -> None:
        while True:
            began = time.perf_counter()
            try:
                answer = await client.get(path)
                self.failed += not answer.is_success
            except httpx.HTTPError:
                self.failed += 1
            took = time.perf_counter() - began
            self.took[what].append(took * 1000)
            await asyncio.sleep(max(EVERY - took, 0))

    def begun_anew(self) -> dict[str, list[float]]:
        told, self.took = self.took, {what: [] for what in ASKED}
        return told

    async def metrics(self) -> dict[str, float]:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            lines = (await client.get("/metrics")).text.splitlines()
        wanted = ("signalbox_telemetry_items_total", "signalbox_telemetry_requests_refused_total")
        return {
            name: float(value) for name, _, value in (line.rpartition(" ") for line in lines) if name.startswith(wanted)
        }


def _memory(pid: int, *, peak: bool = False) -> float:
    """Megabytes. Linux."""
    name = "VmHWM" if peak else "VmRSS"
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1000


class Sender:
    """A process of its own: threads that send requests as if there was a rate to keep, and never come back to one."""

    def __init__(self, port: int) -> None:
        self._port, self._lock = port, Lock()
        self._bodies = [body_of(random.Random(f"flood {n}")) for n in range(KINDS)]
        self._left, self._sent = SPANS // BATCH, 0
        self._began = time.monotonic()
        self.statuses: Counter[str] = Counter()
        self.told_when = 0

    def run(self) -> None:
        threads = [Thread(target=self._send) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _next(self) -> int | None:
        with self._lock:
            if self._sent >= self._left or time.monotonic() - self._began > SECONDS:
                return None
            self._sent += 1
            return self._sent

    def _send(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        while (number := self._next()) is not None:
            due = self._began + number * SECONDS / self._left
            time.sleep(max(due - time.monotonic(), 0))
            body, ids = self._bodies[number % KINDS]
            for id in ids:
                body = body.replace(id, number.to_bytes(8, "big") + id[8:])
            connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
            answer = connection.getresponse()
            answer.read()
            with self._lock:
                self.statuses[str(answer.status)] += 1
                self.told_when += answer.headers.get("Retry-After") is not None


if __name__ == "__main__":
    sender = Sender(int(sys.argv[1]))
    sender.run()
    print(json.dumps({"requests": sender._sent, "statuses": sender.statuses, "with Retry-After": sender.told_when}))
