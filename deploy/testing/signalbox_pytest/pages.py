"""Pages of Playwright send the trace of the test that opened them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def hand_on(context: Any, headers: Mapping[str, str], origins: Sequence[str]) -> None:
    """context: a BrowserContext. origins: addresses that are sent the headers; only those, since a page may call
    others, and a header that these do not expect fails their CORS checks.
    """

    def bear(route: Any) -> None:
        """Routes of the test itself have a say as well."""
        route.fallback(headers={**route.request.headers, **headers})

    for origin in filter(None, origins):
        context.route(f"{origin.rstrip('/')}/**", bear)
