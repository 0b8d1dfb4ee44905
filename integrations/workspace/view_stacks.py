"""Modals that are open, each person's stack of them, and each person's App Home."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from integrations.workspace.errors import ApiError
from integrations.workspace.files import Files
from integrations.workspace.hub import Hub
from integrations.workspace.ids import new_id
from integrations.workspace.seed import Seed
from integrations.workspace.storage import Storage

STACK = 3
"""Views one stack may hold (docs.slack.dev: Modals)."""

View = dict[str, Any]


class ViewStacks:
    def __init__(self, storage: Storage, hub: Hub, seed: Seed, files: Files) -> None:
        self._storage = storage
        self._files = files
        self._hub = hub
        self._seed = seed
        self._stacks: dict[str, list[View]] = storage.documents("stack")
        self._homes: dict[str, View] = storage.documents("home")

    def stack(self, person: str) -> list[View]:
        """Oldest first; the last one is on top."""
        return list(self._stacks.get(person, ()))

    def home(self, person: str) -> View | None:
        return self._homes.get(person)

    def find(self, view_id: str) -> tuple[str, View]:
        """The person who sees it, and the view. Raises ApiError not_found."""
        for person, stack in self._stacks.items():
            for view in stack:
                if view["id"] == view_id:
                    return person, view
        for person, view in self._homes.items():
            if view["id"] == view_id:
                return person, view
        raise ApiError("not_found")

    def find_external(self, external_id: str) -> tuple[str, View]:
        """The same by the app's own name of the view."""
        for person, stack in [*self._stacks.items(), *((p, [v]) for p, v in self._homes.items())]:
            for view in stack:
                if external_id and view["external_id"] == external_id:
                    return person, view
        raise ApiError("not_found")

    def open(self, person: str, given: View) -> View:
        """A new stack of one view, in place of whatever was open."""
        self._refuse_duplicate(given)
        view = self._complete(given, new_id("V"))
        self._keep(person, [view])
        self._hub.push([person], {"type": "view_opened", "view": view})
        return view

    def push(self, person: str, given: View) -> View:
        """One more view on top. Raises ApiError push_limit_reached."""
        stack = self.stack(person)
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= STACK:
            raise ApiError("push_limit_reached")
        self._refuse_duplicate(given)
        view = self._complete(given, new_id("V")) | {
            "root_view_id": stack[0]["id"],
            "previous_view_id": stack[-1]["id"],
        }
        self._keep(person, [*stack, view])
        self._hub.push([person], {"type": "view_pushed", "view": view})
        return view

    def update(self, person: str, old: View, given: View) -> View:
        """Another content for a view that is open; what was typed stays in blocks that keep their ids."""
        if given.get("external_id") != old["external_id"]:
            self._refuse_duplicate(given)
        kept = {name: old[name] for name in ("root_view_id", "previous_view_id")}
        view = self._complete(given, old["id"]) | kept | {"state": old["state"]}
        if view["type"] == "home":
            return self._show_home(person, view)
        self._keep(person, [view if each["id"] == old["id"] else each for each in self.stack(person)])
        self._hub.push([person], {"type": "view_updated", "view": view})
        return view

    def publish(self, person: str, given: View) -> View:
        old = self._homes.get(person)
        return self._show_home(person, self._complete(given, old["id"] if old else new_id("V")))

    def _show_home(self, person: str, view: View) -> View:
        self._files.show_to(person, view)
        self._homes[person] = view
        self._storage.keep("home", person, view)
        self._hub.push([person], {"type": "home", "view": view})
        return view

    def remember_state(self, person: str, view: View, values: dict[str, Any]) -> View:
        """The view with what the person typed in it."""
        view = {**view, "state": {"values": values}}
        if view["type"] == "home":
            self._homes[person] = view
            self._storage.keep("home", person, view)
        else:
            self._keep(person, [view if each["id"] == view["id"] else each for each in self.stack(person)])
        return view

    def pop(self, person: str, view_id: str) -> None:
        """Close one view; those below it stay."""
        self._keep(person, [each for each in self.stack(person) if each["id"] != view_id])
        self._hub.push([person], {"type": "view_closed", "view_id": view_id, "clear": not self.stack(person)})

    def clear(self, person: str) -> None:
        """Close all views of the person."""
        stack = self.stack(person)
        self._keep(person, [])
        if stack:
            self._hub.push([person], {"type": "view_closed", "view_id": stack[-1]["id"], "clear": True})

    def forget(self) -> None:
        """Close everything without telling anybody."""
        for kind, ids in (("stack", self._stacks), ("home", self._homes)):
            for id in ids:
                self._storage.drop(kind, id)
            ids.clear()

    def _keep(self, person: str, stack: list[View]) -> None:
        self._files.show_to(person, stack)
        self._stacks[person] = stack
        self._storage.keep("stack", person, stack)

    def _refuse_duplicate(self, given: View) -> None:
        external = given.get("external_id")
        views = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        if external and any(view["external_id"] == external for view in views):
            raise ApiError("duplicate_external_id")

    def _complete(self, given: View, id: str) -> View:
        """The view object as views.open answers it."""
        app = self._seed.app
        facts = {
            "id": id,
            "team_id": self._seed.team.id,
            "type": given["type"],
            "blocks": [{**block, "block_id": block.get("block_id") or new_id("b")} for block in given["blocks"]],
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "external_id": given.get("external_id", ""),
            "state": {"values": {}},
            "title": given.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "submit_disabled": given.get("submit_disabled", False),
            "close": given.get("close"),
            "submit": given.get("submit"),
            "previous_view_id": None,
            "root_view_id": id,
            "app_id": app.id,
            "app_installed_team_id": self._seed.team.id,
            "bot_id": app.bot_id,
        }
        # The hash changes with every update, also with one that changes nothing, as Slack's does.
        return {**facts, "hash": f"{new_id('')}.{blake2b(repr(facts).encode(), digest_size=4).hexdigest()}"}
