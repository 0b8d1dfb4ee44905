"""conversations.* of the Web API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from integrations.workspace import paging
from integrations.workspace.calls import Call
from integrations.workspace.errors import ApiError
from integrations.workspace.messages import Message

Answer = dict[str, Any]


def list_(call: Call) -> Answer:
    directory = call.site.directory
    wanted = set(call.text("types", "public_channel").replace(" ", "").split(","))
    if wanted - {"public_channel", "private_channel", "im", "mpim"}:
        raise ApiError("invalid_types")
    seen = [c for c in directory.channels() if type_of(c) in wanted]
    mine = [c for c in seen if type_of(c) == "public_channel" or directory.bot in directory.members(c["id"])]
    items = [directory.conversation(channel["id"], seen_by=directory.bot) for channel in mine]
    shown, metadata = paging.page(items, call.args.get("cursor"), call.number("limit", 100, most=1000))
    return {"ok": True, "channels": list(shown), "response_metadata": metadata}


def info(call: Call) -> Answer:
    directory, id = call.site.directory, call.text("channel")
    channel = directory.channel(id)
    if channel is None or (type_of(channel) != "public_channel" and directory.bot not in directory.members(id)):
        raise ApiError("channel_not_found")
    conversation = directory.conversation(id, seen_by=directory.bot)
    if not call.flag("include_num_members"):
        conversation.pop("num_members", None)
    return {"ok": True, "channel": conversation}


def history(call: Call) -> Answer:
    channel, window = call.channel(), call.window()
    if before := paging.decoded(call.args.get("cursor")):
        window = replace(window, latest=before, inclusive=False)
    messages, more = call.site.messages.history(channel, window)
    cursor = {"response_metadata": {"next_cursor": paging.encoded(messages[0]["ts"])}} if more else {}
    shown = [_visible(message, call) for message in reversed(messages)]
    return {"ok": True, "messages": shown, "has_more": more, "pin_count": 0, **cursor}


def replies(call: Call) -> Answer:
    channel, ts, window = call.channel(), call.text("ts"), call.window(most=1000)
    if after := paging.decoded(call.args.get("cursor")):
        window = replace(window, oldest=after, inclusive=False)
    named = call.site.messages.get(channel, ts)
    if named is None:
        raise ApiError("thread_not_found")
    messages, more = call.site.messages.replies(channel, named.get("thread_ts", ts), window)
    cursor = {"response_metadata": {"next_cursor": paging.encoded(messages[-1]["ts"])}} if more else {}
    return {"ok": True, "messages": [_visible(message, call) for message in messages], "has_more": more, **cursor}


def members(call: Call) -> Answer:
    ids = call.site.directory.members(call.channel())
    shown, metadata = paging.page(ids, call.args.get("cursor"), call.number("limit", 100, most=1000))
    return {"ok": True, "members": list(shown), "response_metadata": metadata}


def open_(call: Call) -> Answer:
    directory = call.site.directory
    if call.args.get("channel"):
        return _opened(call, call.channel())
    users = [user for user in call.text("users").replace(" ", "").split(",") if user]
    if not all(directory.is_person(user) for user in users):
        raise ApiError("user_not_found")
    if not users or len(users) > 8:  # noqa: PLR2004 - conversations.open takes one to eight
        raise ApiError("too_many_users" if users else "users_list_not_supplied")
    id = directory.direct(users[0], directory.bot) if len(users) == 1 else directory.group_direct(users)
    return _opened(call, id)


def _opened(call: Call, id: str) -> Answer:
    directory = call.site.directory
    channel = directory.conversation(id, seen_by=directory.bot) if call.flag("return_im") else {"id": id}
    return {"ok": True, "channel": channel}


def type_of(channel: dict[str, Any]) -> str:
    if "pair" in channel:
        return "im"
    if channel.get("mpim"):
        return "mpim"
    return "private_channel" if channel["is_private"] else "public_channel"


def _visible(message: Message, call: Call) -> Message:
    if call.flag("include_all_metadata"):
        return message
    return {name: value for name, value in message.items() if name != "metadata"}
