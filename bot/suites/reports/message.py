"""Which of a tool's words say what went wrong: its message, its text, or what was printed. Pure.

Tools leave `message` empty, repeat in it the name of the test, or that it failed, or begin it with a place, a line of
dashes or a stack. XML turns its lines into one; some tools escape it twice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.suites.reports import text
from bot.suites.reports.model import Limits

LINES: Final = 100
"""Of a text that are looked at for one that tells."""

SAYS_NOTHING: Final = re.compile(
    r"(?:(?:test (?:setup )?|collection |build |runtime )?(?:failed|failure|error)|None|true|false|\d+|-{3}.*"
    r"|===? RUN .*|Traceback \(most recent call last\):|exited with error code \d+"
    r"|thread '.*' (?:\(\d+\) )?panicked at \S+)$|[^\s:]+:\d+:\d+ ",
    re.IGNORECASE | re.MULTILINE,
)
"""Go says `Failed`, nose2 `test failure`, Bazel how the test exited, Playwright the place of the test and its title."""

_KIND: Final = re.compile(r"(?:tests?)?\s*(?:failed|failure|error)?", re.IGNORECASE)
_PLACE: Final = re.compile(r"\S+(?:\(\d+\)|:\d+(?::\d+)?):?$|\(?(?:from|in) .{1,300}, line \d+[,)]$")
_ERROR_LINE: Final = re.compile(r"(?:E\s+)?([\w.$\\]*(?:Error|Exception)\b.{0,40}:.*)")
_ABOUT_RUNNING: Final = re.compile(
    r"=== |---|\.\.\.$|Traceback |● Test suite failed to run|>? *\d+ \||.{1,300}\.{3,} ?(?:passed|skipped)\b"
    r"|(?:failed|failure|error):?$|thread '.*' (?:\(\d+\) )?panicked at \S+:\d+:\d+:?$",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"(?:^|(?<=\s))[A-Za-z]{2,}(?=\s|$)")
_WORDS: Final = 2
_HEADING: Final = re.compile(r"(?:error )?message:$", re.IGNORECASE)
"""What follows it on the next line tells."""
_LABEL: Final = re.compile(r"(?:- )?(?:error )?message\s*:\s+(\S.*)", re.IGNORECASE)

_IN_YAML: Final = re.compile(r"(?:message|error):\s*(?P<quote>[\"']?)(?P<said>.*?)(?P=quote)$")
_BLOCK: Final = re.compile(r"[|>][+-]?$")
_WENT_WRONG: Final = re.compile(
    r"\b(?:fail(?:ed|ure|s)?|error|exception|panic|not ok|undefined|pending|ambiguous)\b", re.IGNORECASE
)
_ESCAPED: Final = re.compile(r"&(?:quot|apos|lt|gt|amp|#\d{1,4}|#[xX][\da-fA-F]{1,4});")
_SHORT: Final = 5
"""Characters of a line that may stand in many texts by chance."""


def message(said: str, told: str, out: str, name: str, limits: Limits) -> str:
    """What went wrong, on its first line.

    said: the tool's message. told: its text, where a stack is too. out: what was printed. name: of the test.
    """
    said, told = text.plain(said, limits.message), text.plain(told, limits.stack)
    if not said or says_nothing(said, name):
        told = told or logged(out, name) or said
        return (telling_line(told, name) or said or text.first_line(told))[: limits.message]
    return _behind_its_place(_unescaped(_in_lines(said, told)))[: limits.message]


def says_nothing(said: str, name: str) -> bool:
    return bool(SAYS_NOTHING.match(said)) or bool(name and _KIND.fullmatch(said.replace(name, "").strip(" :'\"")))


def telling_line(told: str, name: str) -> str:
    """The first that names an error, in Python the last; else the first about neither the running of the test, nor its
    name or place. Empty when there is none.
    """
    lines = [line.strip() for line in told.splitlines()[:LINES]]
    if raised := _raised(told):
        return raised
    if lines and lines[0] == "---" and (found := _of_yaml(lines)):
        return found
    named = [found[1] for line in lines if (found := _ERROR_LINE.match(line))]
    labelled = [found[1] for line in lines if (found := _LABEL.match(line))]
    headed = [after for line, after in _neighbours(lines) if _HEADING.match(line)]
    telling = [line for line in lines if line and not _is_beside(line, name)]
    return next(filter(None, (*named, *labelled, *headed, *telling)), "")


def logged(out: str, name: str) -> str:
    """What in a log names an error, else speaks of one; empty when nothing does."""
    lines = [line.strip() for line in out.splitlines()]
    named = (found[1] for line in lines if (found := _ERROR_LINE.match(line)))
    spoken = (line for line in lines if _WENT_WRONG.search(line) and not _is_beside(line, name))
    return _raised(out) or next(named, "") or next(spoken, "")


def _is_beside(line: str, name: str) -> bool:
    return bool(_ABOUT_RUNNING.match(line) or _PLACE.match(line) or _names(line, name))


def _names(line: str, name: str) -> bool:
    """It is there to name the test: besides it are no words, only where it is."""
    rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", line, count=1) if name else line
    return rest != line and len(_WORD.findall(rest)) < _WORDS


def _neighbours(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each with the next that is not blank."""
    return pairwise(filter(None, lines))


def _raised(told: str) -> str:
    """The last line of a traceback of Python; of several, of the last: the others are its causes."""
    raised, within = "", False
    for line in told.splitlines():
        if line.startswith("Traceback (most recent call last)"):
            within = True
        elif within and line and not line[0].isspace():
            raised, within = line.strip(), False
    return raised


def _of_yaml(lines: list[str]) -> str:
    """What a test that speaks TAP says: `message: no such currency`, or on the next line."""
    for line, after in _neighbours(lines):
        if found := _IN_YAML.match(line):
            return after if _BLOCK.match(found["said"]) else found["said"]
    return ""


def _in_lines(said: str, told: str) -> str:
    """XML makes one line of an attribute. Where the same stands in the text, it is taken from there."""
    if "\n" in said or "\n" not in told or said in told:
        return said
    flat = _flat(said)
    word = flat.partition(" ")[0]
    for at in _beginnings(word, told):
        line, _, rest = told[at:].partition("\n")
        first = _flat(line)
        if len(first) >= _SHORT and flat.startswith(first) and (more := _same(flat[len(first) :].strip(), rest)):
            return "\n".join((first, *more))
    return said


def _flat(said: str) -> str:
    return " ".join(said.split())


def _beginnings(word: str, told: str) -> Iterator[int]:
    """Where it begins a line, or stands behind the class of an error that does."""
    at = told.find(word)
    for _ in range(LINES):
        if at < 0:
            return
        before = told[told.rfind("\n", 0, at) + 1 : at].strip()
        if not before or before.endswith(":"):
            yield at
        at = told.find(word, at + 1)


def _same(left: str, told: str) -> list[str]:
    """The lines that say what is left, and what of it they do not say; empty when the first of them does not."""
    found: list[str] = []
    for line in told.splitlines():
        bare = _flat(line)
        if not left or not left.startswith(bare):
            break
        found.append(line.rstrip())
        left = left[len(bare) :].strip()
    while found and not found[-1]:
        found.pop()
    return [*found, *filter(None, [left])] if found else []


def _unescaped(said: str) -> str:
    """What was escaped twice holds none of the characters that it speaks of."""
    return said if any(sign in said for sign in "\"'<>") or not _ESCAPED.search(said) else html.unescape(said)


def _behind_its_place(said: str) -> str:
    first, _, rest = said.partition("\n")
    return rest.strip() if rest.strip() and _PLACE.match(first.strip()) else said
