"""The deployment's one message in the announce channel: it grows, and at last says what came of it."""

from __future__ import annotations

from bot.notices.facts import DeploymentFacts
from bot.notices.model import DeploymentCard
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import actions, context, section
from handlers.views.deployments import words as says


def card(notice: DeploymentCard) -> Message:
    found = notice.deployment
    line = _head(found)
    blocks: list[Block] = [section("\n".join([line, *_told(found)]))]
    blocks.append(context(" · ".join(_notes(found))))
    if found.lease_taken and not (_settled(found) or found.stage == "waiting"):
        blocks.append(_meanwhile(found))
    return Message(line, tuple(blocks))


def _settled(found: DeploymentFacts) -> bool:
    """What it took is given back, or has gone over to what replaces it."""
    return found.settled is not None or found.stage in ("failed", "cancelled", "lost")


def _meanwhile(found: DeploymentFacts) -> Block:
    """Its lease has no card of its own: what others want of it is asked for here."""
    return actions(
        words.line_button("Queue for 1 h", f"reserve {found.scope} 1h"),
        words.line_button("Tell me when it is free", f"watch {found.scope}", 1),
    )


def _head(found: DeploymentFacts) -> str:
    lamp, state = _state(found)
    return f"{lamp} {says.what(found)} · {state}"


def _state(found: DeploymentFacts) -> tuple[str, str]:  # noqa: PLR0911 - one return a stage is the shape of this table
    match found.stage:
        case "waiting":
            return ":hourglass:", f"waits for its turn{says.why(found.why)}"
        case "open":
            return ":rocket:", f"about to start{says.why(found.why)}"
        case "running":
            since = f" since {words.clock(found.started, found.opened)}" if found.started else ""
            return ":rocket:", f"being deployed{since}{says.why(found.why)}"
        case "failed":
            return ":x:", f"failed{says.why(found.why)}"
        case "cancelled":
            return ":no_entry_sign:", f"not deployed{says.ended(found)}"
        case "lost":
            return ":warning:", "it never said how it ended: look at its pipeline"
        case _:
            return _watched(found)


def _watched(found: DeploymentFacts) -> tuple[str, str]:  # noqa: PLR0911 - as above
    match found.watch:
        case "watching":
            until = f" until {words.clock(found.watch_until, found.finished)}" if found.watch_until else ""
            return ":eyes:", f"deployed, and watched{until}"
        case "good":
            return ":white_check_mark:", "deployed, and it works" + (", but look at this" if found.doubts else "")
        case "replaced":
            return ":fast_forward:", "deployed, and replaced by another version"
        case "ended":
            lamp, how = (":grey_question:", "") if found.doubts else (":fast_forward:", ", and not watched to the end")
            return lamp, f"deployed{how}{says.why(found.why)}"
        case "red" if found.replaced_with:
            back = f"rolled back to *{says.version(found.replaced_with)}* by {words.who(found.replaced_by)}"
            return ":leftwards_arrow_with_hook:", f"deployed, not well{says.why(found.why)}, and {back}"
        case "red":
            return ":red_circle:", f"deployed, and not well{says.why(found.why)}"
        case _:
            return ":ballot_box_with_check:", "deployed"


def _told(found: DeploymentFacts) -> list[str]:
    """What came of it stands before what it brings."""
    works = [f"Works with {says.beside(found)}."] if found.watch == "good" and found.beside else []
    came = [*says.doubts(found), *says.seen(found), *says.slow_requests(found), *says.complaints(found)]
    return [*works, *came, *says.changes(found)]


def _notes(found: DeploymentFacts) -> list[str]:
    """Who, under what, and what is unusual about it."""
    notes = [words.who(found.by)]
    if found.note:
        notes.append(escape(found.note, says.NOTE_SHOWN))
    if found.undoes:
        notes.append(":leftwards_arrow_with_hook: a roll back")
    if found.overridden_by:
        reason = escape(found.overridden_reason, says.NOTE_SHOWN)
        notes.append(f":unlock: gate set aside by {words.who(found.overridden_by)}: {reason}")
    if found.stage == "succeeded" and found.ended_by:
        notes.append(f":no_entry_sign: cancelled by {words.who(found.ended_by)}, too late")
    if found.lease_id:
        notes.append(_lease(found))
    if found.unannounced:
        why = f", which would have said no{says.observed(found)}" if found.observed else ""
        notes.append(f":warning: its pipeline ran without asking the gate{why}")
    elif found.observed:
        notes.append(f":warning: the gate said no{says.observed(found)}")
    if run := says.pipeline(found):
        notes.append(run)
    return [*notes, *says.telemetry(found)]


def _lease(found: DeploymentFacts) -> str:
    named = f":lock: lease `{escape(found.lease_id, 20)}`"
    if not found.lease_taken:
        return f"{named}, their own"
    if _settled(found):
        return f"{named}, was taken for it"
    until = f" until {words.clock(found.lease_until, found.opened)}" if found.lease_until else ""
    return f"{named}, taken for it{until}"
