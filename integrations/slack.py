"""Slack as a chat. Web API methods: docs.slack.dev/reference/methods.

Nothing is repeated here: whoever delivers decides, knowing what a repeat costs.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import IntegrationError
from bot.ports.chat import (
    Identity,
    Message,
    MessageGone,
    OutcomeUnknown,
    Posted,
    RateLimited,
    Refused,
    TextFile,
)

EVENT_TYPE = "signalbox_notice"
PAGE = 200
PAGES_LOOKED_AT = 10
NAMES_FRESH = 60
"""Seconds for which a channel name that was not found is not asked for again."""

PROFILE_FRESH, CHANNEL_FRESH, MISSED = 24 * 3600, 300, 60
"""Seconds for which a profile and a channel's name are good, and what could not be had is not asked for again."""

TOO_MANY, SERVER_ERROR = 429, 500
ASSUMED_WAIT = 30.0

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
HALF_DONE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
"""Slack's words for "part of it may have happened"."""
MENDABLE = frozenset({
    "account_inactive", "accesslimited", "ekm_access_denied", "invalid_auth", "missing_scope", "not_authed",
    "not_in_channel", "org_login_required", "team_access_not_granted", "token_expired", "token_revoked",
})  # fmt: skip
"""Somebody can put these right, so trying again later helps."""

CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]+")
PERSON_ID = re.compile(r"[UW][A-Z0-9]+")

