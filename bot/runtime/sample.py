"""The sample shop that lies beside the sample catalog: services that really run, to deploy and to coordinate."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
import structlog

from bot.catalog import Catalog
from bot.errors import Unavailable
from bot.runtime.child import Child
from bot.runtime.resident import NO_TLS, Resident, address, key_of, last_port, port_for

log = structlog.get_logger(__name__)

PORT = 8030
"""Of its operator; the health addresses of the sample catalog name it."""
WRITTEN = f"http://127.0.0.1:{PORT}"
"""How they name it."""

ANSWER_SECONDS = 2.0
START_SECONDS = 60.0
STATE = "state"


def package_beside(catalog: Path) -> Path | None:
    """The folder of the package `shop`, if `catalog` is the one that tells of it."""
    folder = catalog.resolve().parent
    return folder if (folder / "shop" / "__main__.py").is_file() else None


def lies_there(catalog: Catalog, environment: str) -> bool:
    """Whether what the environment is made of is, some of it at least, the sample shop."""
    known = catalog.environments.get(environment.casefold())
    services = (catalog.services.get(name.casefold()) for name in (known.services if known else ()))
    return any(service is not None and service.health.startswith(f"{WRITTEN}/") for service in services)


def why_absent(path: Path, catalog: Catalog, *, off: bool) -> tuple[str, str] | None:
    """Why health addresses of the sample shop lead nowhere, and what to do about it; None when they do not.

    off: it was not wanted.
    """
    if not any(service.health.startswith(f"{WRITTEN}/") for service in catalog.services.values()):
        return None
    if package_beside(path) is None:
        says = (
            f"{path} has the health addresses of the sample shop, which runs only beside the sample catalog: "
            "its services are shown as down."
        )
        return says, "After `health:`, write the addresses of your own services, or take those lines out."
    if off:
        return "The sample shop does not run, so its services are shown as down.", "Set SIGNALBOX_SAMPLE to auto."
    return None


class SampleShop:
    """package: the folder of the package `shop`. folder: where all of it is kept. port: of its operator.

    trouble: why it does not run though it should, in a sentence.
    """

    def __init__(self, package: Path, folder: Path, port: int = PORT) -> None:
        self.package, self._folder, self._port = package, folder, port
        self._resident: Resident | None = None
        self.trouble = ""

    @classmethod
    async def at(cls, package: Path, folder: Path) -> SampleShop:
        """On its usual port, unless that is taken; the log says so then. Raises Unavailable when none is free."""
        ours = partial(serves, data=folder / STATE)
        port = await port_for(folder, PORT, ours, chosen=False, variable="SIGNALBOX_SAMPLE")
        if port != PORT:
            log.warning("port taken: the sample shop's operator takes another one", wanted=PORT, taken=port)
        return cls(package, folder, port)

    @classmethod
    def of(cls, package: Path, folder: Path) -> SampleShop:
        """The one that another process starts."""
        return cls(package, folder, last_port(folder, PORT))

    @property
    def moved(self) -> dict[str, str]:
        """From where the catalog says that it answers, to where it does."""
        return {WRITTEN: self.operator}

    @property
    def operator(self) -> str:
        """The address of what deploys it."""
        return address(self._port)

    async def run(self, otlp: str) -> None:
        """Start it and wait for its end, which raises: a loop for `supervise`. Raises Unavailable.

        otlp: where its telemetry goes, an address without path.
        """
        self._resident = Resident(self._child(otlp))
        try:
            await self._resident.start()
        except Unavailable:
            self.trouble = (
                f"The sample shop did not start at {self.operator}, so its services send nothing, and what answers "
                f"there is not ours. The end of {self._child(otlp).output} says why."
            )
            raise
        self.trouble = ""
        log.info("the sample shop runs", operator=self.operator)
        await self._resident.run()

    async def stop(self) -> None:
        if self._resident is not None:
            await self._resident.stop()

    def _child(self, otlp: str) -> Child:
        options = ("--data", str(self._folder / STATE), "--port", str(self._port), "--otlp", otlp)
        return Child(
            name="the sample shop",
            command=(sys.executable, "-m", "shop", "up", *options),
            output=self._folder / "shop.log",
            ready=lambda: serves(self.operator, self._folder / STATE),
            lock=self._folder / "shop.lock",
            environment={"PYTHONPATH": str(self.package)},
            patience=START_SECONDS,
        )


async def serves(url: str, data: Path) -> bool:
    """Does an operator answer at `url`, and is it the one that keeps its state in `data`?"""
    try:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False, verify=NO_TLS) as client:
            told = (await client.get(f"{url}/")).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(told, dict) and cast("dict[str, Any]", told).get("data") == key_of(data)
