"""The catalog in force. A good new version replaces it; a bad one is said once, and the old one stays."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType] - anyio's Event is untyped there

from bot.catalog.loader import WhyTaken, load, parse
from bot.catalog.problems import BadCatalog, Problem
from bot.catalog.values import Catalog

log = structlog.get_logger(__name__)

OnChanged = Callable[[Catalog, Catalog], Awaitable[None]]
"""Told the old and the new catalog, after the new one is in force."""

OnRefused = Callable[[tuple[Problem, ...], str], Awaitable[None]]
"""Told every problem of a version that was refused, and the occasion: another one when the file was written again, the
same for everybody who reads this file. Once, unless it raises SignalboxError: then again with the next look.
"""

LOOK_ANYWAY_MS = 2_000
"""Network mounts and some container volumes tell nobody about changes, and a change while the watch moves to another
folder is seen by neither; so the file is compared this often as well. It is small.
"""

SETTLE_MS = 200


async def _tell_nobody(*_facts: object) -> None:
    """Nobody asked to be told."""


class CatalogSource:
    """Loads `path` at once: raises BadCatalog or OSError when there is nothing good to start with."""

    def __init__(
        self,
        path: Path,
        *,
        why_taken: WhyTaken,
        on_changed: OnChanged = _tell_nobody,
        on_refused: OnRefused = _tell_nobody,
    ) -> None:
        self.path = path
        self.on_changed = on_changed
        self.on_refused = on_refused
        self._why_taken = why_taken
        self._catalog = load(path, why_taken=why_taken)
        self._seen = self._catalog.digest

    def current(self) -> Catalog:
        return self._catalog

    async def watch(self) -> None:
        """Follow the file until cancelled. Raises what `on_refused` raises; watch again, and it is told again."""
        while True:
            folders = self._folders()
            await self.check()
            async for _changes in awatch(
                *folders,
                watch_filter=None,
                debounce=SETTLE_MS,
                rust_timeout=LOOK_ANYWAY_MS,
                yield_on_timeout=True,
                recursive=False,
            ):
                await self.check()
                if self._folders() != folders:
                    break

    async def check(self) -> None:
        """Compare the file with what is in force, and act on a difference."""
        raw = await asyncio.to_thread(_content, self.path)
        if _digest(raw) == self._seen:
            return
        if not raw:
            # Editors and config maps replace the file in two steps: only a file that stays away is a fact.
            await asyncio.sleep(SETTLE_MS / 1000 * 5)
            raw = await asyncio.to_thread(_content, self.path)
        await self._adopt(raw)

    async def _adopt(self, raw: bytes | None) -> None:
        if _digest(raw) == self._seen:
            return
        try:
            new = await asyncio.to_thread(self._parsed, raw)
        except BadCatalog as bad:
            log.warning("catalog refused", problems=[str(problem) for problem in bad.problems])
            await self.on_refused(bad.problems, await asyncio.to_thread(_written_at, self.path))
            self._seen = _digest(raw)
            return
        self._seen = _digest(raw)
        old, self._catalog = self._catalog, new
        if new != old:
            log.info("catalog changed", environments=len(new.environments), services=len(new.services))
            await self.on_changed(old, new)

    def _parsed(self, raw: bytes | None) -> Catalog:
        if raw is None:
            fix = "Put it back; the version before it stays in force."
            raise BadCatalog((Problem(self.path.name, 1, "The file is gone or cannot be read.", fix),))
        return parse(raw, self.path.name, why_taken=self._why_taken)

    def _folders(self) -> tuple[Path, ...]:
        """Where the file is named and where it really lies; a config map's volume keeps the two apart."""
        real = self.path.resolve().parent
        return tuple(sorted({self.path.absolute().parent, *([real] if real.is_dir() else [])}))


def _digest(raw: bytes | None) -> str:
    return "" if raw is None else hashlib.sha256(raw).hexdigest()


def _written_at(path: Path) -> str:
    """When the file was written; of one that is away, when its folder was changed."""
    for place in (path, path.parent):
        with suppress(OSError):
            return str(place.stat().st_mtime_ns)
    return ""


def _content(path: Path) -> bytes | None:
    """What the file holds now; None when it is away or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None
