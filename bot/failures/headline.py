"""What a message says went wrong, in one line: the first that says something, and what is compared in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from textwrap import dedent

from bot.failures.frames import is_call
from bot.failures.telling import ENOUGH, weight
from bot.masking.masks import renumbered

Mask = Callable[[str], str]

LINES = 60
"""Lines of a message that are looked at, of which at most `PARTS` are taken."""

PARTS = 6
LONGEST_PART = 240
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f](?:(?<=\x1b)(?:\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|[@-Z\\-_]))?")
"""One class of marks first, so that a text without any is passed over quickly."""

_WRITTEN_AT = re.compile(
    r"^(?:\[task [\dTZ:.-]{10,30}\] )?\[?(?:\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.,]{2,13}Z?\]? ?"
    r"|\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]? {1,5}|xUnit\.net \d\d:\d\d:\d\d\.\d\d\] {1,7})|^#\d{1,4} +\d{1,5}\.\d{1,3} ",
    re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]*(?:[>|#]|\d>) ?(?=.|$)", re.MULTILINE)
_FILLED = re.compile(r"^.*\S.*$", re.MULTILINE)
"""A runner that quotes what failed marks each line of it."""

_MANY = re.compile(r"(<([a-z]{1,12})\d{0,3}>)(?:, ?<\2\d{0,3}>)+")
"""Values of a kind in a row: how many there are changes like the values."""

_CLASS = re.compile(
    r"^(?:Uncaught |Unhandled |panic: |Caused by: |thrown: |Exception in thread \"[^\"]{1,80}\" |E\s+"
    r"|Test method .{1,200}"
    r" threw exception:\s*)*(?P<name>(?:[A-Za-z_$][\w$]*[.:\\+]{1,2}){0,12}[A-Z][\w$]*(?:Error|Exception|Failure"
    r"|Failed|Timeout"
    r"|Fault|Violation|Warning|Interrupt|Exit|NotFound|Refused|Throwable|Assertion|Mismatch))(?: \[[A-Z_]+\])?"
    r"(?: ?: ?|$)"
)
_LABEL = re.compile(
    r"^(?:E\s+|panic: |Error:\s+|err: |Messages:\s+|Message:\s+|Failure:\s+|Received unexpected error:|FAILED:\s+"
    r"|[^\s:()]{1,200}\.(?:cc|cpp|cxx|mm?|swift):\d+: (?:Failure$|error: )"
    r"|\[FAILED\] |FAIL: |✘ |× |● |1\) |"
    r"[^\s:()]{1,200}\.go:\d+: |thread '[^']{1,200}' (?:\(\d+\) )?panicked at (?:[^\s']{1,200}:\d+:\d+:?|(?=')))+"
)
_PARTED = re.compile(r"[.:\\$+]")
_BY_PYTEST = re.compile(r"^E {1,7}")
_SAYS = re.compile(r"^\s*[\w./@-]{1,300}\.go:\d+: \S")
"""Go writes the place before the words."""

_SKIPPED = re.compile(
    r"^(?:Error Trace:|Test:|Call log:|Stack ?[Tt]race:|Traceback|={3,}|-{3,}|\d* *\|[ ^~]*|>? *\d+ \||\^|~|… |\.\.\.$"
    r"|During handling|The above exception|self = |\+ Received +\+ |- Expected +- |- expect\.\w+ with timeout"
    r"|goroutine \d+ \["
    r"|\[signal |\(Session info|Build info|System info|Driver info|Host info|Full diff|Use -v|Snapshot name:"
    r"|Add a timeout value|The following error originated|<\*?[\w.]{1,80}(?: \| 0x[0-9a-f]{1,16})?>: ?\{?$|[{}],?$)"
)
_COMPARED = re.compile(
    r"^(?:[-+] ?(?!.*(?:with timeout|waiting for)).|Expected|Received|Actual|Got|Want|expected|received|actual"
    r"|got\b|want\b|s: \"|<\*?[\w.]{1,80}(?: \| 0x[0-9a-f]{1,16})?>: ?\S"
    r"|Locator|locator|to be|to equal|but was|but:|\+ +where|- (?:waiting for|locator resolved|element (?:is"
    r"|was))|> \d{3}|Body:)"
)
_WITHIN = re.compile(
    r"^(?:[\w.$]{0,100}(?:Error|Exception): )?[^'\"`(){}\[\]:]{0,60}: "
    r"(?=(?:[A-Za-z_$][\w$]*[.]){0,12}[A-Z]?[a-zA-Z]{0,60}(?:Error|Exception): )"
)
"""What the error in a line was wrapped in: the words of whoever caught it and raised another."""

_ANNOUNCES = re.compile(r":$|(?:\d|<n\d*>) (?:\w+ )?(?:errors?|failures?|problems?|violations?)\b")
"""What went wrong follows on the next line."""

_STOP = re.compile(
    r"^(?:Call log:.*$|[ \t]*(?:[Ss]tack ?(?:[Tt]race|backtrace):|goroutine \d+ \[|Traceback \(most recent)"
    r"|\s+at \S+\()"
)


@dataclass(frozen=True, slots=True)
class Headline:
    """error_class: without its package, empty when nothing names it. text: masked."""

    error_class: str
    text: str


def plain(text: str) -> str:
    """Without colours of a terminal, other marks that nobody sees, and what a runner put before each line."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    text = dedent(text) if text[:1] in {" ", "\t"} else text
    text = _WRITTEN_AT.sub("", text) if _WRITTEN_AT.match(text) else text
    return _QUOTED.sub("", text) if _QUOTED.match(text) and all(map(_QUOTED.match, _FILLED.findall(text))) else text


