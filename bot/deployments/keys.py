"""What shows that a run is the one that was started for a deployment: a key, given to it at its start, to nobody else.

It is 256 random bits, so one round of SHA-256 keeps it. The prefix lets scanners of repositories and logs find a
leaked one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

DEPLOYMENT_KEY = "SIGNALBOX_DEPLOYMENT_KEY"
"""The variable of a run that has it."""

BYTES = 32


def new_key() -> str:
    """`sbd_` and 52 characters of base32."""
    return f"sbd_{base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip('=').lower()}"


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def opens(key: str, digest: str) -> bool:
    """In constant time. An empty digest is of a key that was never given."""
    return bool(digest) and hmac.compare_digest(digest_of(key).encode(), digest.encode())
