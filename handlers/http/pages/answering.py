"""A page for whoever may see it; whatever is in the way is said on a page too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from bot.access.model import NotAuthenticated, Scope
from bot.errors import Forbidden, NotFound, SignalboxError, UsageError
from handlers.http.entry import Entry
from handlers.http.pages.look import HEADERS, shown

STATUS: dict[type[SignalboxError], int] = {NotAuthenticated: 401, Forbidden: 403, NotFound: 404, UsageError: 422}
AWAY = 503

Given = Mapping[str, Any]
Page = Callable[[Request], Awaitable[tuple[str, Given]]]
"""Gives the name of a template, and what it is filled with. May raise SignalboxError."""

Respond = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Pages:
    entry: Entry

    async def answer(self, request: Request, page: Page) -> Response:
        async def respond(request: Request) -> Response:
            template, given = await page(request)
            return HTMLResponse(shown(template, given), headers=HEADERS)

        return await self.guarded(request, respond)

    async def guarded(self, request: Request, respond: Respond) -> Response:
        """Whatever goes wrong is said on a page."""
        try:
            await self.entry.admit(request, Scope.TELEMETRY_READ)
            return await respond(request)
        except SignalboxError as refused:
            status = STATUS.get(type(refused), AWAY)
            headers = {"WWW-Authenticate": 'Basic realm="Signalbox: any name, and a token as the password"'}
            said = shown("pages/problem.html", {"sentence": refused.user_message, "here": ""})
            return HTMLResponse(said, status, HEADERS | (headers if status == STATUS[NotAuthenticated] else {}))
