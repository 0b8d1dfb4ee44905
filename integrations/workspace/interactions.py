"""Acting on elements and modals: the payload the app gets, and what its acknowledgement does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from integrations.workspace.blocks import elements_of
from integrations.workspace.composition import OPTION_GROUPS, options
from integrations.workspace.delivery import Envelope
from integrations.workspace.errors import ApiError
from integrations.workspace.inputs import problems_of_input
from integrations.workspace.payloads import Payloads, action, message_container, without_private
from integrations.workspace.people import Done
from integrations.workspace.shapes import fields
from integrations.workspace.site import Site
from integrations.workspace.triggers import Origin
from integrations.workspace.view_rules import check_view

_ERROR_KEYS = frozenset({"response_action", "errors", "view"})
UNWELL = "Something went wrong. Please try again."

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One act on an element, which stands in a message (channel, message_ts) or in a view (view_id).

    `action` has action_id, block_id (found when absent) and what was chosen; `values` is the state of inputs around.
    """

    person: str
    action: Payload
    channel: str | None = None
    message_ts: str | None = None
    view_id: str | None = None
    values: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitted:
    """`errors` are sentences by block_id; without them `done` says how it went."""

    done: Done = field(default_factory=Done)
    errors: dict[str, str] = field(default_factory=dict)


class Interactions:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._payloads = Payloads(site.directory)

    async def act(self, act: Act) -> Done:
        """Raises ApiError message_not_found, not_found or action_not_found."""
        place, blocks, view_id = self._place(act, responds=True)
        block, element = find_element(blocks, act.action)
        if element.get("url") and element["type"] == "button" and not element.get("action_id"):
            return Done()
        actions = [action(element, block["block_id"], act.action)]
        trigger = self._site.triggers.new(act.person, view_id)
        more = {"trigger_id": trigger, **place, "actions": actions}
        payload = self._payloads.interaction("block_actions", act.person, **more)
        ack = await self._site.delivery.send(Envelope("interactive", "block_actions", payload))
        return Done(ack.error, "" if ack.ok else UNWELL, ack)

    async def suggest(self, act: Act) -> Payload:
        """`options` or `option_groups` from the app. Raises ApiError when it gives none, or bad ones."""
        place, blocks, _ = self._place(act, responds=False)
        block, element = find_element(blocks, act.action)
        facts = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": act.action.get("value") or "",
        }
        payload = self._payloads.interaction("block_suggestion", act.person, **facts, **place)
        envelope = Envelope("interactive", "block_suggestion", payload, accepts_response_payload=True)
        ack = await self._site.delivery.send(envelope)
        if not ack.ok:
            raise ApiError(ack.error)
        _check_options(ack.payload)
        return ack.payload

    async def submit(self, person: str, view_id: str, values: Payload) -> Submitted:
        """Checks what Slack's client checks, then asks the app. Raises ApiError not_found."""
        view = self._own_view(person, view_id)
        errors = problems_of_input(view["blocks"], values)
        if errors:
            return Submitted(errors=errors)
        view = self._site.views.remember_state(person, view, _without_empty(values))
        trigger = self._site.triggers.new(person, view_id)
        payload = self._payloads.interaction("view_submission", person, trigger_id=trigger, view=view, response_urls=[])
        envelope = Envelope("interactive", "view_submission", payload, accepts_response_payload=True)
        ack = await self._site.delivery.send(envelope)
        if not ack.ok:
            return Submitted(Done(ack.error, "We had some trouble connecting. Try again?", ack))
        return self._follow(person, view, ack.payload, Done(ack=ack))

    def _follow(self, person: str, view: Payload, answer: Any, done: Done) -> Submitted:
        """Do what the acknowledgement of a submission says."""
        if not answer:
            self._site.views.pop(person, view["id"])
            return Submitted(done)
        try:
            return self._respond(person, view, answer, done)
        except ApiError as error:
            self._site.traffic.note("refused", name="view_submission", **error.body)
            return Submitted(Done(error.error, UNWELL, done.ack))

    def _respond(self, person: str, view: Payload, answer: Any, done: Done) -> Submitted:
        kind = answer.get("response_action") if isinstance(answer, dict) else None
        if kind == "errors":
            return Submitted(done, _checked_errors(view, answer.get("errors")))
        if kind == "clear":
            self._site.views.clear(person)
        elif kind in ("update", "push"):
            given = answer.get("view") or {}
            check_view(given, "modal", self._site.files.usable)
            if kind == "push":
                self._site.views.push(person, given)
            else:
                self._site.views.update(person, view, given)
        else:
            raise ApiError("invalid_response_action")
        return Submitted(done)

    def close(self, person: str, view_id: str, *, all_of_them: bool = False) -> None:
        """Close one view, or the whole stack; the app hears of those that asked for it."""
        view = self._own_view(person, view_id)
        closed = reversed(self._site.views.stack(person)) if all_of_them or view.get("clear_on_close") else [view]
        cleared = all_of_them or bool(view.get("clear_on_close"))
        for each in list(closed):
            self._site.views.pop(person, each["id"])
            if each["notify_on_close"]:
                payload = self._payloads.interaction("view_closed", person, view=each, is_cleared=cleared)
                self._site.delivery.send_event(Envelope("interactive", "view_closed", payload))

    def _place(self, act: Act, *, responds: bool) -> tuple[Payload, list[Payload], str | None]:
        """Where it happened as the payload says it, the blocks there, and the view if it is a modal."""
        if act.view_id:
            owner, view = self._site.views.find(act.view_id)
            if owner != act.person:
                raise ApiError("not_found")
            view = self._site.views.remember_state(
                act.person, view, _without_empty(act.values) or view["state"]["values"]
            )
            container = {"type": "view", "view_id": view["id"]}
            return (
                {"container": container, "view": view},
                view["blocks"],
                view["id"] if view["type"] == "modal" else None,
            )
        return (*self._place_of_message(act, responds=responds), None)

    def _place_of_message(self, act: Act, *, responds: bool) -> tuple[Payload, list[Payload]]:
        channel, ts = act.channel or "", act.message_ts or ""
        messages = self._site.messages
        message = messages.get(channel, ts) or messages.get(channel, ts, only_for=act.person)
        if message is None or act.person not in self._site.directory.members(channel):
            raise ApiError("message_not_found")
        place: Payload = {"container": message_container(channel, message), "channel": self._payloads.channel(channel)}
        ephemeral = bool(message.get("ephemeral"))
        if not ephemeral:
            place["message"] = without_private(message)
        if responds:
            place["state"] = {"values": _without_empty(act.values)}
            origin = Origin(act.person, channel, ts, ephemeral)
            place["response_url"] = self._site.response_urls.new(origin, kind="actions")
        return place, message.get("blocks", [])

    def _own_view(self, person: str, view_id: str) -> Payload:
        owner, view = self._site.views.find(view_id)
        if owner != person or view["type"] != "modal":
            raise ApiError("not_found")
        return view


