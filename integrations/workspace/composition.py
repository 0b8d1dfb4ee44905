"""Composition objects of Block Kit (docs.slack.dev: Composition objects). Pure."""

from __future__ import annotations

from integrations.workspace.shapes import (
    Check,
    all_of,
    anything,
    exactly_one,
    fields,
    flag,
    list_of,
    matching,
    one_of,
    string,
    typed,
)

URL = 3_000
ID = 255
OPTION = 75
OPTION_VALUE = 150


def plain(most: int) -> Check:
    return typed({"plain_text": _plain(most)})


def text(most: int) -> Check:
    return typed({"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)})


def _plain(most: int) -> Check:
    return fields({"type": anything, "text": string(most)}, {"emoji": flag})


def _mrkdwn(most: int) -> Check:
    return fields({"type": anything, "text": string(most)}, {"verbatim": flag})


def option(label: Check | None = None, **extra: Check) -> Check:
    required = {"text": label or plain(OPTION)}
    if "url" in extra:
        return fields(required, {"value": string(OPTION_VALUE), "description": plain(OPTION), **extra})
    return fields({**required, "value": string(OPTION_VALUE)}, {"description": label or plain(OPTION)})


def options(most: int, each: Check | None = None) -> Check:
    return list_of(each or option(), most)


OPTION_GROUPS = list_of(fields({"label": plain(OPTION), "options": options(100)}), 100)
CONFIRM = fields(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
FILE_ID = matching(r"F[A-Z0-9]{8,}", "input must match regex pattern: ^[F][A-Z0-9]{8,}$")
SLACK_FILE = all_of(exactly_one("id", "url"), fields({}, {"id": FILE_ID, "url": string(URL)}))
DISPATCH_CONFIG = fields(
    {"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), 2)},
)
FILTER = fields(
    {},
    {
        "include": list_of(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
