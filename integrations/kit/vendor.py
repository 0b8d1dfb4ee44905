"""A vendor's HTTP API: credentials that stay at home, bounded repeats of reads, and errors a person can act on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec
import stamina

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import OutcomeUnknown, VendorBusy
from integrations.kit.judging import USUAL_WAIT, Answerer, refusal
from integrations.kit.spans import UNSATISFIABLE, Span, asked_range, read_span
from integrations.kit.tls import trusted

T = TypeVar("T")
Params = Mapping[str, str | int]

ATTEMPTS, HOPS = 3, 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SERVER_ERROR = 500
NOT_DONE = frozenset({501, 503, 505, 511, 521, 523, 525, 526})
"""Server errors with which nothing was carried out, those of Cloudflare included, which stands before some vendors
(developers.cloudflare.com, 5xx errors). Any other one may hide that it was.
"""

PATIENCE = httpx.Timeout(20.0, connect=5.0)
"""Seconds without a sign of life."""

WHOLE = 120.0
"""Seconds for one answer, however slowly it trickles."""

LARGEST, LARGEST_REFUSAL = 20_000_000, 20_000
"""Bytes of a JSON answer, and of one that is only looked at for the vendor's words."""

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

repeated = stamina.AsyncRetryingCaller(
    attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
).on((httpx.TransportError, TimeoutError))


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are lower case."""

    content: bytes
    headers: Mapping[str, str]


def http_client(headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """One for all vendors; whoever makes it closes it."""
    return httpx.AsyncClient(timeout=PATIENCE, headers=headers, verify=trusted())


def segment(text: str) -> str:
    """One part of a path, whatever it holds. Raises NotFound for what would lead elsewhere."""
    if text in {"", ".", ".."}:
        raise NotFound(f"“{text}” is no name.")
    return quote(text, safe="")


def segments(text: str) -> str:
    """Parts of a path as they are."""
    return "/".join(segment(part) for part in text.split("/"))


class Vendor:
    """name: as people know it. credentials: headers that go to `base_url`'s host and to no other.

    remedy: a sentence that names the setting and what its token must be allowed.
    repeat: which reads are tried again, and how often.
    In every call `what` says, as it stands in a sentence, what is read or changed.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        name: str,
        base_url: str,
        credentials: Mapping[str, str],
        remedy: str,
        repeat: stamina.BoundAsyncRetryingCaller = repeated,
    ) -> None:
        self._http, self._repeat = http, repeat
        self._root = httpx.URL(base_url.rstrip("/"))
        self._credentials = dict(credentials)
        self.who = Answerer(name, remedy)

    async def get(self, path: str, what: str, params: Params | None = None) -> Answer:
        """Raises NotFound, VendorBusy, IntegrationError."""

        async def take(response: httpx.Response) -> Answer:
            return Answer(await self._bounded(response, what, LARGEST), _lower(response))

        return await self._read(path, what, take, params=params)

    async def read(self, path: str, what: str, shape: type[T], params: Params | None = None) -> T:
        return self.parse((await self.get(path, what, params)).content, what, shape)

    async def ask(self, path: str, what: str, shape: type[T], **sent: Any) -> T:
        """A POST that changes nothing, such as a search: repeated like any read."""

        async def take(response: httpx.Response) -> bytes:
            return await self._bounded(response, what, LARGEST)

        return self.parse(await self._read(path, what, take, method="POST", **sent), what, shape)

    async def change(self, path: str, what: str, *, fine: Collection[int] = (), **sent: Any) -> Answer:
        """POST, once, whatever happens. fine: statuses that are no error here. Raises OutcomeUnknown besides.

        No more is read of the answer than `LARGEST` bytes.
        """
        try:
            async with asyncio.timeout(WHOLE), self._opened("POST", self._url(path), **sent) as response:
                content = (await read_span(response, 0, LARGEST)).data
        except NOT_SENT as error:
            raise self._away(error) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._in_doubt(what, 0) from error
        status = response.status_code
        if response.is_success or status in fine:
            return Answer(content, _lower(response))
        if status >= SERVER_ERROR and status not in NOT_DONE:
            raise self._in_doubt(what, status)
        raise refusal(self.who, status, _lower(response), content, what)

    def outcome(self, answer: Answer, what: str, shape: type[T]) -> T:
        """What a change was answered. Raises OutcomeUnknown where that cannot be read: it was carried out."""
        try:
            return self.parse(answer.content, what, shape)
        except IntegrationError as unread:
            raise OutcomeUnknown(unread.user_message, vendor=self.who.name, status=unread.status) from unread

    async def span(self, path: str, what: str, *, start: int, limit: int) -> Span:
        """At most `limit` bytes from `start` on, or the last ones with a negative one."""

        async def take(response: httpx.Response) -> Span:
            return await read_span(response, start, limit)

        return await self._read(path, what, take, headers=asked_range(start, limit), fine={UNSATISFIABLE})

    async def download(self, path: str, what: str, *, limit: int) -> bytes:
        """Raises IntegrationError when it is larger than `limit`."""

        async def take(response: httpx.Response) -> bytes:
            return await self._bounded(response, what, limit)

        return await self._read(path, what, take)

    async def beginning(self, path: str, what: str, *, params: Params, limit: int) -> tuple[Span, Mapping[str, str]]:
        """Of the body no more than `limit` bytes, and the headers."""

        async def take(response: httpx.Response) -> tuple[Span, Mapping[str, str]]:
            return await read_span(response, 0, limit), _lower(response)

        return await self._read(path, what, take, params=params)

    def parse(self, content: bytes, what: str, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(content, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._fault(f"{self.who.name} answered something unreadable about {what}: {error}.") from error

    async def _read(
        self,
        path: str,
        what: str,
        take: Callable[[httpx.Response], Awaitable[T]],
        *,
        fine: Collection[int] = (),
        method: str = "GET",
        **sent: Any,
    ) -> T:
        async def once() -> T:
            async with asyncio.timeout(WHOLE), self._opened(method, self._url(path), **sent) as response:
                if not response.is_success and response.status_code not in fine:
                    body = (await read_span(response, 0, LARGEST_REFUSAL)).data
                    raise refusal(self.who, response.status_code, _lower(response), body, what)
                return await take(response)

        try:
            return await self._repeat(once)
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._away(error) from error

    @asynccontextmanager
    async def _opened(
        self, method: str, url: httpx.URL, *, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> AsyncIterator[httpx.Response]:
        request = self._request(method, url, headers=headers, **sent)
        response = await self._http.send(request, stream=True, follow_redirects=False)
        for _ in range(HOPS):
            if response.status_code not in REDIRECTS or method != "GET":
                break
            await response.aclose()
            request = self._request(method, self._next(response), headers=headers)
            response = await self._http.send(request, stream=True, follow_redirects=False)
        try:
            yield response
        finally:
            await response.aclose()

    def _next(self, response: httpx.Response) -> httpx.URL:
        target = response.url.join(response.headers.get("location", ""))
        if response.url.scheme == "https" and target.scheme != "https":
            raise IntegrationError(
                f"{self.who.name} leads to an address that is not safe.", vendor=self.who.name, status=0
            )
        return target

    def _request(
        self, method: str, url: httpx.URL, *, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> httpx.Request:
        credentials = self._credentials if self._is_home(url) else {}
        return self._http.build_request(method, url, headers={**(headers or {}), **credentials}, **sent)

    def _url(self, path: str) -> httpx.URL:
        """path: below the root, or a whole address that the vendor itself gave for the next page."""
        if path.startswith("/"):
            return httpx.URL(f"{self._root}{path}")
        url = httpx.URL(path)
        if not self._is_home(url):
            raise self._fault(f"{self.who.name} pointed to a page of another host.")
        return url

    def _is_home(self, url: httpx.URL) -> bool:
        return (url.scheme, url.host, url.port) == (self._root.scheme, self._root.host, self._root.port)

    def _fault(self, sentence: str) -> IntegrationError:
        return IntegrationError(sentence, vendor=self.who.name, status=200)

    async def _bounded(self, response: httpx.Response, what: str, limit: int) -> bytes:
        span = await read_span(response, 0, limit)
        if not span.at_end:
            raise self._fault(f"{what[:1].upper()}{what[1:]} is larger than {limit:,} bytes.")
        return span.data

    def _away(self, error: Exception) -> VendorBusy:
        why = str(error) or type(error).__name__
        sentence = f"{self.who.name} cannot be reached: {why}."
        return VendorBusy(sentence, vendor=self.who.name, status=0, retry_after=USUAL_WAIT)

    def _in_doubt(self, what: str, status: int) -> OutcomeUnknown:
        answered = f"answered {status}" if status else "did not answer"
        return OutcomeUnknown(
            f"{self.who.name} {answered}: whether it carried out {what} is not known yet.",
            vendor=self.who.name,
            status=status,
        )


def _lower(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