def find_element(blocks: list[Payload], action: Payload) -> tuple[Payload, Payload]:
    """The block and the element with that action_id (and block_id, when given). Raises ApiError action_not_found."""
    wanted, block_id = action.get("action_id"), action.get("block_id")
    known: list[str] = []
    for block in blocks:
        for element in elements_of(block):
            known.append(element.get("action_id", ""))
            if element.get("action_id") == wanted and block_id in (None, "", block["block_id"]):
                return block, element
    raise ApiError("action_not_found", message=f"No element {wanted!r} there. There are: {', '.join(known) or 'none'}.")


def _checked_errors(view: Payload, errors: Any) -> dict[str, str]:
    """Errors must name input blocks of the view, in sentences. Raises ApiError."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise ApiError("invalid_errors", message="errors must name input blocks of the view")
    return {block: str(sentence) for block, sentence in errors.items()}


def _check_options(answer: Any) -> None:
    problems: list[tuple[str, str]] = []
    if isinstance(answer, dict) and "option_groups" in answer:
        fields({"option_groups": OPTION_GROUPS})(answer, "", problems)
    elif isinstance(answer, dict) and answer.get("options") == []:
        return
    else:
        fields({"options": options(100)})(answer, "", problems)
    if problems:
        raise ApiError("invalid_options", message=f"{problems[0][1]} [json-pointer:{problems[0][0]}]")


def _without_empty(values: Payload) -> Payload:
    return {block: actions for block, actions in values.items() if actions}
