"""Rich text (docs.slack.dev: Rich text block). Pure."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.workspace.composition import ID, URL
from integrations.workspace.shapes import Check, anything, fields, flag, integer, list_of, one_of, string, typed

_MANY = 1_000

_STYLE = fields(
    {},
    dict.fromkeys(("bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink", "underline"), flag),
)


def _inline(required: Mapping[str, Check], **optional: Check) -> Check:
    return fields({"type": anything, **required}, {"style": _STYLE, **optional})


_INLINE: Mapping[str, Check] = {
    "text": _inline({"text": string(12_000, 0)}),
    "link": _inline({"url": string(URL)}, text=string(3_000, 0), unsafe=flag),
    "user": _inline({"user_id": string(ID)}),
    "usergroup": _inline({"usergroup_id": string(ID)}),
    "channel": _inline({"channel_id": string(ID)}),
    "emoji": _inline({"name": string(ID)}, unicode=string(ID), skin_tone=integer(1, 6)),
    "broadcast": _inline({"range": one_of("here", "channel", "everyone")}),
    "color": _inline({"value": string(9)}),
    "date": _inline(
        {"timestamp": integer(0, 9_999_999_999), "format": string(ID)}, url=string(URL), fallback=string(3_000)
    ),
}

_ELEMENTS = list_of(typed(_INLINE), _MANY, 0)
_SECTION = fields({"type": anything, "elements": _ELEMENTS})
_BORDER = {"border": integer(0, 1)}
_PARTS: Mapping[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": fields(
        {
            "type": anything,
            "style": one_of("bullet", "ordered"),
            "elements": list_of(typed({"rich_text_section": _SECTION}), _MANY),
        },
        {"indent": integer(0, 8), "offset": integer(0, 100_000), **_BORDER},
    ),
    "rich_text_preformatted": fields({"type": anything, "elements": _ELEMENTS}, {"language": string(ID), **_BORDER}),
    "rich_text_quote": fields({"type": anything, "elements": _ELEMENTS}, _BORDER),
}

RICH_TEXT = fields({"type": one_of("rich_text"), "elements": list_of(typed(_PARTS), _MANY)}, {"block_id": string(ID)})
