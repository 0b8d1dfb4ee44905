"""What stands beside a refusal: what is true besides, and a button for each thing that can be done instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.deployments.refusals import GateClosed, Moved, MovedOn, NothingBefore, NotUnderWay, WrongToken
from bot.errors import NotFound, SignalboxError, UsageError
from bot.grammar.normalise import quoted
from bot.grammar.questions import Unsaid
from bot.notices.facts import LeaseFacts
from bot.reservations.facts import bare_facts
from bot.reservations.refusals import (
    AlreadyWaiting,
    AlreadyYours,
    AskedLately,
    BookedThen,
    BookingConflict,
    CannotUndo,
    EndHasMoved,
    EndsThenAlready,
    FrozenNow,
    HoldsAlready,
    InTheWay,
    KeptAlive,
    NobodyHolds,
    NotFrozen,
    NothingMeant,
    NothingToUndo,
    NotUnwell,
    NotYours,
    OtherOffer,
    OverlapsYours,
    SeveralMeant,
    SomebodyElseHolds,
    StillActive,
    TooFarAhead,
)
from bot.reservations.values import Lease, Status
from bot.suites import refusals as suites
from handlers.kit import mrkdwn
from handlers.views import booking, taking
from handlers.views import lease as words
from handlers.views.blocks import Element, button, few, value
from handlers.views.deployments import refusals as of_deployments
from handlers.views.forms.buttons import fill_in
from handlers.views.suites import refusals as of_suites

SUGGESTIONS = 3
HOLDERS = 3
CHOICES = 20
OBSTACLES = 5


def beside(error: SignalboxError) -> list[str]:  # noqa: C901, PLR0911 - one return a refusal is the shape of this table
    """What is true besides."""
    match error:
        case AskedLately(lease=lease, again=again):
            return [_whose(bare_facts(lease)), f"You can ask again at {words.clock(again, again)}."]
        case BookedThen(lease=lease):
            return [_booked(bare_facts(lease))]
        case NotYours(lease=lease) | EndHasMoved(lease=lease) | HoldsAlready(lease=lease):
            return [_whose(bare_facts(lease))]
        case NothingMeant(holders=holders):
            return few([_whose(bare_facts(lease)) for lease in holders], HOLDERS)
        case SeveralMeant(leases=leases):
            return few([f"{n}. {_whose(bare_facts(lease))}" for n, lease in enumerate(leases, 1)], CHOICES)
        case BookingConflict(obstacles=obstacles, free_from=free):
            return [*few([_in_the_way(each) for each in obstacles], OBSTACLES), *_free(free)]
        case SomebodyElseHolds(rivals=rivals):
            return taking.holders(tuple(bare_facts(lease) for lease in rivals))
        case FrozenNow(window=window):
            return [f"It ends {words.clock(window.end)}. Queue, and you are asked then."]
        case GateClosed():
            return of_deployments.beside(error)
        case UsageError(usage=str(usage)) if usage:
            return [f"Usage: {mrkdwn.code(usage, 300)}"]
        case _:
            return []


def _whose(lease: LeaseFacts) -> str:
    place = f"*{words.scope(lease)}*"
    if lease.status == Status.ACTIVE:
        return f"{words.who(lease.person)} holds {place} {words.until(lease)}{words.why(lease)}"
    if lease.status == Status.BOOKED:
        return _booked(lease)
    return f"{words.who(lease.person)} waits for {place}{words.why(lease)}"


def _booked(lease: LeaseFacts) -> str:
    return f"{words.who(lease.person)} has booked *{words.scope(lease)}* {words.times(lease)}{words.why(lease)}"


def _in_the_way(obstacle: InTheWay) -> str:
    if obstacle.lease:
        return f"• {_whose(bare_facts(obstacle.lease))}"
    times, window = words.window(obstacle.start, obstacle.end), obstacle.window
    place, why = (str(window.scope), window.reason) if window else ("It", "")
    return f"• *{mrkdwn.escape(place)}* is frozen {times} · {mrkdwn.escape(why, words.REASON_SHOWN)}"


def _free(at: datetime | None) -> list[str]:
    return [f"It is free for as long from {words.clock(at)} on."] if at else ["No free time of that length was found."]


def instead(error: SignalboxError) -> list[Element]:  # noqa: C901, PLR0911, PLR0912 - one case a refusal
    match error:
        case AlreadyYours() | EndHasMoved() | EndsThenAlready() | OverlapsYours() if (
            error.lease.status is Status.ACTIVE
        ):
            return _held(error.lease)
        case AlreadyWaiting(lease=lease) | OtherOffer(lease=lease) if lease.status is Status.OFFERED:
            return list(words.offer_buttons(bare_facts(lease)))
        case AlreadyWaiting(lease=lease) | OverlapsYours(lease=lease):
            return [words.leave_button(bare_facts(lease))]
        case SeveralMeant():
            return _choices(error)
        case NothingMeant(verb="release" | "extend" | "give", holders=[lease, *_]) | NotYours(lease=lease) if (
            lease.status is Status.ACTIVE
        ):
            return [words.line_button("Ask for it", f"ask {_place(lease)}")]
        case StillActive(lease=lease) | KeptAlive(lease=lease):
            return [words.release_button(bare_facts(lease))]
        case BookingConflict(wanted=wanted, free_from=datetime() as free):
            return [booking.then_button(wanted, free), booking.calendar_button(wanted.scope.environment)]
        case BookingConflict(wanted=wanted):
            return [booking.calendar_button(wanted.scope.environment)]
        case TooFarAhead():
            return [booking.calendar_button()]
        case FrozenNow(wanted=wanted):
            line = f"reserve {wanted.scope} {wanted.mode} {_minutes(wanted.length)}m"
            return [words.line_button("Queue for it", line)]
        case SomebodyElseHolds(wanted=wanted, rivals=rivals, seen=seen):
            line = f"take {wanted.scope} {_minutes(wanted.length)}m {quoted(wanted.reason)}"
            return taking.ways_on(str(wanted.scope), tuple(map(bare_facts, rivals)), seen, line)
        case NobodyHolds(scope=scope):
            return [words.line_button("Reserve for 1 h", f"reserve {scope} 1h")]
        case BookedThen(lease=lease):
            return [booking.calendar_button(lease.scope.environment)]
        case HoldsAlready(lease=lease):
            return [words.line_button("Show who has what", f"board {lease.scope.environment}")]
        case AskedLately(lease=lease):
            return [words.line_button("Tell me when it is free", f"watch {_place(lease)}")]
        case NothingToUndo(line=str(line)) if line:
            return [words.line_button(line, line)]
        case NothingMeant() | NothingToUndo() | CannotUndo():
            return [words.line_button("Show the board", "")]
        case NotUnwell() | NotFrozen():
            return [words.line_button("Show what is the matter", "health")]
        case GateClosed() | WrongToken() | NotUnderWay() | NothingBefore() | Moved() | MovedOn():
            return of_deployments.instead(error)
        case suites.StillRunning() | suites.NotUnderWay() | suites.NothingFailed() | suites.Moved():
            return of_suites.instead(error)
        case UsageError() | NotFound():
            typed = enumerate(error.suggestions[:SUGGESTIONS])
            lines = [words.line_button(line, line, n, family=error.family) for n, line in typed]
            return [*lines, *([fill_in(error.blank)] if isinstance(error, Unsaid) else [])]
        case _:
            return []


def _choices(several: SeveralMeant) -> list[Element]:
    leases = [bare_facts(lease) for lease in several.leases[:CHOICES]]
    if several.to:
        return [_give_button(lease, n, several.to) for n, lease in enumerate(leases, 1)]
    minutes = _minutes(several.length) if several.length else None
    begins = [_begins(lease) for lease in several.leases]
    return [
        words.choice_button(several.verb, lease, n, minutes, several.until, when=when)
        for n, (lease, when) in enumerate(zip(leases, begins, strict=False), 1)
    ]


def _begins(lease: Lease) -> str:
    """Of a booking, as the clocks of its person show it: a button's text cannot follow those of its reader."""
    begins, hours = lease.wanted.begins, lease.wanted.terms.hours
    if begins is None or lease.status is not Status.BOOKED:
        return ""
    return f"{begins.astimezone(hours.zone if hours else UTC):%a %d %b %H:%M}{'' if hours else ' UTC'}"


def _give_button(lease: LeaseFacts, number: int, to: str) -> Element:
    carries = value(lease=lease.lease_id, version=lease.version, to=to)
    return button(f"{number}. {words.target(lease)}", f"env.give.{number}", carries)


def _held(lease: Lease) -> list[Element]:
    held = bare_facts(lease)
    return [words.extend_button(held, 30), words.extend_button(held, 60), words.release_button(held)]


def _place(lease: Lease) -> str:
    return words.target(bare_facts(lease))


def _minutes(length: timedelta) -> int:
    return round(length / timedelta(minutes=1))
