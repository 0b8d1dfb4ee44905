"""POST /api/<method>: faults, token, scopes, rate, then the method; every call is noted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from integrations.workspace import api_chat, api_conversations, api_files, api_people, api_views
from integrations.workspace.calls import Call, arguments
from integrations.workspace.door import drop
from integrations.workspace.errors import ApiError, rate_limited
from integrations.workspace.faults import Fault
from integrations.workspace.site import Site
from integrations.workspace.traffic import without_secrets


@dataclass(frozen=True, slots=True)
class Method:
    """`tier` 0 is not limited. `scopes` are alternatives: the app needs one of them. `needs` is the kind of token."""

    run: Callable[[Call], dict[str, Any]]
    tier: int
    scopes: tuple[str, ...] = ()
    needs: Literal["bot", "app"] = "bot"


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("im:write", "mpim:write", "channels:manage", "groups:write")

METHODS: Mapping[str, Method] = {
    "apps.connections.open": Method(api_people.connections_open, 1, ("connections:write",), needs="app"),
    "auth.test": Method(api_people.auth_test, 0),
    "chat.delete": Method(api_chat.delete, 3, ("chat:write",)),
    "chat.getPermalink": Method(api_chat.get_permalink, 0),
    "chat.postEphemeral": Method(api_chat.post_ephemeral, 4, ("chat:write",)),
    "chat.postMessage": Method(api_chat.post_message, 0, ("chat:write",)),
    "chat.update": Method(api_chat.update, 3, ("chat:write",)),
    "conversations.history": Method(api_conversations.history, 3, _HISTORY),
    "conversations.info": Method(api_conversations.info, 3, _READ),
    "conversations.list": Method(api_conversations.list_, 2, _READ),
    "conversations.members": Method(api_conversations.members, 4, _READ),
    "conversations.open": Method(api_conversations.open_, 3, _OPEN),
    "conversations.replies": Method(api_conversations.replies, 3, _HISTORY),
    "files.completeUploadExternal": Method(api_files.complete_upload, 4, ("files:write",)),
    "files.getUploadURLExternal": Method(api_files.get_upload_url, 4, ("files:write",)),
    "files.info": Method(api_files.info, 4, ("files:read",)),
    "usergroups.list": Method(api_people.usergroups_list, 2, ("usergroups:read",)),
    "usergroups.users.list": Method(api_people.usergroups_users_list, 2, ("usergroups:read",)),
    "users.info": Method(api_people.users_info, 4, ("users:read",)),
    "users.list": Method(api_people.users_list, 2, ("users:read",)),
    "users.lookupByEmail": Method(api_people.users_lookup_by_email, 3, ("users:read.email",)),
    "views.open": Method(api_views.open_, 4),
    "views.publish": Method(api_views.publish, 4),
    "views.push": Method(api_views.push, 4),
    "views.update": Method(api_views.update, 4),
}


class WebApi:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def handle(self, request: Request) -> Response:
        name, started = request.path_params["method"], time.monotonic()
        fault = self._site.faults.of_call(name)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        args: dict[str, Any] = {}
        try:
            args = await arguments(request)
            refuse_by_fault(fault)
            body = self._call(name, args, _token(request, args))
            response = JSONResponse(body, headers=self._headers())
        except ApiError as error:
            body = error.body
            response = self._refusal(error)
        self._note(name, args, body, status=response.status_code, started=started, fault=fault)
        if fault is not None and fault.kind == "dropped":
            await drop(request)
        return response

    def _call(self, name: str, args: dict[str, Any], token: str) -> dict[str, Any]:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        self._check_token(method, token)
        self._site.rates.spend_tier(name, method.tier)
        return method.run(Call(self._site, args, token))

    def _check_token(self, method: Method, token: str) -> None:
        app = self._site.seed.app
        if not token:
            raise ApiError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise ApiError("invalid_auth")
        if (token == app.app_token) != (method.needs == "app"):
            raise ApiError("not_allowed_token_type")
        provided = app.bot_scopes if method.needs == "bot" else ("connections:write",)
        if method.scopes and not set(method.scopes) & set(provided):
            raise ApiError("missing_scope", needed=",".join(method.scopes), provided=",".join(provided))

    def _headers(self) -> dict[str, str]:
        return {"X-OAuth-Scopes": ",".join(self._site.seed.app.bot_scopes), "Cache-Control": "no-store"}

    def _refusal(self, error: ApiError) -> Response:
        if error.error == "internal_error":
            return PlainTextResponse("Internal Server Error", status_code=500)
        return JSONResponse(error.body, status_code=error.status, headers=self._headers() | error.headers)

    def _note(
        self, name: str, args: dict[str, Any], body: dict[str, Any], *, status: int, started: float, fault: Fault | None
    ) -> None:
        facts = {"ok": body["ok"], "error": body.get("error"), "status": status}
        facts |= {
            "ms": round((time.monotonic() - started) * 1000, 1),
            "ts": body.get("ts"),
            "channel": body.get("channel"),
        }
        facts["fault"] = fault.kind if fault else None
        self._site.traffic.note("api", method=name, args=without_secrets(args), **facts)


def refuse_by_fault(fault: Fault | None) -> None:
    """Raises ApiError for the faults 429 and 500."""
    if fault is not None and fault.kind == "429":
        raise rate_limited(fault.seconds)
    if fault is not None and fault.kind == "500":
        raise ApiError("internal_error", status=500)


def _token(request: Request, args: dict[str, Any]) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token") or "")
