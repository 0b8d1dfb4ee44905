"""Ids as Slack writes them."""

from __future__ import annotations

import secrets
import string
import time
from hashlib import blake2b

_LETTERS = string.ascii_uppercase + string.digits


def new_id(prefix: str) -> str:
    """`V0A1B2C3D4E`: a prefix that says what it is, then ten letters and digits."""
    return prefix + "0" + "".join(secrets.choice(_LETTERS) for _ in range(9))


def conversation_of(one: str, other: str) -> str:
    """The id of the direct messages between two people: the same whoever asks, and after every restart."""
    digest = int.from_bytes(blake2b("|".join(sorted((one, other))).encode(), digest_size=8).digest(), "big")
    letters = []
    for _ in range(9):
        digest, index = divmod(digest, len(_LETTERS))
        letters.append(_LETTERS[index])
    return "D0" + "".join(letters)


class Timestamps:
    """Message timestamps (`1712345678.000100`): unique in the workspace and always increasing."""

    def __init__(self, last: str = "0.0") -> None:
        seconds, _, micros = last.partition(".")
        self._last = int(seconds) * 1_000_000 + int(micros or 0)

    def next(self) -> str:
        self._last = max(int(time.time() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
