"""The sample shop that lies beside the sample catalog: services that really run, to deploy and to coordinate."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import httpx
import structlog

from bot.runtime.child import Child
from bot.runtime.resident import Resident, address, port_for

log = structlog.get_logger(__name__)

PORT = 8030
"""Of its operator; the health addresses of the sample catalog name it."""
ANSWER_SECONDS = 2.0
START_SECONDS = 60.0


def lies_beside(catalog: Path) -> bool:
    """Is `catalog` the one that tells of the sample shop?"""
    return (catalog.parent / "shop" / "__main__.py").is_file()


class SampleShop:
    """package: the folder of the package `shop`. otlp: where its telemetry goes, an address without path."""

    def __init__(self, package: Path, folder: Path, *, otlp: str) -> None:
        self._package, self._folder, self._otlp = package, folder, otlp
        self._resident: Resident | None = None

    async def run(self) -> None:
        """Start it and wait for its end, which raises: a loop for `supervise`. Raises Unavailable."""
        port = await port_for(self._folder, PORT, self._serves, chosen=False, variable="SIGNALBOX_SAMPLE")
        if port != PORT:
            log.warning("port taken: the sample shop's health addresses lead elsewhere", wanted=PORT, taken=port)
        self._resident = Resident(self._child(port))
        await self._resident.start()
        log.info("the sample shop runs", operator=address(port))
        await self._resident.run()

    async def stop(self) -> None:
        if self._resident is not None:
            await self._resident.stop()

    def _child(self, port: int) -> Child:
        options = ("--data", str(self._data()), "--port", str(port), "--otlp", self._otlp)
        return Child(
            name="the sample shop",
            command=(sys.executable, "-m", "shop", "up", *options),
            output=self._folder / "shop.log",
            ready=lambda: self._serves(address(port)),
            lock=self._folder / "shop.lock",
            environment={"PYTHONPATH": str(self._package)},
            patience=START_SECONDS,
        )

    async def _serves(self, url: str) -> bool:
        """Is it ours, on this folder?"""
        try:
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
                told = (await client.get(f"{url}/")).json()
        except (httpx.HTTPError, ValueError):
            return False
        key = sha256(str(self._data().resolve()).encode()).hexdigest()[:16]
        return isinstance(told, dict) and cast("dict[str, Any]", told).get("data") == key

    def _data(self) -> Path:
        return self._folder / "state"
