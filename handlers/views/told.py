"""Direct messages about what somebody has, gets or loses by another's hand. Each says what can be done about it."""

from __future__ import annotations

from bot.notices.diagnosing import DiagnosisCard, DiagnosisLine
from bot.notices.facts import LeaseFacts
from bot.notices.model import (
    BookingMissed,
    ClockRuns,
    ClockStopped,
    GivenToYou,
    InACircle,
    KeptForRun,
    PlaceFree,
    QuestionOver,
    TakenFromYou,
    TurnCame,
    TurnSoon,
    WantedByOther,
)
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import escape
from handlers.views import answers
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, button, context, section
from handlers.views.diagnoses import cards as diagnosis_cards
from handlers.views.over import over

Told = (
    BookingMissed
    | ClockRuns
    | ClockStopped
    | DiagnosisCard
    | DiagnosisLine
    | GivenToYou
    | InACircle
    | KeptForRun
    | PlaceFree
    | QuestionOver
    | TakenFromYou
    | TurnCame
    | TurnSoon
    | WantedByOther
)


def told(notice: Told) -> Message:  # noqa: C901, PLR0911, PLR0912 (one return a notice is the shape of this table)
    match notice:
        case DiagnosisCard() | DiagnosisLine():
            return diagnosis_cards.told(notice)
        case TurnCame(lease):
            return answers.held(lease)
        case TurnSoon():
            return _soon(notice)
        case TakenFromYou():
            return _taken(notice)
        case GivenToYou(lease, by):
            gift = f":gift: {words.who(by)} has handed *{words.scope(lease)}* over to you"
            line = f"{gift}: it is yours {words.until(lease)}."
            return _message(line, section(line), actions(*_keep_or_not(lease)))
        case WantedByOther():
            return _wanted(notice)
        case KeptForRun(lease):
            return _kept(lease)
        case BookingMissed(lease):
            return _missed(lease)
        case InACircle(leases):
            return _circle(leases)
        case ClockStopped():
            return _stopped(notice)
        case ClockRuns(lease):
            line = f":arrow_forward: *{words.scope(lease)}* is well again. It is yours {words.until(lease)} now."
            return _message(line, section(line))
        case PlaceFree():
            return _free(notice)
        case QuestionOver():
            return over(notice)


def _soon(notice: TurnSoon) -> Message:
    lease = notice.lease
    line = (
        f":hourglass: You are next for *{words.scope(lease)}*, about {words.clock(notice.expected, notice.expected)}."
    )
    rule = "Press the button and it is yours the moment it is free. Otherwise you are asked then."
    ahead = button("Hand it to me", "env.ahead", words.carried(lease), style="primary")
    return _message(line, section(line), actions(ahead, words.leave_button(lease)), context(rule))


def _taken(notice: TakenFromYou) -> Message:
    lease, by = notice.lease, words.who(notice.by)
    line = f":rotating_light: {by} took *{words.scope(lease)}* over: {escape(notice.reason, words.REASON_SHOWN)}"
    back = notice.back
    if back is None:
        return _message(line, section(line))
    left = f"You are first in line for it, for the {words.length(back.minutes)} that you had left."
    return _message(line, section(f"{line}\n{left}"), actions(words.leave_button(back)))


def _wanted(notice: WantedByOther) -> Message:
    lease, by = notice.lease, words.who(notice.by)
    line = f":wave: {by} would like to have *{words.scope(lease)}*. It is yours {words.until(lease)}."
    give = words.line_button("Hand it over", f"give {words.target(lease)} <@{notice.by}>")
    rule = "No need to answer if you still need it."
    return _message(line, section(line), actions(give, words.release_button(lease)), context(rule))


def _kept(lease: LeaseFacts) -> Message:
    line = f":test_tube: Your time on *{words.scope(lease)}* is over, but your run is not."
    if lease.kept_until:
        line += f" It stays yours until the run ends, {words.clock(lease.kept_until, lease.started)} at the latest."
    return _message(line, section(line), actions(words.release_button(lease)))


def _missed(lease: LeaseFacts) -> Message:
    when = f", {words.times(lease)}," if lease.begins else ""
    line = f":date: Your booking of *{words.scope(lease)}*{when} is gone: its time is over, and you did not accept it."
    again = words.line_button("Reserve it now", f"reserve {words.target(lease)} {lease.mode} {lease.minutes}m")
    return _message(line, section(line), actions(again))


def _circle(leases: tuple[LeaseFacts, ...]) -> Message:
    holds = "\n".join(f"• {words.who(x.person)} holds *{words.scope(x)}* {words.until(x)}" for x in leases)
    line = ":warning: You wait for one another: each of you holds what the next one waits for."
    rule = "Nobody gets on until one of you releases it or leaves the queue."
    return _message(line, section(f"{line}\n{holds}"), context(rule))


def _stopped(notice: ClockStopped) -> Message:
    lease, found = notice.lease, notice.condition
    line = (
        f":double_vertical_bar: *{escape(found.scope)}* is {found.kind}, says {words.who(found.by)}:"
        f" {escape(found.reason, words.REASON_SHOWN)}"
    )
    rule = f"Your time on *{words.scope(lease)}* stands still until it is well again."
    eta = f" That is expected {words.clock(found.eta, found.since)}." if found.eta else ""
    return _message(line, section(f"{line}\n{rule}{eta}"), actions(words.release_button(lease)))


def _free(notice: PlaceFree) -> Message:
    by = f" {words.who(notice.by)} is done with it." if notice.by else ""
    line = f":eyes: *{escape(notice.scope)}* is free.{by}"
    take = words.line_button("Reserve for 1 h", f"reserve {notice.scope} 1h", style="primary")
    rule = "You watched it; this was told once. Somebody else may be faster."
    return _message(line, section(line), actions(take), context(rule))


def _keep_or_not(lease: LeaseFacts) -> tuple[Element, ...]:
    return (words.extend_button(lease, 30), words.release_button(lease))


def _message(text: str, *blocks: Block) -> Message:
    return Message(text, blocks)
