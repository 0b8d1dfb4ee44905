"""Finds what a test means: a channel by name, the newest message with a button, the view on top."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from integrations.workspace.blocks import elements_of
from integrations.workspace.errors import ApiError
from integrations.workspace.messages import Message, Window
from integrations.workspace.site import Site

Answer = dict[str, Any]
EVERYTHING = Window(limit=100_000)


@dataclass(frozen=True, slots=True)
class Place:
    channel: str | None = None
    message_ts: str | None = None
    view_id: str | None = None


class Finder:
    def __init__(self, site: Site) -> None:
        self._site = site

    def channel(self, given: str, person: str | None = None) -> str:
        """By id, by name with or without #, by `dm` (the person with the app), or by a person's id (the same)."""
        directory = self._site.directory
        if given == "dm" and person:
            return directory.direct(person, directory.bot)
        if directory.is_person(given):
            return directory.direct(given, directory.bot)
        id = given if directory.channel(given) else directory.channel_by_name(given)
        if id is None:
            names = sorted(str(channel["name"]) for channel in directory.channels() if "name" in channel)
            raise ApiError("channel_not_found", message=f"No channel {given!r}. There are: {', '.join(names)}.")
        return id

    def messages(self, given: str, thread: str | None) -> list[Message]:
        """Oldest first; replies stand among them by time."""
        channel = self.channel(given)
        if thread:
            return self._site.messages.replies(channel, thread, EVERYTHING)[0]
        return self._site.messages.all_of(channel)

    def place(self, person: str, action: Answer, given: Answer) -> Place:
        """Where the element stands. What `given` says (channel, ts, view_id) narrows the search. Raises ApiError."""
        if given.get("view_id"):
            return Place(view_id=given["view_id"])
        if given.get("ts"):
            return Place(self.channel(given["channel"], person), given["ts"])
        candidates = [] if given.get("channel") else self._views(person)
        candidates += self._seen(person, given.get("channel"))
        for place, blocks in candidates:
            if any(
                element.get("action_id") == action["action_id"] for block in blocks for element in elements_of(block)
            ):
                return place
        raise ApiError("action_not_found", message=self._nothing(person, action["action_id"], candidates))

    def _nothing(self, person: str, action_id: str, candidates: list[tuple[Place, list[Answer]]]) -> str:
        known = {e.get("action_id", "") for _, blocks in candidates for block in blocks for e in elements_of(block)}
        return f"{person} sees no {action_id!r}. There are: {', '.join(sorted(known)) or 'no elements'}."

    def _views(self, person: str) -> list[tuple[Place, list[Answer]]]:
        stack = list(reversed(self._site.views.stack(person)))
        home = self._site.views.home(person)
        return [(Place(view_id=view["id"]), view["blocks"]) for view in [*stack[:1], *([home] if home else [])]]

    def _seen(self, person: str, given: str | None) -> list[tuple[Place, list[Answer]]]:
        """Messages with blocks, newest first."""
        directory = self._site.directory
        mine = [channel["id"] for channel in directory.channels() if person in directory.members(channel["id"])]
        found = [
            (message["ts"], Place(id, message["ts"]), message["blocks"])
            for id in ([self.channel(given, person)] if given else mine)
            for message in (*self._site.messages.all_of(id), *self._site.messages.ephemerals(id, person))
            if "blocks" in message
        ]
        return [(place, blocks) for _, place, blocks in sorted(found, key=lambda each: each[0], reverse=True)]

    def top_view(self, person: str, view_id: str | None) -> Answer:
        stack = self._site.views.stack(person)
        found = [view for view in stack if view["id"] == view_id] if view_id else stack[-1:]
        if not found:
            raise ApiError(
                "not_found", message=f"{person} has no such view open; open are {[v['callback_id'] for v in stack]}."
            )
        return found[0]

    def values(self, view: Answer, given: Answer) -> Answer:
        """State values from a short form {action_id: value}; a string is the value of whatever the element chooses."""
        inputs = {e["action_id"]: (block["block_id"], e) for block in view["blocks"] for e in elements_of(block)}
        values: Answer = {block: dict(actions) for block, actions in given.items() if block not in inputs}
        for action_id, (block_id, element) in inputs.items():
            known = block_id in given and _is_state(given[block_id], action_id) and block_id not in inputs
            if not known:
                state = _state(element, given.get(action_id))
                values.setdefault(block_id, {})[action_id] = state
        unknown = [name for name in values if name not in {block["block_id"] for block in view["blocks"]}]
        if unknown:
            raise ApiError("invalid_arguments", message=f"No input {unknown[0]!r}. There are: {', '.join(inputs)}.")
        return values

    def holds(self, wanted: Answer) -> bool:
        """Whether the condition of a wait is true now."""
        checks = {"connected": self._connected, "traffic": self._traffic, "view": self._view, "home": self._home}
        if any(name in wanted and not check(wanted) for name, check in checks.items()):
            return False
        return "channel" not in wanted or len(self.said(wanted)) >= wanted.get("count", 1)

    def _connected(self, wanted: Answer) -> bool:
        return self._site.delivery.transport.connected == wanted["connected"]

    def _traffic(self, wanted: Answer) -> bool:
        count = self._site.traffic.count(wanted["traffic"], after=int(wanted.get("after") or 0))
        return count >= wanted.get("count", 1)

    def _view(self, wanted: Answer) -> bool:
        stack = self._site.views.stack(wanted["as"])
        return wanted["view"] == (stack[-1]["callback_id"] if stack else "")

    def _home(self, wanted: Answer) -> bool:
        home = self._site.views.home(wanted["as"])
        return home is not None and wanted["home"] in json.dumps(home, ensure_ascii=False)

    def said(self, wanted: Answer) -> list[Message]:
        """The messages that a wait is for, as they are now."""
        person = wanted.get("as")
        channel = self.channel(wanted["channel"], person)
        messages = self._site.messages
        said = messages.ephemerals(channel, person) if person else messages.all_of(channel)
        text, since = wanted.get("contains", ""), str(wanted.get("since", "0"))
        return [each for each in said if each["ts"] > since and text in json.dumps(each, ensure_ascii=False)]


_CHOICE = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
}


def _state(element: Answer, given: Any) -> Answer:
    kind = element["type"]
    if given is None:
        return {"type": kind, **_initial(element)}
    if isinstance(given, dict):
        return {"type": kind, **given}
    if kind in _CHOICE:
        return {"type": kind, _CHOICE[kind]: given}
    if kind in ("static_select", "radio_buttons", "external_select"):
        return {"type": kind, "selected_option": _option(element, given)}
    if kind in ("multi_static_select", "checkboxes", "multi_external_select"):
        return {"type": kind, "selected_options": [_option(element, each) for each in given]}
    return {"type": kind, "value": str(given)}


def _is_state(given: Any, action_id: str) -> bool:
    """Slack's own state of a block, rather than a value for an element of the same name."""
    return isinstance(given, dict) and action_id in given


def _initial(element: Answer) -> Answer:
    """What the element shows before anybody touches it."""
    named = {"initial_value": "value"} | {
        f"initial_{name.removeprefix('selected_')}": name for name in _CHOICE.values()
    }
    named |= {"initial_option": "selected_option", "initial_options": "selected_options"}
    return {named[name]: value for name, value in element.items() if name in named}


def _option(element: Answer, value: str) -> Answer:
    offered = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        offered.extend(group["options"])
    for option in offered:
        if option.get("value") == value:
            return option
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    known = ", ".join(str(option.get("value")) for option in offered)
    raise ApiError("invalid_arguments", message=f"No option {value!r}. There are: {known}.")
