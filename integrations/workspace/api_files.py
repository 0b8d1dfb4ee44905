"""files.* of the Web API, as much of it as uploading takes."""

from __future__ import annotations

from typing import Any

from integrations.workspace.api_chat import content, thread_of
from integrations.workspace.calls import Call, invalid
from integrations.workspace.errors import ApiError
from integrations.workspace.files import File

MOST = 1_000_000_000
FILES = 10
"""Of one completion; Slack names no limit."""

Answer = dict[str, Any]


def get_upload_url(call: Call) -> Answer:
    name, size = call.text("filename"), call.number("length", 0, most=MOST)
    id, url = call.site.files.begin(name, size, str(call.args.get("alt_txt") or ""))
    return {"ok": True, "upload_url": url, "file_id": id}


def complete_upload(call: Call) -> Answer:
    """Shared in `channel_id`, with a message of its own; without one it stays the app's."""
    named = call.object("files", list, "invalid_arguments") or []
    if not 1 <= len(named) <= FILES or not all(isinstance(each, dict) and each.get("id") for each in named):
        raise invalid("must be a list of objects with an id [json-pointer:/files]")
    channel = Call(call.site, {"channel": call.args["channel_id"]}, call.token).channel() if _shared(call) else None
    thread = thread_of(call, channel) if channel else None
    files = [call.site.files.complete(str(each["id"]), str(each.get("title") or "")) for each in named]
    if channel:
        _post(call, channel, thread, files)
    return {"ok": True, "files": [call.site.files.described(_now(call, file)) for file in files]}


def info(call: Call) -> Answer:
    file = call.site.files.get(call.text("file"))
    if file is None or file.completed is None:
        raise ApiError("file_not_found")
    return {"ok": True, "file": call.site.files.described(file), "comments": []}


def _shared(call: Call) -> bool:
    return bool(call.args.get("channel_id"))


def _post(call: Call, channel: str, thread: str | None, files: list[File]) -> None:
    said = Call(call.site, {"text": call.args.get("initial_comment") or ""}, call.token)
    carried = [call.site.files.described(each) for each in files]
    message = content(said, files=carried) | {"subtype": "file_share", "upload": True}
    if thread:
        message["thread_ts"] = thread
    call.site.rates.spend_post(channel)
    call.site.posts.post(channel, message)


def _now(call: Call, file: File) -> File:
    """As it is once it was shared."""
    return call.site.files.get(file.id) or file
