"""Takes secrets out of text: of every log line, and of whatever comes from outside before it is shown or stored.

Shapes from the vendors' pages: docs.slack.dev (tokens), docs.github.com (token formats), docs.aws.amazon.com (IAM
unique identifiers), RFC 7519 (JWT), RFC 7468 (PEM). A shape that is not here is not found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

HIDDEN = "[redacted]"

_SHAPES = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"\bxox[a-z]-[\w.-]{4,}",
    r"\bxapp-[\w-]{4,}",
    r"\bxwfp-[\w-]{4,}",
    r"https://hooks\.slack\.com/[\w/-]+",
    r"\bgh[opusr]_[A-Za-z0-9]{20,}",
    r"\bgithub_pat_\w{20,}",
    r"\bglpat-[\w-]{10,}",
    r"\bATATT[\w=-]{20,}",
    r"\bsbx_[a-z0-9]{4,}_[A-Za-z0-9]{16,}",
    r"\bsbd_[a-z0-9]{16,}",
    r"\bsk-[\w-]{16,}",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\beyJ[\w-]{5,500}\.[\w-]{5,}\.[\w-]*",
)
_WORD = r"(?:password|passwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth(?:orization)?|token|credential)"

# What may begin at many places of one long word is bounded, else such a word takes minutes.
_ALONE = re.compile("|".join(_SHAPES), re.DOTALL)
_IN_URL = re.compile(r"(?P<before>\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s/:@]*:)[^\s/\"']+(?=@)")
_BEARER = re.compile(r"(?P<before>\bbearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?P<before>{_WORD}[\w-]{{0,60}}[\"']?\s*[=:]\s*[\"']?(?:(?:bearer|basic)\s+)?+)(?!\[redacted\])[^\s\"',;&}}\]]{{4,}}",
    re.IGNORECASE,
)
_SECRET_KEY = re.compile(_WORD, re.IGNORECASE)


def redact(text: str) -> str:
    """The text with every recognised secret replaced by `[redacted]`. Doing it twice changes nothing more."""
    text = _ALONE.sub(HIDDEN, text)
    for pattern in (_IN_URL, _BEARER, _NAMED):
        text = pattern.sub(rf"\g<before>{HIDDEN}", text)
    return text


def redact_value(value: Any) -> Any:
    """Text inside mappings and lists as well; a value whose key names a secret is hidden whole.

    Numbers stay; anything else becomes its redacted text.
    """
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        below = cast("Mapping[Any, Any]", value)
        return {key: HIDDEN if _names_a_secret(key, each) else redact_value(each) for key, each in below.items()}
    if isinstance(value, list | tuple):
        return [redact_value(each) for each in cast("list[Any] | tuple[Any, ...]", value)]
    return value if isinstance(value, int | float | None) else redact(str(value))


def _names_a_secret(key: Any, value: Any) -> bool:
    """Numbers and switches under such a key (`fencing_token: 7`) hide nothing."""
    return isinstance(key, str) and isinstance(value, str | bytes) and bool(_SECRET_KEY.search(key)) and bool(value)
