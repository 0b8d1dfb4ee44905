"""doctor: what answers runs that GitHub holds back, and the model that tells diagnoses."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from bot.bootstrap.narrator import claude_of
from bot.bootstrap.providers import github_app
from bot.cli.findings import Finding, fail, ok, warn
from bot.errors import SignalboxError
from bot.ports.model import ModelError
from bot.settings import Settings
from integrations.github.app import PERMISSIONS

NAME, MODEL = "github app", "claude"
PATIENCE = 10.0


async def vendors(settings: Settings) -> list[Finding]:
    """Nothing of those that were not set up."""
    return [*await _github(settings), *await _model(settings)]


async def _model(settings: Settings) -> list[Finding]:
    """Asking whether it is there costs nothing."""
    claude = claude_of(settings)
    if claude is None:
        return []
    try:
        await claude.check()
    except ModelError as error:
        says = f"{settings.model} at {settings.anthropic_base_url} {error.why} ({error})"
        return [fail(MODEL, says, "Compare ANTHROPIC_API_KEY and SIGNALBOX_MODEL with the vendor's console.")]
    finally:
        await claude.close()
    return [ok(MODEL, f"the key is taken, and {settings.model} is there")]


async def _github(settings: Settings) -> list[Finding]:
    wanted = {
        "GITHUB_APP_ID": bool(settings.github_app_id),
        "GITHUB_APP_PRIVATE_KEY": settings.github_app_private_key is not None,
        "GITHUB_APP_INSTALLATION": bool(settings.github_app_installation),
        "GITHUB_WEBHOOK_SECRET": settings.github_webhook_secret is not None,
    }
    missing = [name for name, there in wanted.items() if not there]
    if len(missing) == len(wanted) or missing == list(wanted)[:3]:
        return []
    if missing:
        return [fail(NAME, f"{', '.join(missing)} is not set", "A run that GitHub holds back needs all four.")]
    return [await _taken(settings)]


async def _taken(settings: Settings) -> Finding:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        app = github_app(settings, http)
        none: Mapping[str, str] = {}
        try:
            granted = await app.permissions() if app else none
        except SignalboxError as error:
            return fail(NAME, error.user_message, "Compare App ID, key and installation with its pages at GitHub.")
    return _judged(granted)


def _judged(granted: Mapping[str, str]) -> Finding:
    lacks = [f"{name} ({level})" for name, level in PERMISSIONS.items() if granted.get(name) not in (level, "write")]
    if lacks:
        says = f"its installation may not: {', '.join(lacks)}"
        return warn(NAME, says, "Grant it, and accept it where it is installed.")
    return ok(NAME, "GitHub gives it a token, with all that it needs")
