"""What the page asks: boot, history, and what the person at the page does. The page says who acts in `as`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from integrations.workspace.errors import ApiError
from integrations.workspace.interactions import Act, Interactions
from integrations.workspace.messages import Window
from integrations.workspace.people import Done, People
from integrations.workspace.posts import shown
from integrations.workspace.site import Site

Answer = dict[str, Any]
PAGE = 200


class PageApi:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._people = People(site)
        self._interactions = Interactions(site)

    def routes(self) -> list[BaseRoute]:
        reads: dict[str, Run] = {"boot": self.boot, "history": self.history, "replies": self.replies, "home": self.home}
        reads["shortcuts"] = self.shortcuts
        writes = {
            "home": self.open_home,
            "message": self.message,
            "command": self.command,
            "action": self.action,
            "shortcut": self.shortcut,
            "options": self.options,
            "view/submit": self.submit,
            "view/close": self.close,
            "reaction": self.reaction,
            "read": self.read,
            "dm": self.dm,
        }
        return [
            *(Route(f"/_page/{name}", reading(run), methods=["GET"]) for name, run in reads.items()),
            *(Route(f"/_page/{name}", writing(run), methods=["POST"]) for name, run in writes.items()),
            WebSocketRoute("/_page/socket", self.socket),
        ]

    async def boot(self, query: Answer) -> Answer:
        directory, seed = self._site.directory, self._site.seed
        me = self._person(query) if query.get("as") else next(iter(directory.people))
        users = [self._user(id) for id in (*directory.people, directory.bot)]
        channels = [
            self._channel(channel["id"], me) for channel in directory.channels() if self._sees(channel["id"], me)
        ]
        return {
            "team": {"id": seed.team.id, "name": seed.team.name},
            "me": self._user(me),
            "users": users,
            "channels": channels,
            "usergroups": [{"id": id, "handle": group["handle"]} for id, group in directory.usergroups.items()],
            "commands": [asdict(command) for command in seed.app.commands],
            "shortcuts": [asdict(shortcut) for shortcut in seed.app.shortcuts],
            "app": {
                "user_id": directory.bot,
                "name": seed.app.name,
                "connected": self._site.delivery.transport.connected,
            },
            "welcome": {"title": "", "lines": [], "try": [], **seed.welcome},
        }

    async def history(self, query: Answer) -> Answer:
        channel, me = query["channel"], self._person(query)
        self._check_sees(channel, me)
        window = Window(latest=query.get("before") or "9", limit=min(int(query.get("limit") or 50), PAGE))
        messages, more = self._site.messages.history(channel, window, seen_by=me)
        return {"messages": [shown(channel, message) for message in messages], "has_more": more}

    async def replies(self, query: Answer) -> Answer:
        channel = query["channel"]
        self._check_sees(channel, self._person(query))
        messages, _ = self._site.messages.replies(channel, query["ts"], Window(limit=1000))
        return {"messages": [shown(channel, message) for message in messages]}

    async def home(self, query: Answer) -> Answer:
        return {"view": self._site.views.home(self._person(query))}

    async def shortcuts(self, query: Answer) -> list[Answer]:
        self._person(query)
        return [asdict(shortcut) for shortcut in self._site.seed.app.shortcuts]

    async def open_home(self, body: Answer) -> Answer:
        self._people.open_home(self._person(body))
        return {"ok": True}

    async def message(self, body: Answer) -> Answer:
        stored = self._people.write(self._person(body), body["channel"], body["text"], body.get("thread_ts"))
        return {"ok": True, "ts": stored["ts"]}

    async def command(self, body: Answer) -> Answer:
        return answered(await self._people.command(self._person(body), body["channel"], body["text"]))

    async def action(self, body: Answer) -> Answer:
        return answered(await self._interactions.act(self._act(body)))

    async def shortcut(self, body: Answer) -> Answer:
        place = {"channel": body.get("channel"), "ts": body.get("ts")}
        return answered(await self._people.shortcut(self._person(body), body["callback_id"], **place))

    async def options(self, body: Answer) -> Answer:
        body = {**body, "action": {name: body.get(name) for name in ("block_id", "action_id", "value")}}
        return await self._interactions.suggest(self._act(body))

    async def submit(self, body: Answer) -> Answer:
        values = (body.get("state") or {}).get("values") or {}
        outcome = await self._interactions.submit(self._person(body), body["view_id"], values)
        return {"ok": False, "errors": outcome.errors} if outcome.errors else answered(outcome.done)

    async def close(self, body: Answer) -> Answer:
        self._interactions.close(self._person(body), body["view_id"])
        return {"ok": True}

    async def reaction(self, body: Answer) -> Answer:
        remove = bool(body.get("remove"))
        self._people.react(self._person(body), body["channel"], body["ts"], body["name"], remove=remove)
        return {"ok": True}

    async def read(self, body: Answer) -> Answer:
        me = self._person(body)
        self._check_sees(body["channel"], me)
        self._site.messages.read(body["channel"], me, body["ts"])
        self._site.posts.push_unread(body["channel"], me)
        return {"ok": True}

    async def dm(self, body: Answer) -> Answer:
        me, other = self._person(body), body["user"]
        if other != self._site.directory.bot and not self._site.directory.is_person(other):
            raise ApiError("user_not_found")
        id = self._site.directory.direct(me, other)
        for person in {me, other}:
            if self._site.directory.is_person(person):
                self._site.hub.push([person], {"type": "channel", "channel": self._channel(id, person)})
        return {"channel": self._channel(id, me)}

    async def socket(self, socket: WebSocket) -> None:
        """Everything that concerns the person, as it happens."""
        person = socket.query_params.get("as", "")
        if not self._site.directory.is_person(person):
            await socket.close(4004, "No such person.")
            return
        await socket.accept()
        window = self._site.hub.open_window(person)
        pump = asyncio.create_task(_pump(window, socket))
        try:
            async for _ in socket.iter_text():
                pass  # the page has nothing to say; reading tells us when it goes away
        finally:
            pump.cancel()
            self._site.hub.close_window(person, window)

    def _act(self, body: Answer) -> Act:
        values = (body.get("state") or {}).get("values") or {}
        return Act(
            person=self._person(body),
            action=body["action"],
            channel=body.get("channel"),
            message_ts=body.get("message_ts"),
            view_id=body.get("view_id"),
            values=values,
        )

    def _person(self, values: Answer) -> str:
        """Who acts. A page that nobody has told begins as the first person."""
        person = values.get("as") or self._site.directory.people[0]
        if not self._site.directory.is_person(person):
            raise ApiError("user_not_found")
        return person

    def _sees(self, channel: str, person: str) -> bool:
        known = self._site.directory.channel(channel) is not None
        return known and person in self._site.directory.members(channel)

    def _check_sees(self, channel: str, person: str) -> None:
        if not self._sees(channel, person):
            raise ApiError("channel_not_found")

    def _user(self, id: str) -> Answer:
        user = self._site.directory.user(id) or {}
        kept = ("id", "name", "real_name", "tz", "tz_offset", "color", "is_bot")
        return {**{name: user[name] for name in kept}, "image": ""}

    def _channel(self, id: str, person: str) -> Answer:
        directory, record = self._site.directory, self._site.directory.channel(id) or {}
        unread, mentions = self._site.messages.unread(id, person)
        is_im = directory.is_direct(id)
        return {
            "id": id,
            "name": directory.name_of(directory.partner(id, person)) if is_im else record["name"],
            "is_im": is_im,
            "is_private": is_im or record["is_private"],
            "user": directory.partner(id, person) if is_im else None,
            "topic": record.get("topic", ""),
            "member": True,
            "unread": unread,
            "mentions": unread if is_im else mentions,
            "last_read": self._site.messages.last_read(id, person),
            "last_ts": self._site.messages.newest(id),
        }


def answered(done: Done) -> Answer:
    return {"ok": False, "error": done.error, "message": done.message} if done.error else {"ok": True}


async def _pump(window: asyncio.Queue[Answer], socket: WebSocket) -> None:
    try:
        while True:
            await socket.send_json(await window.get())
    except (WebSocketDisconnect, RuntimeError):
        return  # the page is gone; the reader ends the connection


Run = Callable[[Answer], Awaitable[Any]]


def reading(run: Run) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await respond(run, dict(request.query_params))

    return endpoint


def writing(run: Run) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.json()
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"}, status_code=400)
        return await respond(run, body if isinstance(body, dict) else {})

    return endpoint


async def respond(run: Run, values: Answer) -> Response:
    try:
        return JSONResponse(await run(values))
    except KeyError as missing:
        problem = {"ok": False, "error": "invalid_arguments", "message": f"{missing.args[0]} is missing."}
        return JSONResponse(problem, status_code=400)
    except ApiError as error:
        sentence = error.extra.pop("message", error.error.replace("_", " "))
        return JSONResponse({**error.body, "message": sentence})
