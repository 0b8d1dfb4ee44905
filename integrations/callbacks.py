"""Calls addresses that pipelines have named, and only those that may be called."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx

from bot.errors import Forbidden, IntegrationError
from integrations.kit.tls import trusted

PATIENCE = 10.0
"""Seconds for the whole call: a receiver answers first and works then."""

MayReach = Callable[[str, IPv4Address | IPv6Address], bool]
"""By host name and by the address that it leads to."""


class HttpCallbacks:
    """The name is looked up once, judged, and the very address that was judged is called: a name that leads elsewhere
    a moment later gains nothing. Proxies of the environment are not used, redirects are not followed.
    """

    def __init__(self, may_reach: MayReach) -> None:
        self._may_reach = may_reach

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Raises Forbidden, IntegrationError."""
        target = httpx.URL(url)
        address = await self._address(target)
        direct = target.copy_with(host=address)
        named = {**headers, "Host": target.netloc.decode("ascii")}
        try:
            async with asyncio.timeout(PATIENCE), _client() as client:
                request = client.build_request(
                    "POST", direct, content=body, headers=named, extensions={"sni_hostname": target.host}
                )
                response = await client.send(request, stream=True)
                await response.aclose()
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            raise _silent(target.host, str(error) or type(error).__name__) from error
        return response.status_code

    async def _address(self, url: httpx.URL) -> str:
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise _silent(url.host, "its name leads nowhere") from error
        addresses = [str(each[4][0]) for each in found]
        if refused := [each for each in addresses if not self._may_reach(url.host, ip_address(each.partition("%")[0]))]:
            raise Forbidden(f"{url.host} leads to {refused[0]}, which may not be called: SIGNALBOX_CALLBACK_HOSTS.")
        return addresses[0]


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, timeout=PATIENCE, verify=trusted())


def _silent(host: str, why: str) -> IntegrationError:
    return IntegrationError(f"{host} cannot be called: {why}.", vendor="callback", status=0)
