"""Typed notice -> message: what people are told when something happens that they did not just do themselves.

The first line is what a phone shows, so it leads with the place and what changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.notices.casework import CaseCard, CaseCauses, CaseEvidence, CaseLine
from bot.notices.facts import LeaseFacts
from bot.notices.model import (
    AlsoToday,
    CatalogRefused,
    ConditionCard,
    DeploymentCard,
    DoneForYou,
    FreezeCard,
    Kept,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    Notice,
    OfferMade,
    OfferPressed,
    OfferSettled,
    SuiteCard,
    SuiteEnded,
    WhileQuiet,
)
from bot.notices.noise import SHOWN
from bot.plurals import counted
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import escape, moment
from handlers.views import answers, cards
from handlers.views import lease as words
from handlers.views.blocks import SECTION_LIMIT, actions, context, fitting, section
from handlers.views.cases import cards as case_cards
from handlers.views.deployments import cards as deployment_cards
from handlers.views.deployments import told as deployment_told
from handlers.views.settings import settings_button
from handlers.views.suites import cards as suite_cards
from handlers.views.told import told

PROBLEMS_SHOWN = 10
PROBLEM_LENGTH = 250


def render(notice: Notice) -> Message:  # noqa: C901, PLR0911, PLR0912 (one return a notice is the shape of this table)
    """Put a notice into words and blocks."""
    if isinstance(notice, deployment_told.Told):
        return deployment_told.told(notice)
    match notice:
        case LeaseCard() | ConditionCard() | FreezeCard():
            return cards.card(notice)
        case DeploymentCard():
            return deployment_cards.card(notice)
        case SuiteCard() | SuiteEnded():
            return suite_cards.told(notice)
        case CaseCard() | CaseEvidence() | CaseCauses() | CaseLine():
            return case_cards.told(notice)
        case OfferMade(lease, previous):
            return _offer(lease, previous)
        case OfferPressed(lease):
            return _pressed(lease)
        case OfferSettled(lease, how):
            return _settled(lease, how)
        case DoneForYou(lease, how, by):
            return _done_for_you(lease, how, by)
        case LeaseEnding(lease, alone):
            return _ending(lease, alone=alone)
        case LeaseEnded(lease, how, by):
            return _ended(lease, how, by)
        case CatalogRefused(problems):
            return _catalog_refused(problems)
        case WhileQuiet(kept):
            return _while_quiet(kept)
        case AlsoToday():
            return _also_today(notice)
        case _:
            return told(notice)


def _offer(lease: LeaseFacts, previous: str | None) -> Message:
    freed = f" {words.who(previous)} is done with it." if previous else ""
    booked = " You have booked this time." if lease.begins else ""
    line = f":bell: *{words.scope(lease)}* {answers.are(lease)} yours if you want it.{booked}{freed}"
    wish = f"{lease.mode} for {words.length(lease.minutes)}{words.why(lease)}"
    rivals = f"Held for you for {words.length(lease.claim_minutes)}; after that the next person is asked."
    held = rivals if lease.claim_by else "Nobody else waits for it, so the offer stays open."
    return _message(line, section(f"{line}\n{wish}"), actions(*words.offer_buttons(lease, here=True)), context(held))


def _pressed(lease: LeaseFacts) -> Message:
    line = f":bell: Somebody waits for *{words.scope(lease)}* now."
    until = f", until {words.clock(lease.claim_by, lease.asked)}" if lease.claim_by else ""
    terms = f"Accept within {words.length(lease.claim_minutes)}{until}, or it is offered on."
    return _message(f"{line} {terms}", section(f"{line} {terms}"), actions(*words.offer_buttons(lease, here=True)))


def _settled(lease: LeaseFacts, how: str) -> Message:
    if how == "accepted":
        return answers.held(lease)
    if how == "passed":
        return answers.passed(lease, waits=lease.status == "queued")
    if how in ("lapsed", "dropped"):
        return _lapsed(lease, dropped=how == "dropped")
    place = words.scope(lease)
    line = {
        "left": f":wave: You left the queue for *{place}*.",
        "later": f":zzz: You put *{place}* off.{_again(lease)}",
        "away": f":zzz: *{place}* was offered while you were away: others go first.{_again(lease)}",
        "taken": f":rotating_light: *{place}* was taken while it was offered to you. You keep your place.",
        "missed": f":date: Your booking of *{place}* is gone: its time is over.",
        "served": f":white_check_mark: You have *{place}* by now: the offer is not needed any more.",
        "pressed": f":hourglass: *{place}* was offered to you here. Somebody waits for it now: see below.",
    }[how]
    return _message(line, context(line))


def _again(lease: LeaseFacts) -> str:
    return f" You keep your place, and are asked again {words.clock(lease.again, lease.asked)}." if lease.again else ""


def _lapsed(lease: LeaseFacts, *, dropped: bool) -> Message:
    again = f"reserve {words.target(lease)} {lease.mode} {lease.minutes}m"
    if dropped:
        line = (
            f":hourglass: *{words.scope(lease)}* was offered to you twice without an answer: you are out of the queue."
        )
        return _message(line, section(line), actions(words.line_button("Queue again", again)))
    what = ", for the time you had booked," if lease.begins else ""
    line = (
        f":hourglass: *{words.scope(lease)}* was offered to you{what} without an answer: "
        "you are at the end of the queue now."
    )
    return _message(line, section(line), actions(words.leave_button(lease)))


def _done_for_you(lease: LeaseFacts, how: str, by: str) -> Message:
    who, place = words.who(by), words.scope(lease)
    done = {"accepted": f"accepted *{place}* for you", "extended": f"extended your *{place}*"}[how]
    line = f":white_check_mark: {who} {done}: it is yours {words.until(lease)}."
    return _message(line, section(line))


def _ending(lease: LeaseFacts, *, alone: bool) -> Message:
    bell = ":hourglass_flowing_sand:" if alone else ":bell:"
    rivals = "Nobody is waiting for it." if alone else "Somebody is waiting for it."
    line = f"{bell} *{words.scope(lease)}* {answers.are(lease)} yours {words.until(lease)}."
    buttons = actions(*(words.extend_button(lease, n) for n in answers.EXTENSIONS), words.release_button(lease))
    return _message(line, section(f"{line} {rivals}"), buttons)


def _ended(lease: LeaseFacts, how: str, by: str | None) -> Message:
    if how == "given" and by:
        line = f":gift: {words.who(by)} handed your *{words.scope(lease)}* over to somebody else."
    elif by:
        line = f":unlock: {words.who(by)} released your *{words.scope(lease)}*."
    else:
        line = f":unlock: Your time on *{words.scope(lease)}* is over; it is free for the next."
    again = f"reserve {words.target(lease)} {lease.mode} 1h"
    return _message(line, section(line), actions(words.line_button("Reserve again for 1 h", again)))


def _catalog_refused(problems: tuple[str, ...]) -> Message:
    line = ":warning: The new catalog has errors and was not taken; the one before stays in force."
    shown = "\n".join(f"• {escape(problem, PROBLEM_LENGTH)}" for problem in problems[:PROBLEMS_SHOWN])
    rest = len(problems) - PROBLEMS_SHOWN
    more = f"\n… and {rest} more: `signalbox catalog check` lists them all." if rest > 0 else ""
    return _message(line, section(line), *([section(f"{shown}{more}")] if shown else []))


def _while_quiet(kept: tuple[Kept, ...]) -> Message:
    """What happened, without the buttons: by now they may lead nowhere, and the Home has those that lead somewhere."""
    line = f":no_bell: {counted(len(kept), 'thing')} happened while I kept quiet for you."
    return _message(line, section(line), section(_listed(kept)))


def _also_today(notice: AlsoToday) -> Message:
    """The first as it is told on any day. Of several the newest comes first: that is what an edit adds."""
    if len(notice.kept) == 1:
        return render(notice.kept[0].notice)
    rule = "What can wait is written down here, and does not ring again. *Home* has the buttons."
    listed = section(f":memo: *Also today*\n{_listed(notice.kept[::-1], besides=notice.earlier)}")
    text = f":memo: Also today: {_first_line(notice.kept[-1].notice)}"
    return _message(text, listed, actions(settings_button()), context(rule))


def _listed(kept: Sequence[Kept], *, besides: int = 0) -> str:
    happened = [f"{moment(each.at)} · {_first_line(each.notice)}" for each in kept]
    return fitting(happened, SECTION_LIMIT - 50, most=SHOWN, besides=besides)


def _first_line(notice: Notice) -> str:
    return render(notice).text.partition("\n")[0]


def _message(text: str, *blocks: Block) -> Message:
    return Message(text, blocks)
