"""Text, numbers and times as test tools write them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import blake2b

from bot.suites.reports.model import Limits

ESCAPE = "\x7f"
"""Stands for every control character that XML forbids, so that colours are still recognised behind it."""

THOUSANDS = 3
"""Digits between two separators of thousands."""
YEAR_3000_MS = 32_503_680_000_000

LONGEST = 10_000_000.0
"""Seconds that a test may take, four months; what is longer was told in another unit."""

_COLOURS = re.compile(r"[\x1b\x7f]\[[0-?]*[ -/]*[@-~]|[\x1b\x7f]\][^\x07\x7f]*[\x07\x7f]|\x9b[0-?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?=\n)")
_ERROR = re.compile(
    r"(?:failed on (?:setup|teardown) with \"|(?:OneTime)?(?:SetUp|TearDown) ?: |Uncaught (?:\(in promise\) )?)?"
    r"([A-Za-z_][\w.$]*(?:Error|Exception|Failure|Failed|Timeout|Warning|Exit|Interrupt)|(?:Base)?ExceptionGroup)"
    r"(?: \[\w+\])?(?= ?:|\"?\s*$)"
)
"""Pytest, NUnit and Deno say where it was, Node its code behind the class: `AssertionError [ERR_ASSERTION]: 1 == 2`."""

_NO_CLASS = re.compile(
    r"(?:tests?)?\s*(?:fail|failed|failure|error|exception|panicked|timedout|NoneType)|.* .*", re.IGNORECASE
)
"""What tools say in `type` that is no class: the kind of the outcome, or a sentence."""
_TRACE = re.compile(r"(?:00-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?", re.IGNORECASE)
_ATTACHED = re.compile(r"\[\[ATTACHMENT\|([^\]\r\n]{1,1000})\]\]")


def plain(text: str, most: int) -> str:
    """Without colours, control characters and outer blank lines; `most` characters."""
    if not text.isascii() or not text.isprintable():
        text = _CONTROL.sub("", _COLOURS.sub("", text)).replace("\r", "\n")
    text = text.strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0].rstrip()


def error_class(said: str, message: str) -> str:
    """What the tool said, if it is a class; else what the message begins with if that looks like one."""
    if said and not _NO_CLASS.fullmatch(said.strip()):
        return plain(said, 200)
    found = _ERROR.match(message)
    return found[1] if found else ""


def id_of(parts: list[str], separator: str, limits: Limits) -> str:
    """A very long one is cut, and told apart from its like by a digest of the whole."""
    joined = separator.join(parts)
    if len(joined) <= 2 * limits.name:
        return joined
    digest = blake2b(joined.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"{joined[: 2 * limits.name]}…{digest}"


def seconds(said: str | None) -> float | None:
    """None for what is missing, negative, beyond `LONGEST` or no number. `1,234.5`, `1.234,5`, `1 234,5` are read."""
    if not said:
        return None
    try:
        value = float(said)
    except ValueError:
        value = _grouped("".join(said.split()).removesuffix("s"))
    return value if value is not None and 0 <= value < LONGEST else None


def _grouped(said: str) -> float | None:
    """The last separator of a mixture is the decimal one. Three digits behind a comma alone are thousands: `2,503`."""
    whole, comma, rest = said.rpartition(",")
    if comma and "." not in rest and ("." in whole or len(rest) != THOUSANDS or whole in ("0", "-0")):
        said = f"{whole.replace('.', '')}.{rest}"
    try:
        return float(said.replace(",", ""))
    except ValueError:
        return None


def moment(said: str | None) -> datetime | None:
    """Aware; None for one without a zone, since nobody knows which it is in."""
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def moment_of_ms(since_epoch: float | None) -> datetime | None:
    if since_epoch is None or not 0 < since_epoch < YEAR_3000_MS:
        return None
    return datetime.fromtimestamp(since_epoch / 1000, UTC)


def trace_id(said: str) -> str | None:
    """From a trace id or a W3C traceparent; lower case."""
    found = _TRACE.fullmatch(said.strip())
    return found[1].lower() if found and found[1].strip("0") else None


def attached(out: str) -> list[str]:
    """Paths that the tool mentions in what was printed, as Jenkins' attachments plugin defined it."""
    return _ATTACHED.findall(out)


class Head:
    """The beginning of a text that comes in pieces."""

    __slots__ = ("_pieces", "_room")

    def __init__(self, most: int) -> None:
        self._pieces: list[str] = []
        self._room = most

    def add(self, piece: str) -> None:
        if self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def text(self) -> str:
        return "".join(self._pieces)


class Tail:
    """The end of a text that comes in pieces."""

    __slots__ = ("_most", "_text")

    def __init__(self, most: int) -> None:
        self._most = most
        self._text = ""

    def add(self, piece: str) -> None:
        self._text = (self._text + piece)[-self._most :]

    def text(self) -> str:
        return self._text
