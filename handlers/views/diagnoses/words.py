"""A diagnosis in words. Shared by its messages, the message of its case, and pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.notices.casework import PointedFacts
from bot.notices.diagnosing import AskedFacts, ClauseFacts, DiagnosisFacts
from handlers.kit.mrkdwn import clean, dated, escape, link, moment
from handlers.views import lease as words

NAME_SHOWN, WORDS_SHOWN, NAMED_SHOWN, SUMMARY_SHOWN = 80, 240, 120, 400
SOURCES = 6
COUNTED = {"traces": "spans", "logs": "lines", "metrics": "series"}
SECONDS = "{time_secs}"
FEW = 10.0
"""Seconds of which tenths are told."""

UNJUDGED = "nobody has judged such answers here yet"
TOO_FEW = "too few of such answers were judged, or found right, to call them high"
TRACE_SHOWN = 8
"""Characters of a trace's id that tell it from others."""

LONGEST_LINK = 350
"""What is longer would leave no room for words: the page of all evidence stands in for it."""

_TRACE = re.compile(r"(?<=trace )[0-9a-f]{16,32}\b")


def standing(confidence: str, right: int, of: int, *, sure: bool) -> str:
    """`high, right 18 of 20 here`. "high" is said only where it has held often enough."""
    record = f"right {right} of {of} here"
    if confidence == "high" and not sure:
        return f"strong evidence, uncalibrated here{f': right {right} of {of}' if of else ''}"
    return f"{confidence}, {record if of else 'uncalibrated here'}"


def uncalibrated(told: DiagnosisFacts) -> str:
    """What that means, beside an answer that nobody has judged yet: nobody may be said to have judged none then."""
    if not told.service or told.judged is not None:
        return ""
    if not told.of:
        return UNJUDGED
    return TOO_FEW if told.confidence == "high" and not told.sure else ""


def told_standing(told: DiagnosisFacts) -> str:
    """Beside the answer, and beside what people said of it."""
    return standing(told.confidence, told.right, told.of, sure=told.sure)


def claim(told: DiagnosisFacts) -> str:
    """`Likely *payments* (high, right 18 of 20 here)`; struck out where somebody has said that it is wrong."""
    if not told.service and told.subject:
        return subject(told)
    if not told.service:
        return "*Cannot tell*" if told.because else f"*{bare(told.summary, SUMMARY_SHOWN) or 'Cannot tell'}*"
    name = escape(told.service, NAME_SHOWN)
    how = told_standing(told)
    if told.judged and not told.judged.right:
        return f"~Likely *{name}* ({how})~"
    return f"Likely *{name}* ({how})"


def subject(told: DiagnosisFacts) -> str:
    """`Calls to catalog take 120 ms, in health 40 ms: that begins in it`, of the service that was asked about."""
    return upper(clause(told.subject, told, "subject-1")) if told.subject else ""


def clause(found: ClauseFacts, of: DiagnosisFacts, anchor: str) -> str:
    """`POST /charge fails in 37 of 37 (trace +36)`: the first item of its evidence, and the page with all of it. Where
    the words name a trace, its id is the link: `look at trace 4bf92f35`. anchor: where it stands on the page of all
    evidence.
    """
    page = f"{of.page_url}#{anchor}" if of.page_url else ""
    url = found.url if len(found.url) <= LONGEST_LINK else ""
    first = link(url or page, found.kind) if found.kind and (url or page) else ""
    more = link(page, f"+{found.items - 1}") if page and found.items > 1 else ""
    said = dated(ended(found.words), found.moments, of.start, WORDS_SHOWN)
    if url and found.kind == "trace" and (named := _TRACE.search(said)):
        said, first = f"{said[: named.start()]}{link(url, named[0][:TRACE_SHOWN])}{said[named.end() :]}", ""
    shown = " ".join(filter(None, (first, more)))
    return f"{said} ({shown})" if shown else said


def several(shown: Sequence[str], rest: str = "") -> str:
    """`orders, storefront and 2 more`"""
    *first, last = [*shown, *([rest] if rest else [])]
    return f"{', '.join(first)} and {last}" if first else last


