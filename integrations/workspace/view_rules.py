"""What a modal or an App Home must be (docs.slack.dev: Views)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from integrations.workspace.blocks import PER_VIEW, elements_of, problems_of, problems_of_pictures
from integrations.workspace.composition import ID, plain
from integrations.workspace.errors import ApiError
from integrations.workspace.shapes import Check, Problems, anything, fields, flag, one_of, string

TITLE, METADATA = 24, 3_000
SIZE = 250_000
"""Bytes of one view."""

Usable = Callable[[dict[str, Any]], bool]

_COMMON: dict[str, Check] = {
    "private_metadata": string(METADATA, 0),
    "callback_id": string(ID, 0),
    "external_id": string(ID, 0),
}
_RULES: dict[str, Check] = {
    "modal": fields(
        {"type": one_of("modal"), "title": plain(TITLE), "blocks": anything},
        {
            **_COMMON,
            "close": plain(TITLE),
            "submit": plain(TITLE),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    "home": fields({"type": one_of("home"), "blocks": anything}, _COMMON),
}


def check_view(view: dict[str, Any], kind: str, usable: Usable) -> None:
    """Raises ApiError invalid_arguments (with Slack's sentences) or view_too_large. `kind` is modal or home.

    usable: whether a block may show a `slack_file`.
    """
    if len(json.dumps(view)) > SIZE:
        raise ApiError("view_too_large")
    problems: Problems = []
    _RULES[kind](view, "/view", problems)
    if "blocks" in view:
        problems.extend(problems_of(view["blocks"], kind, "/view/blocks", PER_VIEW))
    if not problems:
        problems.extend(_across_blocks(view) or problems_of_pictures(view["blocks"], "/view/blocks", usable))
    if problems:
        sentences = [f"[ERROR] {sentence} [json-pointer:{pointer}]" for pointer, sentence in problems]
        raise ApiError("invalid_arguments", response_metadata={"messages": sentences})


def _across_blocks(view: dict[str, Any]) -> Problems:
    elements = [element for block in view["blocks"] for element in elements_of(block)]
    if sum(bool(element.get("focus_on_load")) for element in elements) > 1:
        return [("/view/blocks", "only one element may have focus_on_load")]
    inputs = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and inputs and "submit" not in view:
        return [("/view/submit", "missing required field: submit, needed when the blocks hold an input")]
    return []