def headline(message: str, error_class: str, mask: Mask) -> Headline:
    """mask: replaces what changes from run to run, and keeps lines as they are."""
    lines = list(islice(_lines(message), LINES))
    named = _CLASS.match(lines[0]) if lines else None
    if named and (not error_class or simple(named["name"]) == simple(error_class) or named["name"] == "Error"):
        error_class = error_class or named["name"]
        lines[0] = _LABEL.sub("", lines[0][named.end() :].strip())
    if lines:
        error_class, lines[0] = _unwrapped(error_class, lines[0])
    taken = _taken([line for line in mask("\n".join(line[:LONGEST_PART] for line in lines)).split("\n") if line])
    return Headline(simple(error_class), renumbered(_MANY.sub(r"\1, ..", " · ".join(taken))))


def _unwrapped(error_class: str, line: str) -> tuple[str, str]:
    """`retry failed: Error: retry failed: TimeoutError: no button` tells of no button, however often it was tried."""
    end = 0
    while within := _WITHIN.match(line[end:]):
        end += within.end()
    named = _CLASS.match(line[end:]) if end else None
    return (named["name"], line[end + named.end() :].strip()) if named else (error_class, line)


def simple(error_class: str) -> str:
    """`requests.exceptions.ConnectionError` and `System.Net.Http.HttpRequestException` by their last part."""
    return _PARTED.split(error_class.strip())[-1][:120]


def _lines(message: str) -> Iterator[str]:
    """Those that say something, without labels; a stack within the message ends it."""
    for number, raw in enumerate(message[:20_000].splitlines()):
        bare = _BY_PYTEST.sub("", raw).strip()
        line = _LABEL.sub("", bare).strip()
        if number and (_STOP.match(raw) and not bare.startswith("Call log")):
            return
        if (
            line
            and not _SKIPPED.match(bare)
            and not ((number or line == bare) and is_call(raw) and not _SAYS.match(raw))
        ):
            yield line[: 2 * LONGEST_PART]


def _taken(lines: list[str]) -> list[str]:
    """Until enough is said; then only what is compared."""
    parts: list[str] = []
    said = 0
    for line in lines:
        enough = said >= ENOUGH
        if len(parts) < PARTS and (not enough or (len(parts) < PARTS and _COMPARED.match(line))) and line not in parts:
            parts.append(line)
            said += 0 if _ANNOUNCES.search(line) else weight(line)
    return parts
