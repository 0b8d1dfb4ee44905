"""What people said of causes and tests, and tests that fail and pass without a change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.notices.casework import RuledFacts
from bot.plurals import counted
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import code, escape, link
from handlers.views import lease as words
from handlers.views.blocks import Element, button, context, header, section, value
from handlers.views.cases.forms import About

UNDO, QUARANTINE = "rule.undo", "case.quarantine"
WORDS_SHOWN, ABOUT_SHOWN, NAME_SHOWN, LINES_SHOWN = 100, 120, 120, 10
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule that holds. about: whereof it speaks; suite, environment: where, empty for everywhere."""

    ruled: RuledFacts
    about: str
    suite: str
    environment: str


@dataclass(frozen=True, slots=True)
class FlakyFacts:
    """failed: in so many of the `of` runs that carried it out. rate: how often it is to be expected, from 0 to 1.

    quarantined: until then.
    """

    about: About
    says: str
    rate: float
    failed: int
    of: int
    since: datetime
    quarantined: datetime | None = None


def ticket(text: str) -> str:
    """A link where it is one, by the last part of its path."""
    if _ADDRESS.fullmatch(text):
        return link(text, text.rstrip("/").rpartition("/")[2])
    return escape(text, WORDS_SHOWN)


def said(ruled: RuledFacts, now: datetime | None = None) -> str:
    """`a known issue, OPS-311, until 24 Dec`"""
    until = f", until {words.clock(ruled.until, now)}" if ruled.until else ""
    why = ticket(ruled.words) if ruled.words else ""
    match ruled.says:
        case "known issue":
            return f"a known issue{f', {why}' if why else ''}{until}"
        case "quarantine":
            return f"quarantined{until}: {why}; {words.who(ruled.owner)} looks after it"
        case "merge":
            return f"the same as {why}{until}"
        case "split":
            return f"not one cause: {why} is one of its own{until}"
        case _:
            return f"not flaky{until}"


def rules(known: Sequence[RuleFacts], command: str, now: datetime) -> Message:
    """What holds, the newest first."""
    head = f"{counted(len(known), 'rule')} of people hold" + ("s" if len(known) == 1 else "")
    if not known:
        head = "No rule holds: nobody has said that a cause is known, or quarantined a test."
    blocks: list[Block] = [section(f"*{head}*")]
    blocks += [section(_rule(each, now), _undo(each, number)) for number, each in enumerate(known[:LINES_SHOWN], 1)]
    if (rest := len(known) - LINES_SHOWN) > 0:
        blocks.append(context(f"… and {rest} more"))
    blocks.append(context(f"Each ends by itself. {code(f'{command} rules undo <rule>')} takes one back."))
    return Message(head, tuple(blocks))


def _rule(each: RuleFacts, now: datetime) -> str:
    where = f"{escape(each.suite, 40) or 'every suite'} in {escape(each.environment, 40) or 'every environment'}"
    line = f"*{escape(each.about, ABOUT_SHOWN)}* is {said(each.ruled, now)}"
    return f"{line}\n{where} · said by {words.who(each.ruled.by)} · {code(each.ruled.rule_id)}"


def _undo(each: RuleFacts, number: int) -> Element:
    return button("Undo", f"{UNDO}.{number}", value(id=each.ruled.rule_id))


def taken(each: RuleFacts) -> Message:
    line = f":label: *{escape(each.about, ABOUT_SHOWN)}* is {said(each.ruled)}."
    return Message(line, (section(line, _undo(each, 0)),))


def undone(each: RuleFacts) -> Message:
    line = f":label: That *{escape(each.about, ABOUT_SHOWN)}* is {said(each.ruled)} holds no more."
    return Message(line, (section(line),))


def flaky(known: Sequence[FlakyFacts], suite: str, now: datetime) -> Message:
    """What fails and passes without a change, those that fail the most first."""
    of = f" in {escape(suite, NAME_SHOWN)}" if suite else ""
    head = f"{counted(len(known), 'flaky test')}{of}" if known else f"No test is flaky{of}."
    blocks: list[Block] = [header(head)]
    for number, each in enumerate(known[:LINES_SHOWN], 1):
        shut = None if each.quarantined else quarantine_button(each.about, number)
        blocks.append(section(_flaky(each, now), shut))
    if (rest := len(known) - LINES_SHOWN) > 0:
        blocks.append(context(f"… and {rest} more"))
    if known:
        blocks.append(
            context("A test is flaky when it has failed of one cause and passed, twice, while nothing else changed.")
        )
    return Message(head, tuple(blocks))


def _flaky(each: FlakyFacts, now: datetime) -> str:
    shut = f" · quarantined until {words.clock(each.quarantined, now)}" if each.quarantined else ""
    share = f"about {100 * each.rate:.0f} %"
    often = f"{each.failed} of its last {counted(each.of, 'run')} · {share} · since {words.clock(each.since, now)}"
    where = f"{escape(each.about.suite, 40)} · {escape(each.about.environment, 40)}"
    return f"{code(each.about.name, NAME_SHOWN)} · {where}\n{often}{shut}\n{escape(each.says, ABOUT_SHOWN)}"


def quarantine_button(about: About, number: int) -> Element:
    return button("Quarantine…", f"{QUARANTINE}.{number}", about.carried())
