"""A run that repeats a part of its suite, in words: never as if it were the state of the whole. Pure."""

from __future__ import annotations

from bot.notices.running import RunFacts, WholeFacts

HOW = {"passed": "green", "cancelled": "cancelled", "infrastructure": "could not be carried out"}
LAMPS = {"passed": ":white_check_mark:", "failed": ":red_circle:"}


def told(run: RunFacts) -> str:
    """`4 of 127 retried: green · all of it: :red_circle: #418, 4 of 127 failed`"""
    whole = f" · all of it: {LAMPS.get(run.whole.verdict, '')} {all_of_it(run.whole)}" if run.whole else ""
    return f"{retried(run)}{whole}"


def retried(run: RunFacts) -> str:
    """`4 of 127 retried: 2 failed again`"""
    count = run.only or run.total
    of = f" of {run.whole.total}" if run.whole and run.whole.total >= count else ""
    how = f"{run.failed} failed again" if run.verdict == "failed" else HOW.get(run.verdict, run.verdict)
    return f"{count}{of} retried: {how}"


def all_of_it(whole: WholeFacts) -> str:
    """`#418, 4 of 127 failed`"""
    return f"#{whole.number}, {f'{whole.failed} of {whole.total} failed' if whole.verdict == 'failed' else 'green'}"
