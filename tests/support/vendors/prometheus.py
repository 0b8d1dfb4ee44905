"""A real Prometheus that holds what was served, and one that holds nothing, for what goes wrong on the way."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.ports import free_port
from tests.support.vendors.server import Front
from tests.support.vendors.world import World

TOKEN = "prom-token"
PROGRAMS = ("prometheus", "promtool")
MISSING = "prometheus and promtool are not installed (the Debian package prometheus has both)"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""As OpenTelemetry's semantic conventions advise."""

EVERY = timedelta(seconds=10)
NAME = "http_server_request_duration_seconds"


def is_here() -> bool:
    return all(map(shutil.which, PROGRAMS))


def app(world: World) -> Front:
    async def query_range(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        fits = {"query", "start", "end", "step"} <= set(form) and float(form["start"][0]) <= float(form["end"][0])
        answer = {"status": "success", "data": {"resultType": "matrix", "result": []}}
        return (
            JSONResponse(answer) if fits else JSONResponse({"status": "error", "error": "missing, or ends before"}, 400)
        )

    routes = [Route("/api/v1/query_range", query_range, methods=["POST"])]
    return Front(Starlette(routes=routes), world, ("authorization", f"Bearer {TOKEN}"), {"error": "no"})


@asynccontextmanager
async def prometheus(folder: Path, samples: Iterable[str]) -> AsyncGenerator[str]:
    """Its address. samples: lines of OpenMetrics without the last one."""
    told, config = folder / "told.txt", folder / "prometheus.yml"
    told.write_text("".join((*samples, "# EOF\n")))
    config.write_text("global: {scrape_interval: 15s}\n")
    await _run("promtool", "tsdb", "create-blocks-from", "openmetrics", str(told), str(folder / "data"))
    address = f"127.0.0.1:{free_port()}"
    options = {"config.file": config, "storage.tsdb.path": folder / "data", "web.listen-address": address}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    running = await asyncio.create_subprocess_exec("prometheus", *arguments, stderr=asyncio.subprocess.DEVNULL)
    try:
        await _ready(f"http://{address}/-/ready")
        yield f"http://{address}"
    finally:
        running.kill()
        await running.wait()


async def _run(*command: str) -> None:
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await running.communicate()
    assert running.returncode == 0, said.decode()


async def _ready(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(600):
            if await _answers(http, url):
                return
            await asyncio.sleep(0.05)
    raise TimeoutError(url)


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.TransportError:
        return False


def used_up(used: Sequence[Any]) -> Iterator[str]:
    """As Prometheus' own client libraries tell it."""
    for name, kind, of in (
        ("process_resident_memory_bytes", "gauge", "memory"),
        ("process_cpu_seconds", "counter", "cpu"),
    ):
        yield f"# TYPE {name} {kind}\n"
        for each in sorted(used, key=lambda each: (each.environment, each.instance, each.at)):
            labels = f'service_name="{each.service}",deployment_environment_name="{each.environment}"'
            total = "_total" if kind == "counter" else ""
            yield f'{name}{total}{{{labels},instance="{each.instance}"}} {getattr(each, of)} {each.at.timestamp()}\n'


def requested(requests: Sequence[Any], until: datetime) -> Iterator[str]:
    """Each service is looked at every ten seconds until then; a series begins when it first counts."""
    yield f"# TYPE {NAME} histogram\n"
    for service, environment, failed in sorted({(each.service, each.environment, each.failed) for each in requests}):
        mine = [
            each for each in requests if (each.service, each.environment, each.failed) == (service, environment, failed)
        ]
        labels = (
            f'service_name="{service}",deployment_environment_name="{environment}",'
            f'http_response_status_code="{500 if failed else 200}",instance="{service}-1"'
        )
        begin = min(each.at for each in mine).replace(second=0, microsecond=0)
        for number in range(1, (until - begin) // EVERY + 1):
            at = begin + number * EVERY
            if seen := [each.took.total_seconds() for each in mine if each.at < at]:
                yield from _sample(labels, seen, at.timestamp())


def _sample(labels: str, seen: Sequence[float], at: float) -> Iterator[str]:
    fell = Counter(next((bound for bound in BOUNDS if took <= bound), None) for took in seen)
    for bound, count in zip(BOUNDS, accumulate(fell[bound] for bound in BOUNDS), strict=True):
        yield f'{NAME}_bucket{{{labels},le="{bound}"}} {count} {at}\n'
    yield f'{NAME}_bucket{{{labels},le="+Inf"}} {len(seen)} {at}\n'
    yield f"{NAME}_count{{{labels}}} {len(seen)} {at}\n"
    yield f"{NAME}_sum{{{labels}}} {sum(seen)} {at}\n"
