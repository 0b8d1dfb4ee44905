"""Values that differ from run to run give way to what they are: `<uuid>`, `<ip>`, `<n>`.

Equal values stay equal: the second distinct number of a text is `<n2>`, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from string import ascii_letters

from bot.catalog.values import Mask
from bot.masking.codes import ERROR_CODE, PORTS_OF_SERVICES, is_status
from bot.masking.kinds import KINDS, STARTS

VERSION = 3
"""Of the masks here and of what `fingerprint` makes of them. It rises with every change that moves a fingerprint."""

LONGEST = 2_000
"""Characters of a text that are looked at."""

LONGEST_NAME, FEWEST_PARTS = 60, 2
"""Of a machine: characters, and parts before the one that is drawn by lot."""

CONTEXT = 24
"""Characters before and after a number that tell what it is."""


def _compiled(without: str = "") -> re.Pattern[str]:
    parts = [f"{start}(?:{'|'.join(_named_groups(mark, without))})" for mark, start in STARTS.items()]
    return re.compile("|".join(parts))


def _named_groups(mark: str, without: str) -> list[str]:
    return [
        f"(?P<{name}_{mark}{number}>{pattern})"
        for number, (name, starts, pattern) in enumerate(KINDS)
        if mark in starts and name != without
    ]


_ALL = _compiled()
_PLACEHOLDER = re.compile(r"<([a-z]{1,12})(\d{0,3})>")
_SOURCE = re.compile(r"\.(?:[jt]sx?|[cm]js|py|go|kts?|java|scala|groovy|rb|php|cs|fs|vb|rs|swift|cpp|feature|vue)$")
"""What stands behind the name of a source file is a line, not a port."""

_DIGITS = re.compile(r"\d+")
_HOST = re.compile(r"^([a-z][a-z0-9+:]*)://(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)(?::(\d+))?([^?#]*)")
_IDS = re.compile(
    r"^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|(?=[a-f]*\d)[0-9a-f]{7,64}|(?=\D*\d\D*\d)[A-Za-z0-9_-]{12,})$", re.IGNORECASE
)
_NO_ID = re.compile(
    r"(?:sha|es|iso|utf|md|x|cp|base|rfc|http|win|int|float|uint|h|mp|ipv|oauth|log|gpt|ec)\d+", re.IGNORECASE
)


def masked(text: str, project: Iterable[Mask] = ()) -> str:
    """The text with every changing value replaced, its first `LONGEST` characters."""
    text, seen = text[:LONGEST], _Seen()
    for mask in project:
        text = _captured(text, mask, seen)
    return _ALL.sub(lambda found: _replaced(found, seen), text)


_ALIKE = frozenset(("duration", "time", "size"))
"""Measured values: that two are equal is chance."""


class _Seen:
    """Gives each distinct value of a kind its number, in the order of occurrence."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, str]] = {}

    def name(self, kind: str, value: str) -> str:
        if kind in _ALIKE:
            return f"<{kind}>"
        values = self._values.setdefault(kind, {})
        return values.setdefault(value, f"<{kind}{len(values) + 1 if values else ''}>")


def renumbered(text: str) -> str:
    """Parts of a masked text, put together, count their values from the first again."""
    seen = _Seen()
    return _PLACEHOLDER.sub(lambda found: seen.name(found[1], found[2]), text)


def _captured(text: str, mask: Mask, seen: _Seen) -> str:
    parts, end = list[str](), 0
    for start, stop in mask.pattern.spans(text):
        parts += [text[end:start], seen.name(mask.name, text[start:stop])]
        end = stop
    return "".join([*parts, text[end:]])


def _replaced(found: re.Match[str], seen: _Seen) -> str:
    kind, value = str(found.lastgroup).partition("_")[0], found.group()
    special = _SPECIAL.get(kind)
    return special(found, seen) if special else seen.name(kind, value)


def _kept(found: re.Match[str], _seen: _Seen) -> str:
    return found.group()


