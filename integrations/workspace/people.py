"""What people do: write, run commands, react, open the App Home. Each is one method; the page and the tests call it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from integrations.workspace import escaping
from integrations.workspace.answers import Answers
from integrations.workspace.delivery import Ack, Envelope
from integrations.workspace.errors import ApiError
from integrations.workspace.ids import new_id
from integrations.workspace.payloads import Payloads, without_private
from integrations.workspace.site import Site
from integrations.workspace.triggers import Origin

TYPED = 12_000
"""Characters a person may type in one message; Slack's client makes a snippet of longer ones."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it. `error` is Slack's code, `message` what the person reads; `ack` how the app answered."""

    error: str = ""
    message: str = ""
    ack: Ack | None = None


class People:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._payloads = Payloads(site.directory)
        self._answers = Answers(site)

    def write(self, person: str, channel: str, text: str, thread_ts: str | None = None) -> dict[str, Any]:
        """The stored message. Raises ApiError: no such channel or thread, not in it, no_text, msg_too_long."""
        site = self._site
        self._check_member(person, channel)
        if not text.strip():
            raise ApiError("no_text")
        if len(text) > TYPED:
            raise ApiError("msg_too_long")
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        if thread_ts and site.messages.get(channel, thread_ts) is None:
            raise ApiError("thread_not_found")
        said = {"user": person, "client_msg_id": new_id("M"), "team": site.seed.team.id}
        return site.posts.post(channel, {**said, "text": escaping.message_text(text, site.directory), **thread})

    async def command(self, person: str, channel: str, line: str) -> Done:
        """Run `/name text`. The answer in the acknowledgement is shown; a failure is told the way Slack tells it."""
        site = self._site
        self._check_member(person, channel)
        name, _, text = line.strip().partition(" ")
        if name not in {command.command for command in site.seed.app.commands}:
            return Done("unknown_command", f"{name} is not a valid command.")
        origin = Origin(person, channel)
        payload = self._payloads.command(
            person,
            channel,
            command=name,
            text=escaping.command_text(text.strip(), site.directory),
            response_url=site.response_urls.new(origin, kind="commands"),
            trigger_id=site.triggers.new(person),
        )
        ack = await site.delivery.send(Envelope("slash_commands", name, payload, accepts_response_payload=True))
        if not ack.ok:
            return self._failed(origin, name, ack, ack.error)
        try:
            if ack.payload:
                self._answers.answer(origin, ack.payload)
        except ApiError as refusal:
            site.traffic.note("refused", name=name, **refusal.body)
            return self._failed(origin, name, ack, "invalid_command_response")
        return Done(ack=ack)

    def _failed(self, origin: Origin, name: str, ack: Ack, error: str) -> Done:
        message = f'{name} failed with the error "{error}"'
        self._site.posts.whisper(origin.channel, {"user": "USLACKBOT", "text": message}, origin.person)
        return Done(error, message, ack)

    def react(self, person: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        site = self._site
        self._check_member(person, channel)
        message = site.messages.get(channel, ts)
        if message is None:
            raise ApiError("message_not_found")
        site.posts.show_reactions(channel, site.messages.react(channel, message, name, person, remove=remove))
        site.events.reaction(channel, message, name, person, removed=remove, at=f"{time.time():.6f}")

    def open_home(self, person: str) -> None:
        self._check_person(person)
        channel = self._site.directory.direct(person, self._site.directory.bot)
        self._site.events.home_opened(person, channel, self._site.views.home(person), at=f"{time.time():.6f}")

    def join(self, person: str, channel: str) -> None:
        """Tell the app that the person joined the channel, as Slack does for somebody new."""
        self._check_member(person, channel)
        self._site.events.joined(channel, person, at=f"{time.time():.6f}")

    async def shortcut(
        self, person: str, callback_id: str, *, channel: str | None = None, ts: str | None = None
    ) -> Done:
        """A global shortcut, or with `channel` and `ts` one from the menu of a message."""
        site = self._site
        self._check_person(person)
        more: dict[str, Any] = {
            "callback_id": callback_id,
            "trigger_id": site.triggers.new(person),
            "action_ts": f"{time.time():.6f}",
        }
        kind = "shortcut"
        if channel and ts:
            kind = "message_action"
            more |= self._of_message(person, channel, ts)
        ack = await site.delivery.send(Envelope("interactive", kind, self._payloads.interaction(kind, person, **more)))
        return Done(ack.error, "" if ack.ok else "The app did not respond.", ack)

    def _of_message(self, person: str, channel: str, ts: str) -> dict[str, Any]:
        self._check_member(person, channel)
        message = self._site.messages.get(channel, ts)
        if message is None:
            raise ApiError("message_not_found")
        return {
            "message_ts": ts,
            "channel": self._payloads.channel(channel),
            "message": without_private(message),
            "response_url": self._site.response_urls.new(Origin(person, channel, ts), kind="actions"),
        }

    def _check_person(self, person: str) -> None:
        if not self._site.directory.is_person(person):
            raise ApiError("user_not_found")

    def _check_member(self, person: str, channel: str) -> None:
        self._check_person(person)
        if self._site.directory.channel(channel) is None:
            raise ApiError("channel_not_found")
        if person not in self._site.directory.members(channel):
            raise ApiError("not_in_channel")
