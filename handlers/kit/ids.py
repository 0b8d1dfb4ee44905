"""Who sent a payload, from where, and how a repeat of it is recognised. Pure.

Shapes: docs.slack.dev, "Slash commands", "Interaction payloads", "Events API".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LONGEST = 200
PRIVATE = "privategroup"
"""What Slack calls every private channel where it sends its name."""

INLINE = frozenset({"view_submission", "block_suggestion"})
"""Payloads whose acknowledgement is their answer."""

Body = Mapping[str, Any]


def request_id(body: Body) -> str:
    """The same for every delivery of the same payload; 200 characters at most.

    A view may be submitted again after its errors were shown; its hash stays, so that a double click is one request.
    """
    match body:
        case {"type": "event_callback", "event_id": str(event)}:
            return _short(f"event:{event}")
        case {"type": "view_submission" | "view_closed" as kind, "view": {"id": str(view), **rest}}:
            return _short(f"{kind}:{view}:{rest.get('hash', '')}")
        case {"type": "block_actions", "actions": [{"action_ts": str(at)}, *_]}:
            return _short(f"action:{body.get('trigger_id', '')}:{at}")
        case {"trigger_id": str(trigger)}:
            return _short(f"{body.get('type', 'command')}:{trigger}")
        case _:
            return f"body:{_digest(json.dumps(body, sort_keys=True))}"


def filled_in(body: Body) -> str:
    """Tells two fillings of one form apart."""
    return _digest(json.dumps(body["view"].get("state"), sort_keys=True))[:16]


def person_of(body: Body) -> str:
    """The Slack user id of whoever did it; empty when nobody did (some events)."""
    match body:
        case {"user_id": str(person)} | {"user": {"id": str(person)}}:
            return person
        case {"event": {"user": str(person)}} | {"event": {"user": {"id": str(person)}}}:
            return person
        case _:
            return ""


def channel_of(body: Body) -> str | None:
    """Where it happened; None in a modal or on the Home tab."""
    match body:
        case {"channel_id": str(channel)} | {"channel": {"id": str(channel)}}:
            return channel
        case {"event": {"channel": str(channel)}}:
            return channel
        case _:
            return None


def channel_name_of(body: Body) -> str:
    """What people call the channel in which it happened; empty in a modal, and where Slack does not say it."""
    match body:
        case {"channel_name": str(name)} | {"channel": {"name": str(name)}}:
            return name
        case _:
            return ""


def thread_of(body: Body) -> str:
    """The parent of the reply in which a button was pressed. Empty elsewhere, and where it may have been pressed in the
    channel, with no thread open in which alone a private reply is seen: on a parent, or on what was sent to both.
    """
    place, said = body.get("container") or {}, body.get("message") or {}
    thread, message = str(place.get("thread_ts") or ""), place.get("message_ts")
    return "" if thread == message or said.get("subtype") == "thread_broadcast" else thread


def lane_of(body: Body) -> str:
    """Payloads of one person are handled in order; what nobody did is ordered with nothing."""
    return person_of(body) or request_id(body)


def is_inline(body: Body) -> bool:
    return body.get("type") in INLINE


def _short(id: str) -> str:
    return id if len(id) <= LONGEST else _digest(id)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def carried(action: Body) -> dict[str, Any]:
    """What a view put into the value of its button, or of the option that was chosen of its menu."""
    chosen = action.get("selected_option")
    return json.loads(chosen["value"] if chosen else action["value"])
