"""What failed tests leave stays where their run has left it, and is found again by what its report calls it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import NotFound
from bot.redaction import redact
from bot.suites.intake import Reports
from bot.suites.left import matching, name_of, path_of
from bot.suites.needs import Providers
from bot.suites.service import Suites

LARGEST = 50_000_000
"""Bytes of a file that is handed on."""


@dataclass(frozen=True, slots=True)
class Here:
    """Its bytes, for whoever asks us."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The page of its vendor on which it is."""

    url: str


class Attachments:
    """Only what a report of the run names is handed on, and of that only what the run itself has left."""

    def __init__(self, suites: Suites, reports: Reports, providers: Providers) -> None:
        self._suites, self._reports, self._providers = suites, reports, providers

    async def of(self, run_id: str, key: str) -> Here | Elsewhere:
        """Raises NotFound, IntegrationError, Unavailable."""
        run = await self._suites.of(run_id)
        path = path_of(key, (await self._reports.of(run.id)).cases)
        provider = self._providers(run.run.pipeline.provider) if run.run else None
        if path is None or run.run is None or provider is None:
            raise NotFound(f"No test of #{run.number} has left that.")
        artifact = matching(path, await provider.artifacts(run.run))
        if page := (artifact.url if artifact else "") or run.run.url:
            return Elsewhere(page)
        if artifact is None:
            name = redact(name_of(path))
            raise NotFound(f"#{run.number} did not keep {name}. Tests keep what they leave below $SIGNALBOX_ARTIFACTS.")
        return Here(artifact.name, await provider.artifact(run.run, artifact, limit=LARGEST))
