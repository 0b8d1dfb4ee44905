"""How a callback is signed, and which addresses may be called. Pure.

Signed as Stripe and GitHub sign their webhooks: HMAC-SHA256 over the time and the body, so that nobody else can make a
callback up, and an old one cannot be sent again later (docs.stripe.com/webhooks, "Verify webhook signatures manually").
The key is the SHA-256 of the caller's token, in hex: the caller can compute it, and Signalbox keeps nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from bot.errors import UsageError

LONGEST_URL = 2_000
Event = Literal["active", "ended"]
Address = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")
"""Source: RFC 6052. Its last 32 bits are an IPv4 address."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that whoever waits must hear of. seq: of the event that it follows from."""

    lease_id: str
    seq: int
    event: Event

    @property
    def job_id(self) -> str:
        return f"callback:{self.lease_id}:{self.seq}"


def signature(key: str, at: int, body: bytes) -> str:
    """`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`."""
    digest = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses may be called.

    hosts: names that may be called wherever they lead; `*.example.com` stands for every name below it. Others are
    called only where they lead to the public internet: Signalbox stands inside a network, and whoever has a token must
    not reach through it into that network. loopback: this machine may be called as well.
    """

    hosts: tuple[str, ...] = ()
    loopback: bool = False

    def check(self, url: str) -> None:
        """Raises UsageError with what is wrong, as far as that can be told without asking for the name's address."""
        parts = _split(url)
        host = parts.hostname or ""
        if parts.username or parts.password:
            raise UsageError("callback_url holds a user name or a password. Take it out: the signature says who calls.")
        if (literal := _literal(host)) is not None and not self.allows(host, literal):
            raise UsageError(_refused(host))
        if _names_this_machine(host) and not self.loopback and not self._listed(host):
            raise UsageError(_refused(host))

    def allows(self, host: str, address: Address) -> bool:
        """Whether `host` may be called at `address`, which is what its name leads to right now."""
        if self._listed(host):
            return True
        real = _behind(address)
        return (real.is_loopback and self.loopback) or (real.is_global and not real.is_multicast)

    def _listed(self, host: str) -> bool:
        name = host.casefold().rstrip(".")
        return any(name == each or (each.startswith("*.") and name.endswith(each[1:])) for each in self.hosts)


def _behind(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError as error:
        raise UsageError("callback_url is no address.") from error
    if len(url) > LONGEST_URL or not url.isascii() or any(char.isspace() or not char.isprintable() for char in url):
        raise UsageError(f"callback_url must be plain ASCII without spaces, {LONGEST_URL:,} characters at most.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("callback_url must be an address that starts with https:// or http://.")
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _names_this_machine(host: str) -> bool:
    name = host.casefold().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def _refused(host: str) -> str:
    return (
        f"callback_url leads to {host[:80]}, which is not on the public internet. Whoever runs Signalbox can allow it: "
        "SIGNALBOX_CALLBACK_HOSTS."
    )
