"""Unified diffs, from what vendors tell of each file, and from their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.ports.pipelines import Diff

NOWHERE = "/dev/null"


@dataclass(frozen=True, slots=True)
class Patch:
    """Of one file. before, after: its paths, empty where it is not there. hunks: what changed in it; None where the
    vendor does not tell (too large, binary, a new name alone).
    """

    before: str
    after: str
    hunks: str | None

    @property
    def text(self) -> str:
        if not self.hunks:
            return ""
        names = [f"{mark}/{name}" if name else NOWHERE for mark, name in (("a", self.before), ("b", self.after))]
        return f"--- {names[0]}\n+++ {names[1]}\n{self.hunks.rstrip()}\n"


def together(patches: Iterable[Patch], limit: int, *, whole: bool) -> Diff:
    """limit: characters. whole: these are all that there are."""
    told = list(patches)
    text = "".join(each.text for each in told)
    files = dict.fromkeys(each.after or each.before for each in told)
    complete = whole and len(text) <= limit and all(each.hunks is not None for each in told)
    return Diff(tuple(filter(None, files)), whole_lines(text, limit), complete)


def whole_lines(text: str, limit: int) -> str:
    """Its beginning. Half a line may hold half a secret, which nobody recognises."""
    return text if len(text) <= limit else text[:limit].rpartition("\n")[0]
