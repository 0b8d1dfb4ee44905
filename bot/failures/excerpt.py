"""The part of a failure's text that says what went wrong, where a runner wrote its whole report into it. Pure."""

from __future__ import annotations

import re

_BY_PYTEST = re.compile(r"^E {1,7}\S.*$", re.MULTILINE)
_PYTHON = "Traceback (most recent call last)"
_PYTHON_CALL = re.compile(r"^[ \t]*File \"[^\"\n]{1,400}\", line \d+.*$", re.MULTILINE)
_PYTHON_RAISED = re.compile(r"^[A-Za-z_][\w.]{1,160}(?::.*)?$", re.MULTILINE)
_NOTHING = re.compile(
    r"\W*(?:the |this |a |one or more |some )?(?:tests? |suites? |steps? |assertions? )?(?:has |have )?"
    r"(?:fail(?:ed|ure|s)?|error(?:s|ed)?|not ok)\W*",
    re.IGNORECASE,
)


def excerpt(text: str) -> str:
    """Of pytest what it marks, of a traceback what it ends with; else all of it."""
    if marked := _BY_PYTEST.findall(text):
        return "\n".join(marked)
    calls = list(_PYTHON_CALL.finditer(text)) if _PYTHON in text else []
    raised = _PYTHON_RAISED.search(text, calls[-1].end()) if calls else None
    return text[raised.start() :] if raised else text


def says_nothing(text: str) -> bool:
    """It says at most that something failed."""
    return not text.strip() or _NOTHING.fullmatch(text) is not None
