"""Calling an address that somebody outside has named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class CallbackSender(Protocol):
    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The HTTP status of the answer; redirects are not followed. Raises IntegrationError when nobody answers, and
        Forbidden when the address may not be called.
        """
        ...
