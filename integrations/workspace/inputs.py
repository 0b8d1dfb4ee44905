"""What Slack's client checks before it sends a modal. Pure."""

from __future__ import annotations

import re
from typing import Any

REQUIRED = "Please complete this required field."
_CHOSEN = (
    "value",
    "rich_text_value",
    "selected_option",
    "selected_options",
    "selected_user",
    "selected_users",
    "selected_channel",
    "selected_channels",
    "selected_conversation",
    "selected_conversations",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "files",
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


def problems_of_input(blocks: list[dict[str, Any]], values: dict[str, Any]) -> dict[str, str]:
    """A sentence for each input block that cannot be sent, by block_id."""
    problems: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            given = (values.get(block["block_id"]) or {}).get(block["element"]["action_id"]) or {}
            problem = _problem(
                block, next((given[name] for name in _CHOSEN if given.get(name) not in (None, "", [])), None)
            )
            if problem:
                problems[block["block_id"]] = problem
    return problems


def _problem(block: dict[str, Any], value: Any) -> str | None:
    element = block["element"]
    if value is None:
        return None if block.get("optional") else REQUIRED
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_problem(element, value)
    if kind == "email_text_input" and not _EMAIL.fullmatch(str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(str(value)):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number_problem(element, str(value))
    return None


def _length_problem(element: dict[str, Any], value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    if len(value) > most:
        return f"Please enter no more than {most} characters."
    return None


def _number_problem(element: dict[str, Any], value: str) -> str | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", value):
        return "Please enter a number."
    number = float(value)
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
