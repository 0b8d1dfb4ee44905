"""Text from files to what a catalog may hold: names it allows, and lines that are nothing but a line."""

from __future__ import annotations

import re
import unicodedata

from bot.catalog.scalars import LONGEST_NAME
from bot.redaction import redact

LONGEST_LINE = 160

_TEMPLATE = re.compile(r"\{\{|\$\{|\$\(|<%|\{%")
_SCOPE = re.compile(r"^@[^/]*/")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")


def slug(text: str) -> str:
    """What the catalog allows as a name, lower case; empty when nothing of `text` is left, or it is a template.

    The scope of a package (`@shop/payments`) is dropped.
    """
    if _TEMPLATE.search(text):
        return ""
    plain = unicodedata.normalize("NFKD", _SCOPE.sub("", text.strip())).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9._]+", "-", plain.casefold()).strip("-._")[:LONGEST_NAME].rstrip("-._")


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """`text` without secrets, line ends and whatever does not print, cut to `most` characters."""
    line = " ".join(_UNPRINTABLE.sub(" ", redact(text)).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def first_free(name: str, taken: set[str]) -> str:
    """`name`, or the first of `name-2`, `name-3`, ... that is not `taken`; never longer than a name may be."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        ending = f"-{number}"
        candidate = name[: LONGEST_NAME - len(ending)] + ending
    return candidate
