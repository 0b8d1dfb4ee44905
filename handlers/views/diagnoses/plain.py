"""A diagnosis on a terminal: the same explanation, without marks, and with nothing in it that a terminal obeys."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.notices.diagnosing import ClauseFacts, DiagnosisFacts, JudgedFacts
from handlers.kit.mrkdwn import clean
from handlers.views.diagnoses.lines import REASONS, only_passing
from handlers.views.diagnoses.words import told_standing, uncalibrated, upper

WIDTH = 100


def plain(told: DiagnosisFacts) -> str:
    """Some paragraphs, wrapped; each statement on lines of its own, with the address of its evidence."""
    return "\n".join(_lines(told))


def _lines(told: DiagnosisFacts) -> Iterator[str]:
    case = f"Case {_bare(told.case_id)}: " if told.case_id else ""
    yield _wrapped(f"{case}{_bare(told.named) or told.environment}, {told.start:%Y-%m-%d} {_span(told)} UTC")
    if told.stage != "done":
        yield _wrapped(f"{_bare(told.doing)} …" if told.stage == "asking" else f"No diagnosis: {_bare(told.why)}.")
        return
    if told.subject:
        yield from _said("", (told.subject,))
    if told.service or not told.subject:
        yield _wrapped(_claim(told))
    if told.replaced:
        yield _wrapped("A newer diagnosis of the same cause replaces this one.", "  ")
    yield from _why(told)
    if told.change or told.unchanged:
        yield from _said("Suspected: ", (told.change,)) if told.change else [_wrapped(_bare(told.unchanged), "  ")]
    if told.against:
        yield _wrapped(f"{_bare(told.against)}.", "  ")
    if said := told.remembered:
        was = f"was {_bare(said.service)}" if said.service else f"was not {_bare(said.wrong)}"
        at = f" ({said.at:%Y-%m-%d %H:%M} UTC)" if said.at else ""
        yield _wrapped(f"Last time{at} {said.by} said that it {was}.", "  ")
    yield from _said("Next: ", told.try_next)
    if told.passing_on:
        yield _wrapped(f"Not: {only_passing([_bare(each) for each in told.passing_on])}.", "  ")
    yield from _said("Not: ", told.ruled_out)
    yield from _said("In the same minutes: ", told.also)
    yield from _judged(told)
    yield _wrapped(" ".join(_sources(told)), "  ")


def _span(told: DiagnosisFacts) -> str:
    """`12:03 to 12:06`, and with seconds where both are of one minute."""
    one = f"{told.start:%Y%m%d%H%M}" == f"{told.end:%Y%m%d%H%M}"
    style = "%H:%M:%S" if one else "%H:%M"
    return f"{told.start.strftime(style)} to {told.end.strftime(style)}"


def _why(told: DiagnosisFacts) -> Iterator[str]:
    """The strongest few, where the rest stands on a page."""
    if told.summed:
        yield _wrapped(f"{upper(_bare(told.summed.words))}.", "  ")
        yield from [f"    {clean(told.summed.url, 2_000)}"] if told.summed.url else []
    main = tuple(each for each in told.because if not each.aside)
    shown = main[:REASONS] if told.page_url else told.because
    yield from _said("", shown)
    if rest := len(told.because) - len(shown):
        yield f"    and {rest} more reason{'s' * (rest != 1)}: {told.page_url}#because-{len(shown) + 1}"


def _judged(told: DiagnosisFacts) -> Iterator[str]:
    if told.judged:
        yield _wrapped(f"Judged {_how(told.judged)}, by {told.judged.by}.", "  ")
    if back := told.taken_back:
        yield _wrapped(f"Judged {_how(back.said)}, by {back.said.by}: taken back by {back.by}.", "  ")


def _how(said: JudgedFacts) -> str:
    return "right" if said.right else f"wrong: it was {_bare(said.service) or 'something else'}"


def _claim(told: DiagnosisFacts) -> str:
    if not told.service:
        return f"{_bare(told.summary) or 'Cannot tell'}."
    return f"Likely {_bare(told.service)} ({told_standing(told)})"


def _said(before: str, clauses: tuple[ClauseFacts, ...]) -> Iterator[str]:
    """before: what they are, a line of its own each; reasons stand in a list."""
    for clause in clauses:
        words = f"{before}{_bare(clause.words)}{f' [{clause.items} items]' if clause.items > 1 else ''}"
        yield _wrapped(words, "  " if before else "  - ")
        if clause.url:
            yield f"    {clean(clause.url, 2_000)}"


def _sources(told: DiagnosisFacts) -> Iterator[str]:
    for each in told.asked:
        yield f"{_bare(each.name)} {_bare(each.kind)}: {_bare(each.trouble) or f'{each.items:,}'}."
    if meant := uncalibrated(told):
        yield f"Uncalibrated here: {meant}."
    if told.remark:
        yield f"{_bare(told.remark)}."
    else:
        yield f"Written by {_bare(told.author)}." if told.author else "From the numbers."


def _bare(text: str) -> str:
    return clean(text.rstrip(" .;"), 500)


def _wrapped(text: str, mark: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False)
