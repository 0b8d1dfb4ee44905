"""The part of a failure's text that says what went wrong, where a runner wrote its whole report into it. Pure."""

from __future__ import annotations

import re

_BY_PYTEST = re.compile(r"^E {1,7}\S.*$", re.MULTILINE)
_PYTHON = "Traceback (most recent call last)"
_PYTHON_CALL = re.compile(r"^[ \t]*File \"[^\"\n]{1,400}\", line \d+.*$", re.MULTILINE)
_PYTHON_RAISED = re.compile(r"^[A-Za-z_][\w.]{1,160}(?::.*)?$", re.MULTILINE)
_BY_NODE = re.compile(
    r"^[ \t]*(?:node:[\w/]{1,60}|[\w./:\\@~+-]{1,300}\.[cm]?[jt]s):\d+\n.{0,400}\n[ \t]*\^+[ \t]*\n\n?", re.MULTILINE
)
"""Where an error was thrown that nobody caught, and the source there, which Node shows before the error."""

_BY_GOCHECK = re.compile(r"^[ \t]*\.\.\. (\S.*)$", re.MULTILINE)
_IN_GO = re.compile(r"^[ \t]*[^\s:()]{1,300}\.go:\d+:$", re.MULTILINE)
_BY_RSPEC = re.compile(
    r"\bFailure/Error:.{0,400}?\n\s*(?=(?:[A-Z]\w{0,80}::){0,6}[A-Z]\w{0,80}:[ \t]*$)", re.MULTILINE | re.DOTALL
)
"""The source that raised; the class stands alone on the line below it, and what it says on the next."""

_NOTHING = re.compile(
    r"\W*(?:the |this |a |one or more |some )?(?:tests? |suites? |steps? |assertions? )?(?:has |have )?"
    r"(?:fail(?:ed|ure|s)?|error(?:s|ed)?|not ok)\W*",
    re.IGNORECASE,
)


def excerpt(text: str) -> str:
    """Of pytest and gocheck what they mark, of a traceback its end, of RSpec and Node the error; else all of it."""
    if marked := _BY_PYTEST.findall(text):
        return "\n".join(marked)
    calls = list(_PYTHON_CALL.finditer(text)) if _PYTHON in text else []
    raised = _PYTHON_RAISED.search(text, calls[-1].end()) if calls else None
    if raised:
        return text[raised.start() :]
    if "... " in text and _IN_GO.search(text):
        return "\n".join(_BY_GOCHECK.findall(text)) or text
    thrown = _BY_RSPEC.search(text) if "Failure/Error:" in text else _BY_NODE.search(text) if "^\n" in text else None
    return text[thrown.end() :] if thrown else text


def says_nothing(text: str) -> bool:
    """It says at most that something failed."""
    return not text.strip() or _NOTHING.fullmatch(text) is not None
