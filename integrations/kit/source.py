"""A source of telemetry: what is asked of it changes nothing, so trouble that passes is waited for, briefly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
import stamina

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import VendorBusy
from integrations.kit.judging import NOT_FOUND, SERVER_ERROR, USUAL_WAIT
from integrations.kit.vendor import ATTEMPTS, Vendor

T = TypeVar("T")

SHORT = 3.0
"""Seconds that a caller is kept waiting for a rate limit to pass."""


def _is_worth_another(error: Exception) -> bool | float:
    """Whether to ask again, or after how many seconds."""
    if not isinstance(error, VendorBusy):
        return isinstance(error, httpx.TransportError | TimeoutError)
    if error.retry_after <= SHORT:
        return error.retry_after
    named_no_moment = error.retry_after == USUAL_WAIT
    return error.status >= SERVER_ERROR and named_no_moment


patiently = stamina.AsyncRetryingCaller(
    attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
).on(_is_worth_another)


class Source(Vendor):
    """Raises IntegrationError alone: an address that nothing answers at is the fault of a setting."""

    def __init__(
        self, http: httpx.AsyncClient, *, name: str, base_url: str, credentials: Mapping[str, str], remedy: str
    ) -> None:
        super().__init__(http, name=name, base_url=base_url, credentials=credentials, remedy=remedy, repeat=patiently)

    async def search(self, path: str, what: str, shape: type[T], **sent: Any) -> T:
        """A POST."""
        try:
            return await self.ask(path, what, shape, **sent)
        except NotFound as missing:
            raise self._nothing_at(path) from missing

    async def fetch(self, path: str, what: str, shape: type[T], params: Mapping[str, str | int]) -> T:
        """A GET."""
        try:
            return await self.read(path, what, shape, params)
        except NotFound as missing:
            raise self._nothing_at(path) from missing

    def malformed(self, what: str, why: str) -> IntegrationError:
        return IntegrationError(
            f"{self.who.name} answered something unreadable about {what}: {why}.", vendor=self.who.name, status=200
        )

    def _nothing_at(self, path: str) -> IntegrationError:
        sentence = f"{self.who.name} has nothing at {path}. {self.who.remedy}"
        return IntegrationError(sentence, vendor=self.who.name, status=NOT_FOUND)
