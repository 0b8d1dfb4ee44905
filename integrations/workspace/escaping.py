"""What Slack's client makes of typed text before the app sees it (docs.slack.dev: Formatting message text)."""

from __future__ import annotations

import re

from integrations.workspace.directory import Directory

_NAME = re.compile(r"(?<![\w&;])([@#])([a-z0-9][a-z0-9._-]*)")
_LINK = re.compile(r"https?://[^\s<>|]+")
_BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """Only & < > are special in mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def command_text(typed: str, directory: Directory) -> str:
    """The text of a slash command registered with should_escape: names become ids with labels."""
    return _NAME.sub(lambda found: _reference(found, directory, labelled=True), escape(typed))


def message_text(typed: str, directory: Directory) -> str:
    """The text of a message: names become ids, addresses become links."""
    escaped = _NAME.sub(lambda found: _reference(found, directory, labelled=False), escape(typed))
    return _LINK.sub(lambda found: f"<{found[0]}>", escaped)


def _reference(found: re.Match[str], directory: Directory, *, labelled: bool) -> str:
    sign, name = found[1], found[2].rstrip(".-")
    rest = found[2][len(name) :]
    if sign == "#":
        channel = directory.channel_by_name(name)
        return f"<#{channel}|{name}>{rest}" if channel else found[0]
    if name in _BROADCASTS:
        return f"<!{name}>{rest}"
    if user := directory.by_handle(name):
        return f"<@{user}|{name}>{rest}" if labelled else f"<@{user}>{rest}"
    if group := directory.group_by_handle(name):
        return f"<!subteam^{group}|@{name}>{rest}"
    return found[0]
