"""Answers to whoever typed or clicked, where they are. At most once each: they cannot be recognised afterwards.

An ephemeral answer has no ts, and a response_url may be used five times: a payload that is handled again after a crash
must not answer again, so each answer is noted before it is sent. Lost answers are possible; double ones are not.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import Unavailable
from bot.ports.chat import Message
from bot.ports.inbox import Once
from handlers.kit import ids
from handlers.views.errors import SAID, said_in
from handlers.views.lease import LINE

log = structlog.get_logger(__name__)

REMEMBERED = 24 * 3600
STILL_WORKING = "Still working on it: the answer follows here."
REFUSED = 400
LOOKED_AT_SECONDS = 1.5
"""Slack looks at an upload before a block may show it; a second is enough (slackapi/python-slack-sdk, issue 1521)."""
ONCE = re.compile(r"env\.(undo|take|thaw)|(suite|deploy)\.cancel(\.\d+)?|rule\.undo\.0")
"""Buttons that do their work once, in answers that are about nothing else: not those of lists."""
UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError)


class Answer:
    """`respond` in a handler. Ephemeral where the person is; a direct message from forms and the Home tab.

    stage: answers of different stages do not count as repeats of each other.
    """

    def __init__(self, body: Mapping[str, Any], once: Once, client: AsyncWebClient, *, stage: str = "answered") -> None:
        self._body, self._once, self._client, self._stage = body, once, client, stage
        self._request = ids.request_id(body)
        self._said = 0
        self._one_at_a_time = asyncio.Lock()
        self.told = False

    async def __call__(self, what: str | Message) -> None:
        """In place of the answer whose button was pressed, where that can be pressed but once."""
        await self._say(what if isinstance(what, Message) else Message(what), instead=is_used_up(self._body))

    async def refuse(self, message: Message) -> None:
        """Nothing came of it: what was pressed may be pressed again."""
        await self._say(message, instead=False)

    async def _say(self, message: Message, *, instead: bool) -> None:
        self._said += 1
        number = self._said
        async with self._one_at_a_time:
            if await self._first(f"{self._stage}:{self._request}:{number}"):
                await self._send(message, instead=instead and number == 1)

    async def tell(self, sentence: str) -> None:
        """Say how it goes, before the answer."""
        already, self.told = self.told, True
        if not already and await self._first(f"told:{self._request}"):
            await self._send(Message(sentence))

    async def pending(self, message: Message) -> None:
        """Say that the answer comes later; the answer itself stays free to be said."""
        if await self._first(f"pending:{self._request}"):
            await self._send(message)

    async def still_working(self) -> None:
        """For a long silence. It knows nothing, so whoever knows more may still say how it goes. The Home shows by
        itself what came of it: nothing would follow there. Nor may it come behind the answer.
        """
        if not response_url(self._body):
            return
        async with self._one_at_a_time:
            if not self.told and not self._said and await self._first(f"working:{self._request}"):
                await self._send(Message(STILL_WORKING))

    async def _first(self, name: str) -> bool:
        """Without the store nobody can say; then an answer that might come twice is better than none."""
        try:
            return await self._once.first(name, seconds=REMEMBERED)
        except Unavailable:
            return True

    async def _send(self, message: Message, *, instead: bool = False) -> None:
        try:
            if not (await self._at_response_url(message, instead=instead) or await self._in_its_form(message)):
                await self._directly(message)
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("answer lost", request=self._request, reason=str(error) or type(error).__name__)

    async def _at_response_url(self, message: Message, *, instead: bool) -> bool:
        """False when there is none, or it is used up: nothing was said then."""
        if not (url := response_url(self._body)):
            return False
        thread = ids.thread_of(self._body)
        refused = await say_at(url, message, thread=thread, instead=instead) >= REFUSED
        if refused and shows_picture(message):
            await asyncio.sleep(LOOKED_AT_SECONDS)
            refused = await say_at(url, message, thread=thread) >= REFUSED
        return not refused

    async def _in_its_form(self, message: Message) -> bool:
        """In a form that only says something, and on which a button was pressed; False when it is closed by now."""
        match self._body:
            case {"type": "block_actions", "view": {"type": "modal", "callback_id": called, "id": id} as form} if (
                called == SAID
            ):
                try:
                    await self._client.views_update(
                        view_id=id, view=said_in(form, message, back=_goes_on(self._body, form))
                    )
                except SlackApiError as error:
                    if error.response.get("error") != "not_found":
                        raise
                    return False
                return True
            case _:
                return False

    async def _directly(self, message: Message) -> None:
        """In a direct conversation where one is open, else in a message to the person."""
        channel = ids.channel_of(self._body) or ""
        destination = channel if channel.startswith("D") else ids.person_of(self._body)
        if destination:
            await self._client.chat_postMessage(
                channel=destination, text=message.text, blocks=[dict(block) for block in message.blocks] or None
            )


def _goes_on(body: Mapping[str, Any], form: Mapping[str, Any]) -> bool:
    """Whether a form beneath is still to be filled in: what stands for a line may only have looked something up."""
    pressed = str(body["actions"][0]["action_id"])
    return bool(form.get("previous_view_id")) and LINE in pressed


def is_used_up(body: Mapping[str, Any]) -> bool:
    """Whether an answer that only this person sees is of no use once the button that was pressed in it has worked."""
    match body:
        case {"container": {"is_ephemeral": True}, "actions": [{"action_id": str(pressed)}, *_]}:
            return ONCE.fullmatch(pressed) is not None
        case _:
            return False


def shows_picture(message: Message) -> bool:
    return any("slack_file" in block for block in message.blocks)


def response_url(body: Mapping[str, Any]) -> str:
    return str(body.get("response_url") or "")


async def say_at(url: str, message: Message, *, thread: str = "", instead: bool = False) -> int:
    """Use a response_url; the HTTP status it gave. A lost connection is not repeated: it may have been heard.

    thread: without it Slack answers in the channel, also whoever pressed a button in a thread (slackapi/bolt-js, 963).
    instead: in place of the message that it came from.
    """
    only_when_refused: list[AsyncRetryHandler] = [AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    webhook = AsyncWebhookClient(url, timeout=10, retry_handlers=only_when_refused)
    said = {"text": message.text, "response_type": "ephemeral", "replace_original": instead}
    blocks = {"blocks": [dict(block) for block in message.blocks]} if message.blocks else {}
    response = await webhook.send_dict({**said, **blocks, **({"thread_ts": thread} if thread and not instead else {})})
    return response.status_code
