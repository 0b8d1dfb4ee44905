"""auth.*, apps.connections.open, users.* and usergroups.* of the Web API."""

from __future__ import annotations

import time
from typing import Any

from integrations.workspace import paging
from integrations.workspace.calls import Call
from integrations.workspace.errors import ApiError

Answer = dict[str, Any]


def auth_test(call: Call) -> Answer:
    seed = call.site.seed
    return {
        "ok": True,
        "url": f"{call.site.base_url}/",
        "team": seed.team.name,
        "user": seed.app.name.lower(),
        "team_id": seed.team.id,
        "user_id": seed.app.bot_user_id,
        "bot_id": seed.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Answer:
    if call.site.seed.app.delivery.mode != "socket":
        raise ApiError("not_allowed_token_type")
    url = call.site.base_url.replace("http", "ws", 1)
    return {
        "ok": True,
        "url": f"{url}/link/?ticket={call.site.socket_mode.new_ticket()}&app_id={call.site.seed.app.id}",
    }


def users_list(call: Call) -> Answer:
    directory = call.site.directory
    users = [directory.user(id, with_email=_emails(call)) for id in (*directory.people, directory.bot)]
    shown, metadata = paging.page(users, call.args.get("cursor"), call.number("limit", 1000, most=1000))
    return {"ok": True, "members": list(shown), "cache_ts": int(time.time()), "response_metadata": metadata}


def users_info(call: Call) -> Answer:
    user = call.site.directory.user(call.text("user"), with_email=_emails(call))
    if user is None:
        raise ApiError("user_not_found")
    return {"ok": True, "user": user}


def users_lookup_by_email(call: Call) -> Answer:
    directory = call.site.directory
    id = directory.by_email(call.text("email"))
    if id is None:
        raise ApiError("users_not_found")
    return {"ok": True, "user": directory.user(id, with_email=True)}


def usergroups_list(call: Call) -> Answer:
    directory, with_users = call.site.directory, call.flag("include_users")
    return {"ok": True, "usergroups": [directory.usergroup(id, with_users=with_users) for id in directory.usergroups]}


def usergroups_users_list(call: Call) -> Answer:
    group = call.site.directory.usergroups.get(call.text("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"ok": True, "users": list(group["users"])}


def _emails(call: Call) -> bool:
    return "users:read.email" in call.site.seed.app.bot_scopes
