"""What is answered to whoever is next: asked again later, or handed over without being asked."""

from __future__ import annotations

from datetime import datetime

from bot.ports.chat import Message
from bot.reservations.facts import facts
from bot.reservations.outcome import Outcome
from bot.reservations.values import Status
from handlers.views import answers
from handlers.views import lease as words
from handlers.views.blocks import actions, section


def put_off(outcome: Outcome, lease_id: str, now: datetime) -> Message:
    """As it was left by this answer, whatever has come of it since."""
    lease = outcome.after.get(lease_id)
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    told = facts(outcome.state, lease, now)
    again = f" at {words.clock(told.again, now)}" if told.again else ""
    line = f":zzz: *{words.scope(told)}* goes to others first. You keep your place and are asked again{again}."
    return Message(line, (section(line), actions(words.leave_button(told))))


def ahead(outcome: Outcome, lease_id: str, now: datetime) -> Message:
    """Held, when it was on offer already; else it comes by itself."""
    lease = outcome.state.leases.get(lease_id)
    if lease is None:
        return answers.over(replayed=True)
    told = facts(outcome.state, lease, now)
    if lease.status is Status.ACTIVE:
        return answers.held(told)
    line = f":white_check_mark: *{words.scope(told)}* is handed to you as soon as it is free, without asking again."
    return Message(line, (section(f"{line} Your turn: {words.turn(told)}."), actions(words.leave_button(told))))
