"""Block Kit in small words. Each function gives one block or element as Slack takes it.

`text` arguments are mrkdwn made by us from escaped parts; what people typed goes through `handlers.kit.mrkdwn`.
Limits are those of Slack's block reference: what is too long is cut here, so that no message fails for its length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.ports.chat import Block

Element = Mapping[str, Any]

SECTION_LIMIT = 3_000
BUTTON_TEXT_LIMIT = 75
HEADER_LIMIT = 150
CONTEXT_ELEMENTS = 10
FIELDS, FIELD_LIMIT = 10, 2_000
ALT_LIMIT = 2_000
OPTIONS = 100
_UNFINISHED: Final = re.compile(r"(?:<[^>]*|&\w*)\Z")


def plain(text: str, limit: int = BUTTON_TEXT_LIMIT) -> Element:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> Element:
    """Verbatim: Slack makes no links or names of what only looks like one; those that we write are written out."""
    return {"type": "mrkdwn", "text": cut_markup(text, limit), "verbatim": True}


def section(text: str, accessory: Element | None = None) -> Block:
    block: dict[str, Any] = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else {**block, "accessory": accessory}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:CONTEXT_ELEMENTS]]}


def input_block(label: str, block_id: str, element: Element, *, hint: str = "", optional: bool = False) -> Block:
    """A field of a form. `label` and `hint` are plain."""
    block: dict[str, Any] = {"type": "input", "block_id": block_id, "label": plain(label, 2_000), "element": element}
    return {**block, "optional": optional, **({"hint": plain(hint, 2_000)} if hint else {})}


def option(text: str, value: str, description: str = "") -> Element:
    """One of several choices; all plain."""
    chosen = {"text": plain(text), "value": value}
    return {**chosen, "description": plain(description)} if description else chosen


def actions(*elements: Element) -> Block:
    return {"type": "actions", "elements": list(elements)}


def fields(*texts: str) -> Block:
    """Short facts in two columns."""
    return {
        "type": "section",
        "fields": [mrkdwn(text, FIELD_LIMIT) for text in texts[:FIELDS]],
    }


def picture(file_id: str, alt: str) -> Block:
    """An uploaded picture; `alt` is plain text."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": cut(alt, ALT_LIMIT)}


def divider() -> Block:
    return {"type": "divider"}


def button(
    label: str, action_id: str, value: str, *, style: str | None = None, confirm: Element | None = None
) -> Element:
    element: dict[str, Any] = {"type": "button", "text": plain(label), "action_id": action_id, "value": value}
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def select(action_id: str, placeholder: str, options: Sequence[Element]) -> Element:
    """A menu of 1 to 100 options, of which one is chosen at once."""
    shown = {"type": "static_select", "action_id": action_id, "placeholder": plain(placeholder, 150)}
    return {**shown, "options": list(options[:OPTIONS])}


def overflow(action_id: str, *options: Element) -> Element:
    """The menu `…`: two to five options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def confirm(title: str, text: str, yes: str, no: str = "Cancel", *, danger: bool = False) -> Element:
    """A dialog before a button acts: `title` and the labels are plain and short, `text` is mrkdwn."""
    return {
        **({"style": "danger"} if danger else {}),
        "title": plain(title, 100),
        "text": mrkdwn(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def radio(label: str, name: str, known: Mapping[str, tuple[str, str]], chosen: str) -> Block:
    """One of `known`: by value, what it is called and a sentence."""
    options = {key: option(text, key, what) for key, (text, what) in known.items()}
    element = {
        "type": "radio_buttons",
        "action_id": name,
        "options": list(options.values()),
        "initial_option": options[chosen],
    }
    return input_block(label, name, element)


def value(**facts: str | int | list[str]) -> str:
    """What a button carries. Identity lives here and in SQL, never in the message's text."""
    return json.dumps(facts, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def cut(text: str, limit: int) -> str:
    """For plain text."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cut_markup(text: str, limit: int) -> str:
    """For mrkdwn: never inside a date, a mention or an entity."""
    return text if len(text) <= limit else _UNFINISHED.sub("", text[: limit - 1]) + "…"


def few(lines: Sequence[str], most: int, what: str = "more") -> list[str]:
    """At most so many lines, and how many there are besides."""
    rest = len(lines) - most
    return [*lines[:most], *([f"… and {rest} {what}"] if rest > 0 else [])]


def fitting(lines: Sequence[str], room: int, *, most: int, besides: int = 0) -> str:
    """Whole lines only, up to `room` characters and `most` lines, and how many more there are, with `besides` that
    are not among them.
    """
    shown: list[str] = []
    for line in lines[:most]:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    rest = len(lines) - len(shown) + besides
    return "\n".join(shown + ([f"… and {rest} more"] if rest else []))
