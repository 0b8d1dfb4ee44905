"""What has no order is told in one: the keys of an object, the entries of a map or a set. Pure.

A service may answer the same with its keys in any order, and languages print maps as they please.
"""

from __future__ import annotations

import json
import re

LONGEST = 20_000
"""Characters of a text that are looked at."""

MOST_TRIED = 40
"""Braces of a text that are tried as the beginning of an object."""

_FLAT = re.compile(r"\{( ?)([^{}\n]{3,2000}?)( ?)\}")
_ENTRY = re.compile(r"""(?:"[^"]{1,100}"|'[^']{1,100}'|[\w.$/-]{1,100}) ?(?:[:=]|=>).*|"[^"]*"|'[^']*'""", re.DOTALL)
_DECODER = json.JSONDecoder()


def ordered(text: str) -> str:
    """The text with JSON objects on one line, their keys in the order of the alphabet, and flat maps sorted as well."""
    if "{" not in text:
        return text
    return _FLAT.sub(_sorted, _with_objects(text[:LONGEST]))


def _with_objects(text: str) -> str:
    parts, end, at = list[str](), 0, text.find("{")
    for _ in range(MOST_TRIED):
        if at < 0:
            break
        found = _object_at(text, at)
        if found:
            parts += [text[end:at], found[0]]
            end = found[1]
        at = text.find("{", found[1] if found else at + 1)
    return "".join([*parts, text[end:]])


def _object_at(text: str, at: int) -> tuple[str, int] | None:
    try:
        found, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
    return json.dumps(found, sort_keys=True, ensure_ascii=False), end


def _sorted(found: re.Match[str]) -> str:
    """Unless a comma stands in a value, which would tear it."""
    before, inside, after = found.groups()
    entries = inside.split(", ")
    if len(entries) < 2 or not all(map(_ENTRY.fullmatch, entries)):  # noqa: PLR2004 - one alone has its order
        return found.group()
    return f"{{{before}{', '.join(sorted(entries))}{after}}}"