def _url(found: re.Match[str], seen: _Seen) -> str:
    """Host and query give way, the path stays a template. A name without dots is a service, and stays."""
    value = found.group().rstrip(".,;:")
    parts = _HOST.match(value)
    if parts is None:
        return seen.name("url", value)
    scheme, host, port, path = parts.groups()
    service = "." not in host and not _DIGITS.search(host) and host not in {"", "localhost"}
    where = host if service else seen.name("host", host)
    known = f":{port}" if port and int(port) in PORTS_OF_SERVICES else ""
    query = "?<query>" if "?" in value else ""
    return f"{scheme}://{where}{known}{_template(path)}{query}{found.group()[len(value) :]}"


def _template(path: str) -> str:
    return "/".join("<id>" if _IDS.match(part) else part for part in path.split("/"))


def _port(found: re.Match[str], _seen: _Seen) -> str:
    port = found.group()[1:]
    if _SOURCE.search(found.string, max(0, found.start() - CONTEXT), found.start()):
        return ""
    return f":{port}" if int(port) in PORTS_OF_SERVICES else ":<port>"


def _path(found: re.Match[str], _seen: _Seen) -> str:
    """Where it lies depends on the machine; what it is called does not."""
    name = re.split(r"[\\/]", found.group().rstrip(".,/\\"))[-1].partition(":")[0]
    return f"<path>/{_DIGITS.sub('<n>', name)}" if "." in name[1:] else "<path>"


def _file(found: re.Match[str], _seen: _Seen) -> str:
    return re.sub(r"(?::\d+)+$", "", found.group())


def _pod(_found: re.Match[str], _seen: _Seen) -> str:
    return "<pod>"


def _machine(found: re.Match[str], _seen: _Seen) -> str:
    """The end of a name of several parts, as clouds give them to machines."""
    name = re.search(r"[\w-]*$", found.string[max(0, found.start() - LONGEST_NAME) : found.start()])
    return "<pod>" if name and name.group().count("-") >= FEWEST_PARTS else found.group()


def _who(found: re.Match[str], seen: _Seen) -> str:
    before, quote = re.split(r"(?=['\"])", found.group(), maxsplit=1)
    return f"{before}{seen.name('who', quote)}"


def _named(found: re.Match[str], seen: _Seen) -> str:
    """A code of an error stays; what else is numbered keeps only the letters before its number."""
    value = found.group()
    if ERROR_CODE.fullmatch(value) or (_DIGITS.sub("", value) == value[:-2] and "-" not in value):
        return value
    return _lettered(value, seen)


def _lettered(value: str, seen: _Seen) -> str:
    start = len(value) - len(value.lstrip(ascii_letters + "_-"))
    return value[:start] + seen.name("n", value[start:])


def _word(found: re.Match[str], seen: _Seen) -> str:
    value = found.group()
    return value if _NO_ID.fullmatch(value) or ERROR_CODE.fullmatch(value) else _lettered(value, seen)


def _random(found: re.Match[str], seen: _Seen) -> str:
    """Letters and digits in no order that a person would type; what begins like a word keeps its beginning."""
    value = found.group()
    if not _looks_random(value):
        return _ALL_BUT_RANDOM.sub(lambda inner: _replaced(inner, seen), value)
    prefix = re.match(r"[a-z]{2,12}_", value)
    start = prefix.end() if prefix else 0
    return value[:start] + seen.name("id", value[start:])


def _looks_random(value: str) -> bool:
    kinds = ["d" if each.isdigit() else "u" if each.isupper() else "l" for each in value if each.isalnum()]
    changes = sum("d" in pair for pair in pairwise(kinds) if pair[0] != pair[1])
    return kinds.count("d") >= 2 and changes >= 3  # noqa: PLR2004 - two digits in two places


def _number(found: re.Match[str], seen: _Seen) -> str:
    value, text = found.group(), found.string
    before, after = text[max(0, found.start() - CONTEXT) : found.start()], text[found.end() : found.end() + CONTEXT]
    return value if is_status(value, before, after) else seen.name("n", value)


_ALL_BUT_RANDOM = _compiled(without="random")
_SPECIAL: dict[str, Callable[[re.Match[str], _Seen], str]] = {
    "placeholder": _kept,
    "code": _kept,
    "url": _url,
    "port": _port,
    "path": _path,
    "file": _file,
    "pod": _pod,
    "suffix": _pod,
    "machine": _machine,
    "who": _who,
    "named": _named,
    "word": _word,
    "random": _random,
    "n": _number,
}
