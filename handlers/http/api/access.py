"""Who asks: the token of a request, what it may do, and how often it may ask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyQuery, HTTPAuthorizationCredentials, HTTPBearer

from bot.access.model import ApiToken, NotAuthenticated, Scope
from bot.access.service import Tokens
from bot.callbacks.service import Callbacks
from bot.catalog import Catalog
from bot.deployments.service import Deployments
from bot.deployments.sightings import Sightings
from bot.deps import People
from bot.errors import SignalboxError
from bot.ports.clock import Clock
from bot.reservations.service import Reservations
from bot.reservations.waiting import Changes
from bot.suites.intake import Reports
from bot.suites.service import Suites

PER_SECOND, AT_ONCE = 50.0, 1_500
"""Of one token and process: 1,000 jobs that begin to wait at once pass, a loop without a pause does not."""
MOST_REMEMBERED = 10_000


class TooMany(SignalboxError):
    """One token asks too often. `seconds` until the next request is let in."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This token asks more than {PER_SECOND:g} times a second. Wait for changes with ?wait=60.")
        self.seconds = seconds


class Pace:
    """A bucket of requests for each token, filled again with time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, token_id: str) -> None:
        """Raises TooMany."""
        now = self._clock.now().timestamp()
        left, since = self._left.pop(token_id, (float(AT_ONCE), now))
        left = min(float(AT_ONCE), left + (now - since) * PER_SECOND) - 1
        self._left[token_id] = (max(left, 0.0), now)
        if len(self._left) > MOST_REMEMBERED:
            self._left.popitem(last=False)
        if left < 0:
            raise TooMany(-left / PER_SECOND)


@dataclass(frozen=True, slots=True)
class Api:
    """What the routes are given."""

    tokens: Tokens
    clock: Clock
    reservations: Reservations
    changes: Changes
    callbacks: Callbacks
    catalog: Callable[[], Catalog]
    people: People
    deployments: Deployments
    sightings: Sightings
    suites: Suites
    reports: Reports
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pace", Pace(self.clock))


def api_of(request: Request) -> Api:
    return request.app.state.api


Given = Annotated[Api, Depends(api_of)]
_bearer = HTTPBearer(
    scheme_name="token",
    bearerFormat="sbx_<id>_<secret>",
    description="Made by `signalbox token create NAME --scope reservations:write`.",
    auto_error=False,
)
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_in_address = APIKeyQuery(
    name="token",
    scheme_name="token in the address",
    description="For calendar programs, which send no headers.",
    auto_error=False,
)


async def authenticated(api: Given, credentials: _Bearer) -> ApiToken:
    """Raises NotAuthenticated, TooMany, Unavailable."""
    if credentials is None:
        raise NotAuthenticated("This needs a token. Send the header `Authorization: Bearer sbx_...`.")
    return await _believed(credentials.credentials, api)


async def subscribed(
    api: Given, credentials: _Bearer, in_address: Annotated[str | None, Depends(_in_address)]
) -> ApiToken:
    """By header, or at the end of the address. Raises NotAuthenticated, Forbidden, TooMany, Unavailable."""
    text = credentials.credentials if credentials else in_address
    if not text:
        raise NotAuthenticated(
            "This needs a token. End the address with `?token=sbx_...`, or send `Authorization: Bearer sbx_...`."
        )
    token = await _believed(text, api)
    token.need(Scope.CALENDAR_READ)
    return token


async def _believed(text: str, api: Api) -> ApiToken:
    token = await api.tokens.authenticate(text)
    api.pace.take(token.id)
    return token


Anybody = Annotated[ApiToken, Depends(authenticated)]
"""Any token that holds."""


def _with(scope: Scope) -> Callable[[ApiToken], Awaitable[ApiToken]]:
    async def allowed(token: Anybody) -> ApiToken:
        token.need(scope)
        return token

    return allowed


Reader = Annotated[ApiToken, Depends(_with(Scope.RESERVATIONS_READ))]
CalendarReader = Annotated[ApiToken, Depends(subscribed)]
Writer = Annotated[ApiToken, Depends(_with(Scope.RESERVATIONS_WRITE))]
DeploymentReader = Annotated[ApiToken, Depends(_with(Scope.DEPLOYMENTS_READ))]
RunReader = Annotated[ApiToken, Depends(_with(Scope.RUNS_READ))]
Runner = Annotated[ApiToken, Depends(_with(Scope.RUNS_WRITE))]
Deployer = Annotated[ApiToken, Depends(_with(Scope.DEPLOYMENTS_WRITE))]
