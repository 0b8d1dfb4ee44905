"""Every cause of a case as a file of plain text, for a run that broke in more ways than a message lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from bot.notices.casework import CaseFacts, CauseFacts
from bot.plurals import counted
from bot.ports.chat import TextFile
from handlers.kit.mrkdwn import clean

CAUSES, SAYS, NAME, LINE = 500, 200, 200, 400
INDENT = "   "


def listing(case: CaseFacts) -> TextFile:
    broke = sum(cause.count for cause in case.causes)
    opened = case.opened.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    head = f"{clean(case.suite, NAME)} #{case.number} in {clean(case.environment, NAME)}, {opened}"
    lines = [head, f"{len(case.causes)} causes broke {broke} of {counted(case.total, 'test')}"]
    for number, cause in enumerate(case.causes[:CAUSES], 1):
        lines += ["", *_cause(number, cause)]
    rest = len(case.causes) - CAUSES
    return TextFile(f"causes-{case.number}.txt", "\n".join([*lines, *([f"\n{rest} more"] if rest > 0 else []), ""]))


def _cause(number: int, cause: CauseFacts) -> Iterator[str]:
    """What it is, the tests that it struck, and what the first of them said."""
    service = f"{clean(cause.service, NAME)}: " if cause.service else ""
    yield f"{number}. {service}{clean(cause.says, SAYS)}"
    seen = f"in {cause.seen_in} of {cause.of} earlier runs" if cause.of else "none of its tests ran here before"
    yield f"{INDENT}{counted(cause.count, 'test')}, {cause.verdict}, {seen}"
    yield from (f"{INDENT}- {clean(name, NAME)}" for name in cause.names)
    if (rest := cause.count - len(cause.names)) > 0:
        yield f"{INDENT}- and {rest} more"
    yield from (f"{INDENT}| {clean(line, LINE)}" for line in cause.excerpt.splitlines())
