"""The manifest as text: JSON for machines, YAML with the reasons beside what is asked for."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.manifest import App, document, reasons

_COLUMN = 32
_HEAD = """\
Slack app manifest of Signalbox. Paste it at api.slack.com/apps > Create New App > From a manifest.
Written by `signalbox manifest`, which also knows --full, --url https://... and your own command names."""


def as_json(app: App) -> str:
    return json.dumps(document(app), indent=2) + "\n"


def as_yaml(app: App) -> str:
    why = reasons(app)
    tree = _commented(document(app), why)
    tree.yaml_set_start_comment(_HEAD)
    writer, text = YAML(), StringIO()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 120
    writer.dump(tree, text)  # pyright: ignore[reportUnknownMemberType] - ruamel.yaml leaves it untyped
    return text.getvalue()


def _commented(value: Any, why: dict[str, str]) -> Any:
    if isinstance(value, dict):
        below = cast("dict[str, Any]", value)
        return CommentedMap({key: _commented(below[key], why) for key in below})
    return _listed(cast("list[Any]", value), why) if isinstance(value, list) else value


def _listed(items: list[Any], why: dict[str, str]) -> CommentedSeq:
    listed = CommentedSeq([_commented(item, why) for item in items])
    for index, item in enumerate(items):
        if isinstance(item, str) and item in why:
            listed.yaml_add_eol_comment(why[item], index, column=_COLUMN)  # pyright: ignore[reportUnknownMemberType] - untyped in the library
    return listed
