"""/_control: what tests do and see. Everything people can do, and the state as a witness gives it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import asdict
from typing import Any

from starlette.routing import BaseRoute, Route

from integrations.workspace.control_find import Finder
from integrations.workspace.errors import ApiError
from integrations.workspace.interactions import Act, Interactions, Submitted
from integrations.workspace.page_api import reading, writing
from integrations.workspace.people import Done, People
from integrations.workspace.site import Site

Answer = dict[str, Any]


class ControlApi:
    """Every answer has `ok`; what the app acknowledged stands in `ack` (state, ms, payload, envelope)."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._people = People(site)
        self._interactions = Interactions(site)
        self._find = Finder(site)

    def routes(self) -> list[BaseRoute]:
        writes = {
            "command": self.command,
            "message": self.message,
            "reaction": self.reaction,
            "action": self.action,
            "submit": self.submit,
            "close": self.close,
            "options": self.options,
            "home": self.open_home,
            "shortcut": self.shortcut,
            "join": self.join,
            "faults": self.set_fault,
            "faults/clear": self.clear_faults,
            "disconnect": self.disconnect,
            "reset": self.reset,
            "wait": self.wait,
        }
        reads = {
            "messages": self.messages,
            "ephemerals": self.ephemerals,
            "views": self.views,
            "home": self.home,
            "traffic": self.traffic,
            "notifications": self.notifications,
            "faults": self.faults,
            "export": self.export,
            "state": self.state,
        }
        return [
            *(Route(f"/_control/{name}", writing(run), methods=["POST"]) for name, run in writes.items()),
            *(Route(f"/_control/{name}", reading(run), methods=["GET"]) for name, run in reads.items()),
        ]

    async def command(self, body: Answer) -> Answer:
        channel = self._find.channel(body["channel"], body["as"])
        return _done(await self._people.command(body["as"], channel, body["text"]))

    async def message(self, body: Answer) -> Answer:
        channel = self._find.channel(body["channel"], body["as"])
        message = self._people.write(body["as"], channel, body["text"], body.get("thread_ts"))
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": message}

    async def reaction(self, body: Answer) -> Answer:
        remove = bool(body.get("remove"))
        self._people.react(
            body["as"], self._find.channel(body["channel"], body["as"]), body["ts"], body["name"], remove=remove
        )
        return {"ok": True}

    async def action(self, body: Answer) -> Answer:
        """The newest message or view that the person sees and that has the action_id, unless the body says which."""
        return _done(await self._interactions.act(self._act(body)))

    async def options(self, body: Answer) -> Answer:
        return {"ok": True, **await self._interactions.suggest(self._act(body))}

    def _act(self, body: Answer) -> Act:
        given = {"action_id": body["action_id"], **(body.get("action") or {})}
        given |= {name: body[name] for name in ("block_id", "value") if body.get(name) is not None}
        at = self._find.place(body["as"], given, body)
        return Act(body["as"], given, at.channel, at.message_ts, at.view_id, body.get("values") or {})

    async def submit(self, body: Answer) -> Answer:
        """`values` by action_id, or Slack's own values by block_id and action_id."""
        view = self._find.top_view(body["as"], body.get("view_id"))
        values = self._find.values(view, body.get("values") or {})
        return _submitted(await self._interactions.submit(body["as"], view["id"], values))

    async def close(self, body: Answer) -> Answer:
        view = self._find.top_view(body["as"], body.get("view_id"))
        self._interactions.close(body["as"], view["id"], all_of_them=bool(body.get("all")))
        return {"ok": True}

    async def open_home(self, body: Answer) -> Answer:
        self._people.open_home(body["as"])
        return {"ok": True}

    async def shortcut(self, body: Answer) -> Answer:
        place = {"channel": body.get("channel"), "ts": body.get("ts")}
        return _done(await self._people.shortcut(body["as"], body["callback_id"], **place))

    async def join(self, body: Answer) -> Answer:
        self._people.join(body["as"], self._find.channel(body["channel"], body["as"]))
        return {"ok": True}

    async def messages(self, query: Answer) -> Answer:
        """All messages of a channel, oldest first, with metadata and replies. A person's id: the DM with the app."""
        return {"ok": True, "messages": self._find.messages(query["channel"], query.get("thread_ts"))}

    async def ephemerals(self, query: Answer) -> Answer:
        channel = self._find.channel(query["channel"], query["as"])
        return {"ok": True, "messages": self._site.messages.ephemerals(channel, query["as"])}

    async def views(self, query: Answer) -> Answer:
        """The stack of open modals, the one on top last."""
        return {"ok": True, "views": self._site.views.stack(query["as"])}

    async def home(self, query: Answer) -> Answer:
        return {"ok": True, "view": self._site.views.home(query["as"])}

    async def traffic(self, query: Answer) -> Answer:
        after = int(query.get("after") or 0)
        return {"ok": True, "entries": self._site.traffic.entries(after=after, kind=query.get("kind"))}

    async def notifications(self, query: Answer) -> Answer:
        return {
            "ok": True,
            "notifications": self._site.notifications.of(query["as"], after=int(query.get("after") or 0)),
        }

    async def faults(self, _query: Answer) -> Answer:
        return {"ok": True, "faults": self._site.faults.active()}

    async def set_fault(self, body: Answer) -> Answer:
        """kind, and any of method, times, lasts, seconds."""
        try:
            self._site.faults.set(**body)
        except (TypeError, ValueError) as error:
            raise ApiError("invalid_arguments", message=str(error)) from error
        return await self.faults({})

    async def clear_faults(self, _body: Answer) -> Answer:
        self._site.faults.clear()
        return {"ok": True}

    async def disconnect(self, body: Answer) -> Answer:
        """reason: refresh_requested, warning, link_disabled, or `cut` for an end without a word."""
        reason = body.get("reason", "refresh_requested")
        socket_mode = self._site.socket_mode
        count = await (socket_mode.cut() if reason == "cut" else socket_mode.ask_to_reconnect(reason))
        return {"ok": True, "connections": count}

    async def reset(self, _body: Answer) -> Answer:
        """Forget messages, views, traffic, notifications and faults; people, channels and connections stay."""
        self._site.forget()
        return {"ok": True}

    async def state(self, _query: Answer) -> Answer:
        return {
            "ok": True,
            "connected": self._site.delivery.transport.connected,
            "connections": self._site.socket_mode.count,
        }

    async def export(self, _query: Answer) -> Answer:
        """Everything at once: what the witness saw."""
        directory = self._site.directory
        return {
            "ok": True,
            "messages": {channel["id"]: self._find.messages(channel["id"], None) for channel in directory.channels()},
            "ephemerals": self._site.messages.all_ephemerals(),
            "views": {person: self._site.views.stack(person) for person in directory.people},
            "homes": {person: self._site.views.home(person) for person in directory.people},
            "notifications": {person: self._site.notifications.of(person) for person in directory.people},
            "traffic": self._site.traffic.entries(limit=1_000_000),
        }

    async def wait(self, body: Answer) -> Answer:
        """Until the condition holds, at most `timeout` seconds (10 when not given); `ok` says whether it does.

        Conditions, together: connected; channel with contains, count and since (ephemerals of `as`); traffic (a method
        or name) with count; view (a callback_id, or "" for no view) and home (contained text) of `as`.
        """
        deadline = time.monotonic() + float(body.get("timeout", 10))
        while not self._find.holds(body):
            change = self._site.hub.next_change
            left = deadline - time.monotonic()
            if left <= 0:
                return {"ok": False, "error": "timeout", "message": f"Still not so: {json.dumps(body)}"}
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(change.wait(), left)
        return {"ok": True, "messages": self._find.said(body) if "channel" in body else []}


def _done(done: Done) -> Answer:
    ack = asdict(done.ack) if done.ack else None
    if done.error:
        return {"ok": False, "error": done.error, "message": done.message, "ack": ack}
    return {"ok": True, "ack": ack}


def _submitted(outcome: Submitted) -> Answer:
    answer = _done(outcome.done)
    return {**answer, "ok": False, "error": "errors", "errors": outcome.errors} if outcome.errors else answer
