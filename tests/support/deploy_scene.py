"""A whole Signalbox with a vendor in memory and a payments service whose health address says what it is told to say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.bootstrap.floor import Tempo
from bot.deployments.values import Target
from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import Commit, RunState
from integrations.workspace.limits import Limits
from tests.support.ports import free_port
from tests.support.signalbox import HURRIED, Signalbox, signalbox_here, undisturbed_sample
from tests.support.waiting import eventually

ELI = "U0ELI"
PAYMENTS, ORDERS = Target("integration", "payments"), Target("integration", "orders")


def commits(*refs: str, login: str = "akovac") -> list[Commit]:
    return [Commit(ref, f"Work for {ref}", "Ana", login=login) for ref in refs]


def a_vendor() -> FakePipelines:
    """The newest version first. inventory 0.9.3 was written by somebody whom the catalog does not know."""
    return FakePipelines(
        history={
            "payments": commits("main", "1.5.0", "1.4.2", "1.4.1"),
            "orders": commits("main", "2.1.0", "2.0.0"),
            "inventory": commits("0.9.3", "0.9.2", login="stranger"),
        }
    )


@dataclass
class Health:
    """An address that answers like the health endpoint of a service in integration; elsewhere it tells no version."""

    version: str = ""
    well: bool = True

    async def answer(self, reader: Any, writer: Any) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        version = self.version if b"/integration/" in asked else ""
        body = json.dumps({"status": "ok" if self.well else "down", "version": version})
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()


@dataclass
class Scene:
    """signalbox: the whole of it. vendor: who runs its pipelines. health: of payments."""

    signalbox: Signalbox
    vendor: FakePipelines
    health: Health

    async def deployments(self, target: Target = PAYMENTS) -> list[Any]:
        """Of one place, newest first."""
        return await self.signalbox.started.deployment.deployments.history(target.service, target.environment)

    async def holders(self) -> dict[str, tuple[str, int]]:
        """Of payments in integration: lease id to who has it and how many deployments pin it."""
        state = await self.signalbox.started.rooms.reservations.current()
        there = [
            each for each in state.leases.values() if each.scope.services in (frozenset(), frozenset({"payments"}))
        ]
        return {each.id: (each.person, len(each.pins)) for each in there if each.status == "active"}

    async def runs(self, version: str, target: Target = PAYMENTS) -> bool:
        found = await self.signalbox.started.deployment.deployments.running(target)
        return found is not None and found.version == version

    async def seen(self, version: str, *, well: bool = True) -> None:
        """payments runs that version, and is looked at until that is known: a look beside the calendar's may lose to it."""
        self.health.version, self.health.well = version, well

        async def known() -> bool:
            await self.signalbox.started.deployment.sightings.look({})
            return await self.runs(version)

        await eventually(known)

    async def ends(self, number: int = 1, state: RunState = RunState.SUCCEEDED) -> None:
        """The run with that number, once it has begun."""

        async def begun() -> bool:
            return f"run-{number}" in self.vendor.began

        await eventually(begun)
        await self.vendor.moves(self.vendor.began[f"run-{number}"].status.run, state)

    async def reaches(self, stage: str, *, of: int = 0, target: Target = PAYMENTS) -> Any:
        """The newest deployment (`of`: counted from there), once it stands so."""

        async def there() -> bool:
            found = await self.deployments(target)
            return len(found) > of and found[of].stage == stage

        await eventually(there)
        return (await self.deployments(target))[of]


@cache
def _health_port() -> int:
    """The same for one test after another, so that their catalog is the same, which is parsed once then."""
    return free_port()


def _catalog(folder: Path, address: str, *, gate: str) -> Path:
    """The sample's, with one health address, and a gate of payments."""
    text = undisturbed_sample().replace("    openapi: openapi/payments.yaml\n", f"    health: {address}\n")
    text = text.replace("pipeline: deploy, watch: 3m }", f"pipeline: deploy, watch: 3m, gate: {gate} }}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "signalbox.yaml"
    path.write_text(text, "utf-8")
    return path


@asynccontextmanager
async def a_scene(
    redis_url: str, folder: Path, *, gate: str = "observe", tempo: Tempo = HURRIED
) -> AsyncIterator[Scene]:
    health, vendor = Health(), a_vendor()
    server = await asyncio.start_server(health.answer, "127.0.0.1", _health_port())
    address = f"http://127.0.0.1:{_health_port()}/{{environment}}/health"
    catalog = _catalog(folder, address, gate=gate)
    options: dict[str, Any] = {
        "limits": Limits().loosened(),
        "catalog": catalog,
        "providers": {"local": vendor}.get,
        "tempo": tempo,
    }
    async with server, signalbox_here(folder, redis_url, **options) as running:
        vendor.tell = running.started.hinted
        yield Scene(running, vendor, health)
