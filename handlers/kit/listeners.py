"""What a feature registers its handlers with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.kit.guard import Guard, Handler


@dataclass(frozen=True, slots=True)
class Listener:
    """kind: command, action, view, options, event or shortcut. name: what Slack calls it."""

    kind: str
    name: str
    handler: Handler


class Listeners:
    """Every handler goes through here, and so through the guard. The manifest is checked against `registered`.

    A handler names what it needs among: deps, caller, respond, open_view, body, command, action, view, event, shortcut,
    options, payload, client, ack. Forms and option lists answer with `ack`; it is called for everybody else.
    """

    def __init__(self, app: AsyncApp, guard: Guard) -> None:
        self._app, self._guard = app, guard
        self.registered: list[Listener] = []

    def command(self, name: str, handler: Handler) -> None:
        self._add("command", name, handler, self._app.command)

    def action(self, id: str | re.Pattern[str], handler: Handler) -> None:
        self._add("action", id, handler, self._app.action)

    def view(self, callback_id: str, handler: Handler) -> None:
        self._add("view", callback_id, handler, self._app.view)

    def options(self, action_id: str, handler: Handler) -> None:
        self._add("options", action_id, handler, self._app.options)

    def event(self, name: str, handler: Handler) -> None:
        self._add("event", name, handler, self._app.event)

    def shortcut(self, callback_id: str, handler: Handler) -> None:
        self._add("shortcut", callback_id, handler, self._app.shortcut)

    def _add(self, kind: str, name: str | re.Pattern[str], handler: Handler, register: Any) -> None:
        self.registered.append(Listener(kind, name if isinstance(name, str) else name.pattern, handler))
        register(name)(self._guard.around(handler))
