"""chat.* of the Web API."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from integrations.workspace.blocks import check_message_blocks, problems_of_pictures, with_ids
from integrations.workspace.calls import Call, invalid
from integrations.workspace.errors import ApiError, InvalidBlocks
from integrations.workspace.messages import Message

TEXT = 40_000
ATTACHMENTS = 100
METADATA = 8_000

Answer = dict[str, Any]


def post_message(call: Call) -> Answer:
    site = call.site
    channel = _destination(call)
    files = site.files.linked(str(call.args.get("text") or ""))
    message = content(call, files=[site.files.described(each) for each in files])
    if thread := thread_of(call, channel):
        message["thread_ts"] = thread
        if call.flag("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
    if metadata := _metadata(call):
        message["metadata"] = metadata
    site.rates.spend_post(channel)
    stored = site.posts.post(channel, message)
    return {"ok": True, "channel": channel, "ts": stored["ts"], "message": stored}


def update(call: Call) -> Answer:
    channel, old = _own_message(call, "cant_update_message")
    message = {**old, **content(call, fallback=old.get("text", ""))}
    if "blocks" not in call.args and "text" in call.args:
        message.pop("blocks", None)
    if (metadata := _metadata(call)) is not None:
        message["metadata"] = metadata
    message["edited"] = {"user": call.site.directory.bot, "ts": f"{time.time():.6f}"}
    call.site.posts.update(channel, message)
    return {"ok": True, "channel": channel, "ts": message["ts"], "text": message["text"], "message": message}


def delete(call: Call) -> Answer:
    channel, message = _own_message(call, "cant_delete_message")
    call.site.posts.delete(channel, message)
    return {"ok": True, "channel": channel, "ts": message["ts"]}


def post_ephemeral(call: Call) -> Answer:
    site, channel, user = call.site, _destination(call), call.text("user")
    if not site.directory.is_person(user):
        raise ApiError("user_not_found")
    if user not in site.directory.members(channel):
        raise ApiError("user_not_in_channel")
    message = content(call)
    if thread := call.args.get("thread_ts"):
        message["thread_ts"] = str(thread)
    site.rates.spend_post(f"{channel}:{user}")
    return {"ok": True, "message_ts": site.posts.whisper(channel, message, user)["ts"]}


def get_permalink(call: Call) -> Answer:
    channel, ts = call.channel(), call.text("message_ts")
    message = call.site.messages.get(channel, ts)
    if message is None:
        raise ApiError("message_not_found")
    link = f"{call.site.base_url}/archives/{channel}/p{ts.replace('.', '')}"
    thread = message.get("thread_ts")
    query = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    return {"ok": True, "channel": channel, "permalink": link + query}


def content(call: Call, fallback: str = "", files: Sequence[Answer] = ()) -> Message:
    """text, blocks and attachments of a message by the app, and the file objects it brings along.

    Raises ApiError as chat.postMessage does.
    """
    text = call.args.get("text") or ""
    blocks = call.object("blocks", list, "invalid_blocks_format")
    attachments = call.object("attachments", list, "invalid_attachments")
    if not isinstance(text, str):
        raise invalid("must be a string [json-pointer:/text]")
    if len(text) > TEXT:
        raise ApiError("msg_too_long")
    if attachments and len(attachments) > ATTACHMENTS:
        raise ApiError("too_many_attachments")
    if not text.strip() and not blocks and not attachments and not files:
        raise ApiError("no_text")
    seed = call.site.seed
    message: Message = {
        "user": seed.app.bot_user_id,
        "bot_id": seed.app.bot_id,
        "app_id": seed.app.id,
        "team": seed.team.id,
    }
    message |= {"text": text or fallback, "bot_profile": _profile(call)}
    if blocks:
        check_message_blocks(blocks)
        if problems := problems_of_pictures(blocks, "/blocks", call.site.files.usable):
            raise InvalidBlocks(problems)
        message["blocks"] = with_ids(blocks)
    if attachments:
        message["attachments"] = attachments
    if files:
        message["files"] = list(files)
    return message


def thread_of(call: Call, channel: str) -> str | None:
    """The message that the new one replies to. Raises ApiError thread_not_found."""
    thread = call.args.get("thread_ts")
    if thread and call.site.messages.get(channel, str(thread)) is None:
        raise ApiError("thread_not_found")
    return str(thread) if thread else None


def _profile(call: Call) -> dict[str, Any]:
    app, team = call.site.seed.app, call.site.seed.team.id
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "name": app.name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": team,
    }


def _metadata(call: Call) -> dict[str, Any] | None:
    """Raises ApiError when event_type or event_payload is missing or too large."""
    metadata = call.object("metadata", dict, "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA:
        raise ApiError("metadata_too_large")
    return metadata


def _destination(call: Call) -> str:
    """A conversation id, a #name, or a person's id (then their direct messages). Raises ApiError."""
    directory, given = call.site.directory, call.text("channel")
    if directory.is_person(given):
        return directory.direct(given, directory.bot)
    named = directory.channel_by_name(given) if given.startswith("#") else None
    return Call(call.site, {"channel": named or given}, call.token).channel()


def _own_message(call: Call, error: str) -> tuple[str, Message]:
    channel, ts = call.channel(), call.text("ts")
    message = call.site.messages.get(channel, ts)
    if message is None:
        raise ApiError("message_not_found")
    if message["user"] != call.site.directory.bot:
        raise ApiError(error)
    return channel, message
