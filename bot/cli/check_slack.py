"""doctor: Slack. Tokens, scopes, channels, clock."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.catalog import Catalog
from bot.cli.check_stores import clock_finding
from bot.cli.findings import Finding, fail, ok, warn
from bot.manifest import CORE
from bot.settings import Settings, SlackMode

REFUSED = {
    "invalid_auth": "Copy the token again from your Slack app.",
    "not_authed": "Copy the token again from your Slack app.",
    "account_inactive": "Install the app in the workspace again.",
    "token_revoked": "Install the app in the workspace again and copy the new token.",
    "not_allowed_token_type": "This is another kind of token: .env.example says which one belongs where.",
    "missing_scope": "Add the scope (`signalbox manifest` lists all), then install the app again.",
}
SIGNATURES_EXPIRE_SECONDS = 300
"""Slack's signed requests are refused beyond this difference of clocks."""


async def slack(settings: Settings, catalog: Catalog | None) -> list[Finding]:
    if settings.slack_bot_token is None:
        return [ok("slack", "no token is set: the local workspace plays Slack")]
    client = AsyncWebClient(settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, timeout=10)
    try:
        me = await _call(client, "auth.test")
        headers = {name.lower(): value for name, value in me.headers.items()}
        found = [ok("slack", f"{me['user']} in {me['team']}"), _scopes(headers), _clock(headers)]
        return [*found, *await _app_token(settings, client), *await _channels(client, catalog)]
    except SlackApiError as refused:
        return [_refused("slack", refused)]
    except (aiohttp.ClientError, TimeoutError) as error:
        says = f"{settings.slack_api_url} does not answer: {type(error).__name__}"
        return [fail("slack", says, "Check the network, a proxy, and SLACK_API_URL.")]


def _refused(name: str, refused: SlackApiError) -> Finding:
    code = str(cast("Any", refused).response.data.get("error", "unknown_error"))
    return fail(name, f"Slack says {code}", REFUSED.get(code, "Slack's method pages explain the code."))


def _scopes(headers: Mapping[str, str]) -> Finding:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in CORE if scope.name not in granted]
    if not missing:
        return ok("slack scopes", f"all {len(CORE)} are granted")
    wanted = "; ".join(f"{scope.name} ({scope.why})" for scope in missing)
    return fail("slack scopes", f"missing: {wanted}", "Add them under OAuth & Permissions, then install the app again.")


def _clock(headers: Mapping[str, str]) -> Finding:
    date = headers.get("date")
    if date is None:
        return ok("slack clock", "Slack did not say its time")
    apart = abs(time.time() - parsedate_to_datetime(date).timestamp())
    if apart > SIGNATURES_EXPIRE_SECONDS:
        return fail("slack clock", f"differs by {apart:.0f} s from this machine's", "Set this machine's clock by NTP.")
    return clock_finding("slack clock", apart, most=30)


async def _app_token(settings: Settings, client: AsyncWebClient) -> list[Finding]:
    if settings.slack_mode is SlackMode.HTTP or settings.slack_app_token is None:
        return []
    try:
        await _call(client, "apps.connections.open", token=settings.slack_app_token.get_secret_value())
    except SlackApiError as refused:
        return [_refused("slack app token", refused)]
    return [ok("slack app token", "opens a Socket Mode connection")]


async def _channels(client: AsyncWebClient, catalog: Catalog | None) -> list[Finding]:
    if catalog is None:
        return []
    owners = (catalog, *catalog.environments.values(), *catalog.teams.values())
    wanted = sorted({owner.announce for owner in owners if owner.announce})
    if not wanted:
        return []
    known = [channel async for channel in _all_channels(client)]
    return [_channel(name, known) for name in wanted]


def _channel(wanted: str, known: list[Mapping[str, Any]]) -> Finding:
    found = next((each for each in known if wanted in (each["id"], f"#{each['name']}")), None)
    if found is None:
        return fail(
            "slack channel", f"{wanted} does not exist, or is private without the bot", "Make it or invite the bot."
        )
    if not found.get("is_member"):
        return warn("slack channel", f"the bot is not in {wanted}", f"Type in {wanted}: /invite @Signalbox")
    return ok("slack channel", f"{wanted}: the bot is in it")


async def _all_channels(client: AsyncWebClient) -> AsyncIterator[Mapping[str, Any]]:
    query = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": "200"}
    cursor: str | None = ""
    while cursor is not None:
        page = await _call(client, "conversations.list", **query, cursor=cursor)
        for channel in page["channels"]:
            yield channel
        cursor = page.get("response_metadata", {}).get("next_cursor") or None


async def _call(client: AsyncWebClient, method: str, **arguments: str) -> Any:
    """slack_sdk leaves its methods and answers untyped."""
    return await client.api_call(method, params=arguments)  # pyright: ignore[reportUnknownMemberType] - untyped in the library
