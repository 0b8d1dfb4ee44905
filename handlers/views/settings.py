"""Personal settings: the form, and what is in force. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import time
from typing import Any

from bot.catalog.values import WEEKDAYS, Hours
from bot.notices.preferences import Preferences, Quiet
from bot.notices.topics import OPTIONAL, Topic
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import escape
from handlers.views.blocks import Element, actions, button, context, input_block, option, plain, section, value

OPEN, SAVE = "settings.open", "settings.save"
TOPICS, QUIET, QUIET_FROM, QUIET_TO = "topics", "quiet", "quiet_from", "quiet_to"
FULL_DAYS, UNLIMITED = "full_days", "unlimited"
WORK_FROM, WORK_TO, ZONE = "work_from", "work_to", "zone"
"""Fields of the form: block_id and action_id."""

ALWAYS = "What asks for your decision always reaches you, also in quiet hours: offers, and what becomes of them."
WHAT: Mapping[Topic, tuple[str, str]] = {
    Topic.REMINDER: ("Reminders", "What I hold ends soon, with buttons to extend it"),
    Topic.ENDED: ("Ends", "My time is over"),
    Topic.MATES: ("Team mates", "A mate has accepted, extended or released it for me"),
    Topic.ASKED: ("Requests", "Somebody would like to have what I hold"),
    Topic.SOON: ("Next in line", "My turn is near, with a button to accept it in advance"),
    Topic.RECEIPT: ("Receipts", "What I deployed works, and with what"),
}
"""Each topic that can be turned off: its name, and a sentence."""


def settings_button() -> Element:
    return button("Settings", OPEN, value())


def settings(chosen: Preferences, hours: Hours) -> Message:
    """What is in force, and the way to change it. hours: the working day that follows from all that is known."""
    lines = "\n".join(in_force(chosen, hours))
    return Message(lines, (section(lines), actions(button("Change", OPEN, value(), style="primary"))))


def in_force(chosen: Preferences, hours: Hours) -> list[str]:
    wanted, muted = _names(set(OPTIONAL) - chosen.muted), _names(chosen.muted)
    told = f"*Direct messages:* offers{wanted and f', {wanted}'}{muted and f' · not: {muted}'}"
    full = "all of them" if chosen.unlimited else "what asks nothing of you shares one message"
    return [told, f"*On a full day:* {full}", f"*Quiet hours:* {_quiet(chosen)}", f"*Working day:* {_day(hours)}"]


def _names(topics: AbstractSet[Topic]) -> str:
    return ", ".join(WHAT[topic][0].lower() for topic in OPTIONAL if topic in topics)


def _quiet(chosen: Preferences) -> str:
    match chosen.quiet:
        case Quiet.NEVER:
            return "none"
        case Quiet.OUTSIDE_WORK:
            return "outside my working day"
        case Quiet.OWN:
            return f"{chosen.quiet_from:%H:%M} to {chosen.quiet_to:%H:%M}"


def _day(hours: Hours) -> str:
    days = sorted(hours.days)
    together = len(days) > 1 and days == list(range(days[0], days[-1] + 1))
    names = [WEEKDAYS[day].capitalize() for day in ([days[0], days[-1]] if together else days)]
    return (
        f"{('-' if together else ', ').join(names)} {hours.start:%H:%M} to {hours.end:%H:%M}, {escape(hours.zone_name)}"
    )


def form(chosen: Preferences, hours: Hours) -> dict[str, Any]:
    """The form as it is opened. hours: as in `settings`."""
    return {
        "type": "modal",
        "callback_id": SAVE,
        "title": plain("My settings", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "blocks": [
            section(ALWAYS),
            _topics(chosen),
            _full_days(chosen),
            *_quiet_hours(chosen),
            *_working_day(chosen, hours),
        ],
    }


def _topics(chosen: Preferences) -> Block:
    options = {topic: option(WHAT[topic][0], topic.value, WHAT[topic][1]) for topic in OPTIONAL}
    element: dict[str, Any] = {"type": "checkboxes", "action_id": TOPICS, "options": list(options.values())}
    if wanted := [options[topic] for topic in OPTIONAL if topic not in chosen.muted]:
        element["initial_options"] = wanted
    return input_block("Direct messages I also want", TOPICS, element, optional=True)


def _full_days(chosen: Preferences) -> Block:
    """A box to tick: nothing is left out."""
    every = option("Send me each by itself, however many", UNLIMITED)
    element: dict[str, Any] = {"type": "checkboxes", "action_id": FULL_DAYS, "options": [every]}
    if chosen.unlimited:
        element["initial_options"] = [every]
    hint = (
        "Otherwise what asks nothing of you shares one message, and that rings once: that it goes well or has begun, "
        "that you are next in line, what a mate did for you. Beside it rings what came of one run or deployment more. "
        "A short run has no card then."
    )
    return input_block("On a full day", FULL_DAYS, element, hint=hint, optional=True)


def _quiet_hours(chosen: Preferences) -> list[Block]:
    options = {
        Quiet.NEVER: option("None", Quiet.NEVER.value),
        Quiet.OUTSIDE_WORK: option("Outside my working day", Quiet.OUTSIDE_WORK.value),
        Quiet.OWN: option("Between these times, every day", Quiet.OWN.value),
    }
    radio = {
        "type": "radio_buttons",
        "action_id": QUIET,
        "options": list(options.values()),
        "initial_option": options[chosen.quiet],
    }
    hint = "What can wait then comes as one message when they end."
    return [
        input_block("Quiet hours", QUIET, radio, hint=hint),
        _time("Quiet from", QUIET_FROM, chosen.quiet_from),
        _time("Quiet until", QUIET_TO, chosen.quiet_to),
    ]


def _working_day(chosen: Preferences, hours: Hours) -> list[Block]:
    zone: dict[str, Any] = {"type": "plain_text_input", "action_id": ZONE, "placeholder": plain(hours.zone_name)}
    if chosen.zone_name:
        zone["initial_value"] = chosen.zone_name
    return [
        _time("My working day begins", WORK_FROM, hours.start),
        _time("My working day ends", WORK_TO, hours.end),
        input_block(
            "Time zone", ZONE, zone, hint="Such as Europe/Berlin. Empty: where you are by what I know.", optional=True
        ),
    ]


def _time(label: str, id: str, at: time) -> Block:
    return input_block(label, id, {"type": "timepicker", "action_id": id, "initial_time": f"{at:%H:%M}"})


def saved(chosen: Preferences, hours: Hours) -> dict[str, Any]:
    """What the form turns into once it is saved."""
    return {
        "type": "modal",
        "title": plain("My settings", 24),
        "close": plain("Close", 24),
        "blocks": [
            section(":white_check_mark: Saved. From now on:"),
            section("\n".join(in_force(chosen, hours))),
            context(ALWAYS),
        ],
    }
