"""Texts inside a query of PromQL, LogQL or TraceQL: literals as Go reads them (go.dev/ref/spec). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable


def literal(text: str) -> str:
    """JSON's escapes are Go's as well, as long as no character is written as two halves."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)


def any_of(values: Iterable[str], before: str = "") -> str:
    """A pattern that matches these and nothing else. before: flags."""
    return literal(f"{before}(?:{'|'.join(map(re.escape, values))})")
