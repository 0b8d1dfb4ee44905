"""Bytes in any encoding, as UTF-8 that a strict parser accepts. Pure.

Reports hold what tests printed: colours, control characters, halves of characters. XML forbids those, tools write them
all the same, and a report is not refused for them. Lines stay where they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.suites.reports.model import BadReport
from bot.suites.reports.text import ESCAPE

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_VERSION: Final = re.compile(rb"(<\?xml\s+version\s*=\s*[\"'])1\.[1-9]")
_CONTROL: Final = {*range(32)} - {*b"\t\n\r"}
_FORBIDDEN: Final = bytes(ord(ESCAPE) if n in _CONTROL else n for n in range(256))
_REFERENCES: Final = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]));"
)
_LONGEST_REFERENCE: Final = 16


def encoding_of(head: bytes, name: str) -> str:
    """By its mark, else as declared, else UTF-8. Raises BadReport for one that does not exist."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    declared = _DECLARED.match(head.lstrip())
    if not declared:
        return "utf-8"
    try:
        encoding = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        raise BadReport(name, 1, 1, f"it is in an unknown encoding, {declared[1].decode('ascii')!r}.") from None
    return "utf-8" if encoding.startswith(("utf-16", "utf-32")) else encoding  # else this could not have been read


def as_utf8(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Raises BadReport for an unknown encoding."""
    decoder: codecs.IncrementalDecoder | None = None
    plain = False
    for piece in pieces:
        if decoder is None:
            encoding = encoding_of(piece, name).removesuffix("-sig")
            decoder, plain = codecs.getincrementaldecoder(encoding)("replace"), encoding in ("utf-8", "ascii")
            begun = piece.removeprefix(codecs.BOM_UTF8).lstrip() if plain else piece
            piece = _VERSION.sub(rb"\g<1>1.0", begun, count=1)  # noqa: PLW2901 - the first piece alone is mended
        yield _decoded(decoder, piece, plain=plain)
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode()


def clean(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-8 without characters that XML forbids. It takes a tenth of the time of parsing, so only where it must be."""
    left = b""
    for piece in pieces:
        left, ready = _without_forbidden(left + piece)
        yield ready
    yield left


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, *, plain: bool) -> bytes:
    """Most reports are ASCII, which is UTF-8 already."""
    if plain and piece.isascii() and not decoder.getstate()[0]:
        return piece
    text = decoder.decode(piece)
    if "\ufffe" in text or "\uffff" in text:
        text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return text.encode("utf-8", "replace")


def _without_forbidden(data: bytes) -> tuple[bytes, bytes]:
    """What may be the beginning of a character reference and waits for the next piece, and what is ready."""
    data = data.translate(_FORBIDDEN)
    if b"&#" in data:
        data = _REFERENCES.sub(ESCAPE.encode(), data)
    at = data.rfind(b"&", max(0, len(data) - _LONGEST_REFERENCE))
    if at < 0 or b";" in data[at:]:
        return b"", data
    return data[at:], data[:at]
