"""Whom this process trusts when it calls others over TLS."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """For every HTTP client, read once: each would take 30 ms to read it for itself. SSL_CERT_FILE is heeded."""
    return httpx.create_ssl_context()
