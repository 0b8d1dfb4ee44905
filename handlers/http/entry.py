"""Who may come in without Slack: programs and browsers of this machine as they are, others with a token."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from fastapi import Request

from bot.access.model import NotAuthenticated, Scope
from bot.access.service import Tokens

NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""What a client of this machine calls us. A page elsewhere whose name was pointed here calls us by that name."""


@dataclass(frozen=True, slots=True)
class Entry:
    tokens: Tokens

    async def admit(self, request: Request, scope: Scope) -> None:
        """Raises NotAuthenticated, Forbidden, Unavailable."""
        if _of_this_machine(request):
            return
        token = await self.tokens.authenticate(_token(request.headers.get("authorization", "")))
        token.need(scope)


def _of_this_machine(request: Request) -> bool:
    """Behind a proxy on this machine uvicorn puts the proxy's client in."""
    host = request.headers.get("host", "").rpartition(":")
    name = host[0] if host[0] and host[2].isdigit() else "".join(host)
    return name.casefold() in NAMES and request.client is not None and _loopback(request.client.host)


def _loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _token(authorization: str) -> str:
    """As a program sends it, or as a browser does that asked for a password: whatever the name, the token is it."""
    kind, _, value = authorization.partition(" ")
    if kind.casefold() == "bearer":
        return value.strip()
    if kind.casefold() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            pass
    raise NotAuthenticated("From another machine this needs a token: the header `Authorization: Bearer sbx_...`.")
