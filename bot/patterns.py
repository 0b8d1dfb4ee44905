"""Regular expressions that people write: they take time in proportion to the text, whatever either of them holds.

Python's own take exponential time for `(a+)+$`. RE2 has no back references and no look-around, and never does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import re2  # pyright: ignore[reportMissingTypeStubs] - it ships none

LONGEST = 500
MEMORY = 1 << 20
"""Bytes that one compiled pattern may take; a repetition of repetitions asks for more."""


@dataclass(frozen=True, slots=True)
class LinearPattern:
    """One pattern with one group."""

    text: str
    compiled: Any = field(compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> LinearPattern:
        """Raises ValueError with a sentence that names the fix."""
        if len(text) > LONGEST:
            raise ValueError(f"A pattern has at most {LONGEST} characters.")
        options: Any = re2.Options()
        options.log_errors, options.max_mem = False, MEMORY
        try:
            compiled: Any = re2.compile(text, options=options)  # pyright: ignore[reportUnknownMemberType] - untyped
        except re2.error as error:  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped
            raise ValueError(_why(cast("Exception", error))) from error
        if compiled.groups != 1:
            raise ValueError(f"It has {compiled.groups} groups; put the value that changes, alone, in ( ).")
        if compiled.search("") is not None:
            raise ValueError("It matches nothing at all, and so everywhere; ask for at least one character.")
        return cls(text, compiled)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the captured values stand, ascending and apart from each other."""
        for found in self.compiled.finditer(text):
            start, end = found.span(1)
            if start < end:
                yield start, end


def _why(error: Exception) -> str:
    """RE2 says it in bytes."""
    said = error.args[0] if error.args else error
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"It is no pattern of RE2: {words}. Look-around and back references are not known there."
