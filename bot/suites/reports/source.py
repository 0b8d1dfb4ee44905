"""What a report comes in: plain, gzip, or a zip of several, within limits. A bomb is refused before it is unpacked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO, TYPE_CHECKING, Final, Protocol

from bot.suites.reports.model import BadReport, Cut, Limits

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

CHUNK: Final = 128 * 1024
GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04", b"PK\x05\x06"
_GZIP_WINDOW: Final = 31
"""zlib.decompressobj: gzip only."""
_END_OF_ZIP: Final = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT: Final = 65_535
_ENTRY_AT_MOST: Final = 1_000
"""Bytes of one file's entry in a zip's directory, on average."""


class Unpacking(Protocol):
    """What zlib.decompressobj gives."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def limited(unlimited: Iterable[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """Raises BadReport."""
    size = 0
    for piece in unlimited:
        size += len(piece)
        if size > limits.bytes:
            raise BadReport(name, 1, 1, f"it has more than {limits.bytes:,} bytes.")
        yield piece


def unpacked(packed: Iterable[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """Of gzip, also of several in a row. Raises BadReport, Cut."""
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    went_in = came_out = 0
    for piece in packed:
        went_in += len(piece)
        left = piece
        while left:
            if unpacking.eof:
                unpacking = zlib.decompressobj(_GZIP_WINDOW)
            plain = _some(unpacking, left, name)
            came_out += len(plain)
            if is_bomb(came_out, went_in, limits):
                raise BadReport(name, 1, 1, f"it unpacks to more than {limits.ratio} times its size, as bombs do.")
            if plain:
                yield plain
            left = unpacking.unconsumed_tail or unpacking.unused_data
    if not unpacking.eof:
        raise Cut(name, 1, 1, "its gzip ends in the middle. It was probably not uploaded to the end.")


def _some(unpacking: Unpacking, packed: bytes, name: str) -> bytes:
    try:
        return unpacking.decompress(packed, CHUNK)
    except zlib.error as error:
        raise BadReport(name, 1, 1, f"its gzip is broken: {error}.") from None


def is_bomb(unpacked: int, packed: int, limits: Limits) -> bool:
    return unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1)


def members(file: IO[bytes], name: str, limits: Limits) -> Iterator[tuple[str, Callable[[], Iterator[bytes]]]]:
    """Each file of a zip, and what opens it. Raises BadReport before anything is unpacked, Cut; so may a member."""
    _check_directory(file, name, limits)
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415 - most reports are none, and it takes a while to load

    try:
        archive = ZipFile(file)
    except (BadZipFile, ValueError, RuntimeError) as error:
        raise BadReport(name, 1, 1, f"its zip is broken: {error}.") from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    for info in infos:
        _check_member(info, name, limits)
    if sum(info.file_size for info in infos) > limits.bytes:
        raise BadReport(name, 1, 1, f"it unpacks to more than {limits.bytes:,} bytes.")
    for info in infos:
        yield f"{name}!{info.filename}", partial(_member, archive, info, name)


def _check_directory(file: IO[bytes], name: str, limits: Limits) -> None:
    """A zip says at its end how many files it has; reading a list of a million would take seconds already."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END_OF_ZIP.size))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < _END_OF_ZIP.size:
        raise Cut(name, 1, 1, "its zip ends in the middle. It was probably not uploaded to the end.")
    _, _, _, _, count, directory, _, _ = _END_OF_ZIP.unpack_from(end, at)
    if count > limits.members or directory > limits.members * _ENTRY_AT_MOST:
        raise BadReport(name, 1, 1, f"it has more than {limits.members:,} files, or long lists of them.")
    file.seek(0)


def _check_member(info: ZipInfo, name: str, limits: Limits) -> None:
    if info.flag_bits & 1:
        raise BadReport(name, 1, 1, f"{info.filename[:200]!r} in it is encrypted.")
    if is_bomb(info.file_size, info.compress_size, limits):
        why = f"{info.filename[:200]!r} in it unpacks to more than {limits.ratio} times its size, as bombs do."
        raise BadReport(name, 1, 1, why)


def _member(archive: ZipFile, info: ZipInfo, name: str) -> Iterator[bytes]:
    from zipfile import BadZipFile  # noqa: PLC0415 - loaded already

    try:
        with archive.open(info) as file:
            yield from pieces(file)
    except EOFError:
        raise Cut(f"{name}!{info.filename}", 1, 1, "it ends in the middle of its zip.") from None
    except (BadZipFile, zlib.error, RuntimeError, ValueError) as error:
        raise BadReport(f"{name}!{info.filename}", 1, 1, f"its zip is broken: {error}.") from None
