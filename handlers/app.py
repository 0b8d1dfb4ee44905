"""The Bolt app: what it is made of, and how a payload from the inbox reaches its listener."""

from __future__ import annotations

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unavailable
from bot.ports.chat import Identity, Message
from bot.ports.clock import Clock
from bot.ports.inbox import Arrival, Once
from handlers.kit import ids
from handlers.kit.answer import Answer
from handlers.kit.guard import RECEIVED_AT

UNKNOWN = Message("I do not know that one: an old button may belong to an older me. Please look at the board again.")
GIVEN_UP = Message("I tried this several times and could not finish it. Please look at the board before you try again.")
NOT_FOUND, FAILED = 404, 500
SENT_AGAIN_WITHIN = 60
"""Seconds. Slack asks for a second try after three; what is sent later than this is meant anew."""


def create_app(client: AsyncWebClient, identity: Identity) -> AsyncApp:
    """Transports verify signatures, and every listener finishes before its response is read: the inbox waits for that.

    `client` waits when Slack says 429; a server error is not repeated, since the message may have been posted.
    """
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_id=identity.bot,
            bot_user_id=identity.user,
            bot_token=client.token,
        )

    return AsyncApp(
        name="signalbox",  # without one, Bolt reads every module's source to find it
        client=_without_token(client),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
    )


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    """Bolt gives each request a client with the token that `authorize` says, and warns of a second one."""
    return AsyncWebClient(
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=client.retry_handlers,
    )


class NotHandled(Exception):
    """Something went wrong outside every handler's guard; Bolt has logged what. The arrival is to be tried again."""


class Dispatcher:
    """Brings arrivals to their listeners. Calling it twice with one arrival is one request with one id."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, once: Once) -> None:
        self._app, self._client, self._once = app, client, once

    async def __call__(self, arrival: Arrival) -> None:
        """Raises NotHandled."""
        response = await dispatch(self._app, arrival.body, arrival.received_at)
        if response.status >= FAILED:
            raise NotHandled(f"status {response.status}")
        if response.status == NOT_FOUND and arrival.body.get("type") != "event_callback":
            await self._answer(arrival)(UNKNOWN)

    async def give_up(self, arrival: Arrival) -> None:
        """Tell whoever sent it that it was given up."""
        if ids.person_of(arrival.body):
            await Answer(arrival.body, self._once, self._client, stage="given-up")(GIVEN_UP)

    def _answer(self, arrival: Arrival) -> Answer:
        return Answer(arrival.body, self._once, self._client)


class Inline:
    """Brings forms and option lists to their listeners. What they answer is their acknowledgement."""

    def __init__(self, app: AsyncApp, once: Once, clock: Clock) -> None:
        self._app, self._once, self._clock = app, once, clock

    async def __call__(self, body: ids.Body) -> BoltResponse:
        return await dispatch(self._app, body, await self._received_at(body))

    async def _received_at(self, body: ids.Body) -> datetime | None:
        """A form that is sent again, because its answer was lost, means the time at which it was sent at first."""
        if body.get("type") != "view_submission":
            return None
        now, name = self._clock.now(), f"received:{ids.request_id(body)}:{ids.filled_in(body)}"
        try:
            first = await self._once.moment(name, now.timestamp(), seconds=SENT_AGAIN_WITHIN)
        except Unavailable:
            return now
        return datetime.fromtimestamp(first, UTC)


async def dispatch(app: AsyncApp, body: ids.Body, received_at: datetime | None = None) -> BoltResponse:
    """Through Bolt as a parsed payload, whichever way it came. received_at: None when it has come this moment."""
    context = {RECEIVED_AT: received_at}
    return await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=dict(body), headers={}, context=context))