Call = Callable[..., Awaitable[AsyncSlackResponse]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """zone: an IANA name, such as `Europe/Berlin`. bot: an app's."""

    zone: str | None = None
    name: str | None = None
    bot: bool = False


class SlackChat:
    """`client` has no retry handlers of its own: see `outbox_client`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._channels: dict[str, str] = {}
        self._listed = -float("inf")

    async def channel_of(self, destination: str) -> str:
        if CHANNEL_ID.fullmatch(destination):
            return destination
        if destination not in self._channels:
            await self._learn(destination)
        return self._channels[destination]

    async def post(
        self, channel: str, message: Message, *, outbox_id: str, thread: str | None = None, broadcast: bool = False
    ) -> Posted:
        where: dict[str, Any] = {"channel": channel, "thread_ts": thread, "reply_broadcast": broadcast or None}
        content = _content(message, outbox_id)
        if message.file:
            content |= _sharing(message, await self._upload(message.file))
        answer = await _call(self._client.chat_postMessage, **where, **content)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def update(self, at: Posted, message: Message, *, outbox_id: str) -> None:
        await _call(self._client.chat_update, channel=at.channel, ts=at.ts, **_content(message, outbox_id))

    async def find(self, channel: str, outbox_id: str, *, oldest: float, thread: str | None = None) -> Posted | None:
        method = self._client.conversations_replies if thread else self._client.conversations_history
        where = {"channel": channel, "ts": thread} if thread else {"channel": channel}
        looking = {**where, "oldest": f"{oldest:.6f}", "include_all_metadata": True, "limit": PAGE}
        async for message in _pages(method, "messages", PAGES_LOOKED_AT, **looking):
            metadata = message.get("metadata") or {}
            if (
                metadata.get("event_type") == EVENT_TYPE
                and metadata.get("event_payload", {}).get("outbox_id") == outbox_id
            ):
                return Posted(channel, str(message["ts"]))
        return None

    async def upload_picture(self, png: bytes, *, name: str, alt: str) -> str:
        """By files.getUploadURLExternal and files.completeUploadExternal, without a channel."""
        answer = await _call(self._client.files_upload_v2, content=png, filename=name, alt_txt=alt)
        return str((answer.get("files") or [{}])[0]["id"])

    async def _upload(self, file: TextFile) -> str:
        """Its permalink. Nobody sees it before a message shares it: an upload whose message failed can be repeated."""
        answer = await _call(self._client.files_upload_v2, content=file.text, filename=file.name)
        return str((answer.get("files") or [{}])[0]["permalink"])

    async def profile_of(self, person: str) -> Profile:
        answer = await _call(self._client.users_info, user=person)
        user: dict[str, Any] = answer.get("user") or {}
        profile: dict[str, Any] = user.get("profile") or {}
        name = user.get("real_name") or profile.get("real_name") or user.get("name")
        return Profile(user.get("tz"), name, bool(user.get("is_bot")))

    async def name_of(self, channel: str) -> str:
        """Without its hash. For a private channel the bot has to be in it."""
        answer = await _call(self._client.conversations_info, channel=channel)
        return str((answer.get("channel") or {})["name"])

    async def identity(self) -> Identity:
        """Who the token belongs to."""
        answer = await _call(self._client.auth_test)
        named = {key: str(answer.get(key) or "") for key in ("team_id", "team", "bot_id", "user_id", "url")}
        return Identity(named["team_id"], named["team"], named["bot_id"], named["user_id"], named["url"])

    async def _learn(self, destination: str) -> None:
        if PERSON_ID.fullmatch(destination):
            answer = await _call(self._client.conversations_open, users=destination)
            self._channels[destination] = str((answer.get("channel") or {})["id"])
            return
        if time.monotonic() - self._listed > NAMES_FRESH:
            await self._list_channels()
        if destination not in self._channels:
            raise Refused("channel_not_found", "conversations.list")

    async def _list_channels(self) -> None:
        kinds = "public_channel,private_channel"
        listing = _pages(
            self._client.conversations_list, "channels", 100, types=kinds, exclude_archived=True, limit=PAGE
        )
        async for channel in listing:
            for name in (f"#{channel['name']}", str(channel["name"])):
                self._channels[name] = str(channel["id"])
        self._listed = time.monotonic()


class SlackPeople:
    """What Slack knows of people and channels. A time zone that is wrong for a day is better than a call per command;
    a channel's name says which environment is meant, so that is asked for again sooner.

    now: seconds that only go forward.
    """

    def __init__(self, chat: SlackChat, now: Callable[[], float] = time.monotonic) -> None:
        self._profiles = _Kept(chat.profile_of, PROFILE_FRESH, now)
        self._named = _Kept(chat.name_of, CHANNEL_FRESH, now)

    async def zone_of(self, person: str) -> str | None:
        """The IANA name of the zone a person has set; None when Slack does not say now."""
        return (await self._profile(person)).zone

    async def name_of(self, person: str) -> str | None:
        """The whole name of a person; None when Slack does not say now."""
        return (await self._profile(person)).name

    async def is_bot(self, person: str) -> bool:
        """Whether it is an app; False when Slack does not say now."""
        return (await self._profile(person)).bot

    async def channel_called(self, channel: str) -> str | None:
        """The name of a channel; None when Slack does not say now, or the bot is not in it."""
        return await self._named.of(channel)

    async def _profile(self, person: str) -> Profile:
        return await self._profiles.of(person) or Profile()


class _Kept(Generic[T]):
    """Slack's answers by id, each good for `fresh` seconds. One that could not be had leaves what is known as it is."""

    def __init__(self, ask: Callable[[str], Awaitable[T]], fresh: float, now: Callable[[], float]) -> None:
        self._ask, self._fresh, self._now = ask, fresh, now
        self._known: dict[str, tuple[float, T | None]] = {}

    async def of(self, id: str) -> T | None:
        good_until, known = self._known.get(id, (-float("inf"), None))
        if self._now() < good_until:
            return known
        fresh = self._fresh
        try:
            known = await self._ask(id)
        except (IntegrationError, OutcomeUnknown, RateLimited) as error:
            fresh, known = MISSED, None if isinstance(error, Refused) else known
        self._known[id] = (self._now() + fresh, known)
        return known


def outbox_client(token: str, base_url: str, *, timeout: int = 10) -> AsyncWebClient:
    """A client that says what happened and repeats nothing. `base_url` ends with a slash."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])


def _content(message: Message, outbox_id: str) -> dict[str, Any]:
    """No names become links, and a link shows no preview: what people typed stays text."""
    return {
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks] or None,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": outbox_id}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _sharing(message: Message, permalink: str) -> dict[str, Any]:
    """A message shares the files of its app whose permalinks stand in its text, and shows them as its own."""
    return {"text": f"{message.text} <{permalink}| >", "unfurl_links": True, "unfurl_media": True}


async def _pages(method: Call, items: str, most: int, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
    cursor = ""
    for _ in range(most):
        answer = await _call(method, **arguments, cursor=cursor or None)
        for item in answer.get(items) or ():
            yield item
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


async def _call(method: Call, **arguments: Any) -> AsyncSlackResponse:
    name = str(getattr(method, "__name__", "")).replace("_", ".", 1)
    try:
        return await method(**arguments)
    except SlackApiError as error:
        raise _meaning(error, name) from error
    except SlackRequestError as error:
        # only an upload's second step says it this way: the bytes were not taken, and nobody sees that there were any
        raise OutcomeUnknown(f"{name}: not taken") from error
    except aiohttp.ClientConnectorError as error:
        raise IntegrationError("Slack cannot be reached.", vendor="slack", status=0) from error
    except (TimeoutError, aiohttp.ClientError) as error:
        raise OutcomeUnknown(f"{name}: {type(error).__name__}") from error


def _meaning(error: SlackApiError, method: str) -> Exception:
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    answer = getattr(response, "data", None)
    code = str(answer.get("error") or "") if isinstance(answer, dict) else ""
    if status == TOO_MANY or code in ("ratelimited", "rate_limited"):
        return RateLimited(method, _retry_after(response))
    if status >= SERVER_ERROR or code in HALF_DONE or not code:
        return OutcomeUnknown(f"{method}: {code or status}")
    if code in GONE:
        return MessageGone(code, method)
    if code in MENDABLE:
        return IntegrationError(f"Slack refused {method}: {code}.", vendor="slack", status=status)
    return Refused(code, method)


def _retry_after(response: Any) -> float:
    with suppress(KeyError, ValueError, TypeError):
        return float(response.headers["Retry-After"])
    return ASSUMED_WAIT
