"""Layout blocks: which stand on which surface, and their limits (docs.slack.dev: Blocks)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from integrations.workspace.composition import ID, SLACK_FILE, URL, plain, text
from integrations.workspace.elements import ACCESSORIES, ACTIONS, CONTEXT, ELEMENTS, INPUTS
from integrations.workspace.errors import ApiError, InvalidBlocks
from integrations.workspace.ids import new_id
from integrations.workspace.rich_text import RICH_TEXT
from integrations.workspace.shapes import (
    Check,
    Problems,
    all_of,
    anything,
    exactly_one,
    fields,
    flag,
    list_of,
    one_of,
    string,
    typed,
)

PER_MESSAGE, PER_VIEW = 50, 100
TOTAL, CONTAINER = 13_200, 10
"""Characters in all blocks of one message, and what each object in them counts beside its text.

Slack does not document how it counts: people measured 13,297 with bare text, and a refusal at 11,341 characters of text
in many containers (slackapi/bolt-js issues 2509 and 2867). This is a little stricter than the first.
"""
MARKDOWN = 12_000

Block = dict[str, Any]


def _block(required: Mapping[str, Check], **optional: Check) -> Check:
    return fields({"type": anything, **required}, {"block_id": string(ID), **optional})


def _text_or_fields(value: Any, at: str, problems: Problems) -> None:
    if "text" not in value and "fields" not in value:
        problems.append((at, "must define either `text` or `fields`"))


_CELL = typed({"raw_text": fields({"type": anything, "text": string(3_000, 0)}), "rich_text": RICH_TEXT})
_COLUMN = fields({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})

BLOCKS: Mapping[str, Check] = {
    "section": all_of(
        _block(
            {},
            text=text(3_000),
            fields=list_of(text(2_000), 10),
            accessory=typed(ELEMENTS, ACCESSORIES),
            expand=flag,
        ),
        _text_or_fields,
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "image": all_of(
        _block({"alt_text": string(2_000)}, image_url=string(URL), slack_file=SLACK_FILE, title=plain(2_000)),
        exactly_one("image_url", "slack_file"),
    ),
    "context": _block({"elements": list_of(typed(ELEMENTS, CONTEXT), 10)}),
    "actions": _block({"elements": list_of(typed(ELEMENTS, ACTIONS), 25)}),
    "input": _block(
        {"label": plain(2_000), "element": typed(ELEMENTS, INPUTS)},
        dispatch_action=flag,
        hint=plain(2_000),
        optional=flag,
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block({"text": string(MARKDOWN)}),
    "table": _block({"rows": list_of(list_of(_CELL, 20), 100)}, column_settings=list_of(_COLUMN, 20, 0)),
}

_EVERYWHERE = frozenset({"section", "header", "divider", "image", "context", "actions", "input", "rich_text"})
SURFACES = {"message": _EVERYWHERE | {"markdown", "table"}, "modal": _EVERYWHERE, "home": _EVERYWHERE}


def check_message_blocks(blocks: list[Any]) -> None:
    """Raises ApiError: invalid_blocks, msg_blocks_too_long or only_one_table_allowed."""
    if problems := problems_of(blocks, "message", "/blocks", PER_MESSAGE):
        raise InvalidBlocks(problems)
    kinds = [block["type"] for block in blocks]
    if kinds.count("table") > 1:
        raise ApiError("only_one_table_allowed")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN:
        raise ApiError("msg_blocks_too_long")
    if weight(blocks) > TOTAL:
        raise ApiError("msg_blocks_too_long")


def problems_of(blocks: Any, surface: str, at: str, most: int) -> Problems:
    """What is wrong with the blocks, as (JSON pointer, sentence); nothing when they are fine."""
    problems: Problems = []
    list_of(typed(BLOCKS, SURFACES[surface]), most, 0)(blocks, at, problems)
    if not problems:
        problems.extend(_repeats(blocks, at))
    return problems


def _repeats(blocks: list[Block], at: str) -> Iterator[tuple[str, str]]:
    """block_ids must differ within a surface, action_ids within a block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        id = block.get("block_id")
        if id in seen:
            yield f"{at}/{index}/block_id", f"`block_id` {id} already exists for another block"
        seen.update([id] if id else [])
        actions = [each["action_id"] for each in elements_of(block) if "action_id" in each]
        if len(set(actions)) < len(actions):
            yield f"{at}/{index}", "`action_id` already exists for another element of the block"


def problems_of_pictures(content: Any, at: str, usable: Callable[[dict[str, Any]], bool]) -> Problems:
    """The files that blocks refer to and that cannot be shown. `usable` says it of one `slack_file`."""
    if not isinstance(content, dict | list):
        return []
    named = content.items() if isinstance(content, dict) else enumerate(content)
    below = [each for name, one in named for each in problems_of_pictures(one, f"{at}/{name}", usable)]
    reference = content.get("slack_file") if isinstance(content, dict) else None
    unusable = isinstance(reference, dict) and not usable(reference)
    return [(f"{at}/slack_file", "invalid slack file"), *below] if unusable else below


def elements_of(block: Block) -> list[dict[str, Any]]:
    """The elements a person can act on, wherever the block keeps them."""
    if block["type"] == "actions":
        return list(block["elements"])
    return [block[name] for name in ("accessory", "element") if name in block]


def weight(value: Any) -> int:
    """How much of TOTAL it takes."""
    if isinstance(value, list):
        return sum(map(weight, value))
    if not isinstance(value, dict):
        return 0
    own = sum(len(value[name]) for name in ("text", "alt_text") if isinstance(value.get(name), str))
    return own + CONTAINER + sum(map(weight, value.values()))


def with_ids(blocks: list[Block]) -> list[Block]:
    """The blocks as Slack keeps them: each with a block_id, each element a person acts on with an action_id."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Block) -> Block:
    block = {**block, "block_id": block.get("block_id") or new_id("b")}
    if block["type"] == "actions":
        block["elements"] = [_with_action_id(each) for each in block["elements"]]
    for name in ("accessory", "element"):
        if name in block and block[name]["type"] != "image":
            block[name] = _with_action_id(block[name])
    return block


def _with_action_id(element: dict[str, Any]) -> dict[str, Any]:
    return {**element, "action_id": element.get("action_id") or new_id("a")}