def unchanged(told: DiagnosisFacts) -> str:
    """Why no change is suspected: an answer as well."""
    said = dated(ended(told.unchanged), told.moments, told.start, WORDS_SHOWN)
    if not told.service or not said:
        return ""
    return f"{upper(said)}." if said.startswith("not caused") else f"No change is suspected: {said}."


def against(told: DiagnosisFacts) -> str:
    """What else is known of its cause, where that points elsewhere."""
    said = bare(told.against, WORDS_SHOWN)
    return f":warning: {said}." if said else ""


def sources(told: DiagnosisFacts) -> str:
    """`Asked Signalbox (logs, traces), Loki; no answer from Datadog logs (timeout)`"""
    answered = [each for each in told.asked if not each.trouble]
    silent = [each for each in told.asked if each.trouble]
    names = dict.fromkeys(each.name for each in answered)
    asked = ", ".join(_source(name, [each for each in answered if each.name == name]) for name in names)
    troubles = "; ".join(_trouble(each) for each in silent[:SOURCES])
    known = {f"{each.name}: {each.trouble}" for each in silent}
    missing = "; ".join(
        dated(ended(each), told.moments, told.start, NAMED_SHOWN)
        for each in [each for each in told.missing if each not in known][:SOURCES]
    )
    lines = (f"Asked {asked}" if asked else "", f":warning: {troubles}" if troubles else "", missing)
    return " · ".join(filter(None, lines))


def _source(name: str, answered: Sequence[AskedFacts]) -> str:
    kinds = ", ".join(
        f"{each.items:,} {COUNTED.get(each.kind, each.kind)}" if each.items else f"no {each.kind}" for each in answered
    )
    return f"{escape(name, NAME_SHOWN)} ({escape(kinds, WORDS_SHOWN)})"


def _trouble(each: AskedFacts) -> str:
    return f"{escape(each.name, NAME_SHOWN)} {escape(each.kind, NAME_SHOWN)}: {bare(each.trouble, NAMED_SHOWN)}"


def author(told: DiagnosisFacts) -> str:
    """Who wrote it, and how long that took; or why nobody did."""
    if told.remark:
        return bare(told.remark, WORDS_SHOWN)
    wrote = f"Written by {escape(told.author, NAME_SHOWN)}" if told.author else "From the numbers"
    took = f"{told.seconds:.1f}" if told.seconds < FEW else f"{told.seconds:.0f}"
    return f"{wrote}, in {took} s"


def about(told: DiagnosisFacts) -> str:
    """`payments · integration, 12:03 to 12:06`, and with seconds where both are of one minute."""
    named = " · ".join(filter(None, (escape(told.named, NAMED_SHOWN), escape(told.environment, NAME_SHOWN))))
    if told.start.replace(second=0, microsecond=0) == told.end.replace(second=0, microsecond=0):
        return f"{named}, {moment(told.start, SECONDS)} to {moment(told.end, SECONDS)}"
    return f"{named}, {words.clock(told.start, told.start)} to {words.clock(told.end, told.start)}"


def pointed(found: PointedFacts) -> str:
    """`Evidence points to payments, high (right 18 of 20 here): trace · logs · diagnosis`"""
    said = standing(found.confidence, found.right, found.of, sure=found.sure)
    how, _, rest = said.partition(", ")
    pages = [link(url, kind) for kind, url in found.links if len(url) <= LONGEST_LINK]
    pages += [link(found.url, "diagnosis")] if found.url else []
    by = f", {words.who(found.by)} says so too" if found.by else ""
    shown = f": {' · '.join(pages)}" if pages else ""
    return f"Evidence points to *{escape(found.service, NAME_SHOWN)}*, {how} ({rest}){by}{shown}"


def plain_text(text: str, limit: int = WORDS_SHOWN) -> str:
    return clean(text, limit)


def bare(text: str, limit: int) -> str:
    return escape(ended(text), limit)


def ended(text: str) -> str:
    return text.rstrip(" .;")


def upper(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"
