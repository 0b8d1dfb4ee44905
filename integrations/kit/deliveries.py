"""Webhook deliveries: who sent them, and what stands in them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.errors import Forbidden, UsageError


def check_signature(secret: SecretStr, raw: bytes, signature: str, who: str) -> None:
    """signature: `sha256=` and the HMAC-SHA256 of the body as it came, in hex. Raises Forbidden."""
    ours = secret.get_secret_value().encode()
    _check(ours, f"sha256={hmac.new(ours, raw, hashlib.sha256).hexdigest()}", signature, who)


def check_token(secret: SecretStr, shown: str, who: str) -> None:
    """Raises Forbidden."""
    _check(secret.get_secret_value().encode(), secret.get_secret_value(), shown, who)


def _check(ours: bytes, expected: str, shown: str, who: str) -> None:
    """Without a secret of ours nobody is let in: anybody can sign with an empty one."""
    if not ours or not shown:
        raise Forbidden(f"A delivery of {who} without a signature is not read.")
    if not hmac.compare_digest(expected.encode(), shown.encode()):
        raise Forbidden(f"A delivery of {who} that bears another secret is not read.")


def required(headers: Mapping[str, str], name: str, who: str) -> str:
    """Raises UsageError."""
    if not (value := headers.get(name, "")):
        raise UsageError(f"A delivery of {who} has the header {name}; this one has not.")
    return value


def found(body: Any, *names: str) -> str:
    """The text or number at this place, or nothing."""
    for name in names:
        body = body.get(name) if isinstance(body, Mapping) else None
    return str(body) if isinstance(body, str | int) and not isinstance(body, bool) else ""
