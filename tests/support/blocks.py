"""Every block parsed back through slack_sdk.models, with the limits those do not check.

Source of the extra limits: Slack's block reference (50 blocks a message, 100 a view; field text 2,000) and bolt-js issue
2509 (a message of more than about 13,200 characters of blocks is refused).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from slack_sdk.models.blocks import Block

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200
FIELD_TEXT = 2_000
FALLBACK_TEXT = 4_000
WHOLE = re.compile(r"(?:<[^<>\n]+>|&(?:amp|lt|gt);|[^<>&])*")
"""mrkdwn in which every `<` closes, every entity is complete, and nothing else of the three characters stands."""

MANY = "cases causes commits environments leases people requests reservations rules runs services suites tests things"
ONE_OF_MANY = re.compile(rf"(?<![\w.,:/#-])1 (?:more |other |earlier |flaky )?(?:{MANY.replace(' ', '|')})\b")
"""`1 suites`, `1 more causes`."""


def assert_fit_for_slack(blocks: Sequence[Mapping[str, Any]], *, text: str = "", most: int = MESSAGE_BLOCKS) -> None:
    """Fails with what Slack would refuse."""
    assert len(blocks) <= most
    assert len(text) <= FALLBACK_TEXT
    assert WHOLE.fullmatch(text), f"broken markup: {text}"
    assert not ONE_OF_MANY.search(text), f"one is not many: {text}"
    if most == MESSAGE_BLOCKS:
        assert len(json.dumps(list(blocks), ensure_ascii=False)) <= MESSAGE_CHARACTERS
    for block in blocks:
        _assert_fit(json.dumps(block))
    _assert_unique_action_ids(blocks)


@cache
def _assert_fit(written: str) -> None:
    """Of one block as JSON: the same ones come again and again, and slack_sdk takes a millisecond for each."""
    block = json.loads(written)
    parsed = Block.parse(block)
    assert parsed is not None, f"slack_sdk knows no block of type {block.get('type')}"
    assert _known(json.loads(written), parsed.to_dict()), (block, parsed.to_dict())
    assert all(len(field["text"]) <= FIELD_TEXT for field in block.get("fields", ()))
    assert all(text.strip() for text in texts_of(block)), f"an empty text in {block}"
    assert all(map(WHOLE.fullmatch, texts_of(block, "mrkdwn"))), f"broken markup in {block}"
    assert not any(map(ONE_OF_MANY.search, texts_of(block))), f"one is not many in {block}"


def markup_in(blocks: Sequence[Mapping[str, Any]], text: str = "") -> str:
    """All that Slack reads as markup: neither plain text, which it shows as it is, nor what buttons carry."""
    return "\n".join([text, *texts_of(blocks, "mrkdwn")])


def _known(sent: Any, parsed: Any) -> bool:
    """What was sent comes back: nothing was dropped for being unknown."""
    if isinstance(sent, Mapping):
        return all(key in parsed and _known(value, parsed[key]) for key, value in sent.items())
    if isinstance(sent, list | tuple):
        return len(sent) == len(parsed) and all(map(_known, sent, parsed))
    return bool(sent == parsed)


def texts_of(block: Any, *kinds: str) -> Iterable[str]:
    """What stands in its text objects of these `kinds`; of all when none is named."""
    if isinstance(block, Mapping):
        if block.get("type") in (kinds or ("mrkdwn", "plain_text")):
            yield block["text"]
        for value in block.values():
            yield from texts_of(value, *kinds)
    elif isinstance(block, list | tuple):
        for value in block:
            yield from texts_of(value, *kinds)


def _assert_unique_action_ids(blocks: Sequence[Mapping[str, Any]]) -> None:
    for block in blocks:
        ids = [element["action_id"] for element in block.get("elements", ()) if "action_id" in element]
        assert len(ids) == len(set(ids)), f"action ids repeat in one block: {ids}"
