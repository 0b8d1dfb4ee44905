"""Who else acts in the local workspace: whoever changes something there, while the sample people play."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.catalog import Catalog
from bot.deps import Commands
from bot.errors import SignalboxError
from bot.grammar import commands as typed
from bot.grammar import deploy_commands as deploying
from bot.grammar.deploy import parse_deploy
from bot.grammar.env import parse_env
from bot.ports.clock import Clock
from handlers.kit.names import names_of

LOOKS = (
    *(typed.ShowBoard, typed.ShowTarget, typed.Queue, typed.Calendar, typed.Log, typed.Stats, typed.Health),
    *(typed.Settings, typed.Help),
    *(deploying.Where, deploying.Diff, deploying.History, deploying.Good, deploying.Help),
)
"""Lines that people may well type to see how it goes on."""

ACTS = ("slash_commands", "block_actions", "view_submission")


class Witness(Protocol):
    async def traffic(self, kind: str | None = None, *, after: int = 0) -> list[dict[str, Any]]:
        """What was delivered to the app, oldest first."""
        ...


class Strangers:
    """Everybody in the workspace whose doing is not among `ours` (ids of deliveries)."""

    def __init__(self, witness: Witness, catalog: Callable[[], Catalog], clock: Clock, commands: Commands) -> None:
        self._witness, self._catalog, self._clock, self._commands = witness, catalog, clock, commands
        self._after = 0
        self.ours: set[str] = set()

    async def came(self) -> str:
        """The Slack id of somebody who has changed something, or tried to, since this was asked last; else nothing."""
        found = await self._witness.traffic("delivery", after=self._after)
        self._after = max([self._after, *(int(each["id"]) for each in found)])
        acting = (each for each in found if each["envelope"] not in self.ours and self._acts(each))
        return next((_person(each["payload"]) for each in acting), "")

    def _acts(self, delivery: dict[str, Any]) -> bool:
        if delivery["type"] == "slash_commands":
            return not self._only_looks(delivery["name"], str(delivery["payload"].get("text") or ""))
        return delivery["name"] in ACTS

    def _only_looks(self, command: str, text: str) -> bool:
        names = names_of(self._catalog())
        try:
            if command == self._commands.deploy:
                return isinstance(parse_deploy(text, names), LOOKS)
            return isinstance(parse_env(text, names, self._clock.now(), ZoneInfo("UTC")), LOOKS)
        except SignalboxError:  # whoever mistypes a change is about to make it
            return False


def _person(payload: dict[str, Any]) -> str:
    """Of a command, or of a press or a form."""
    return str(payload["user_id"] if "user_id" in payload else payload["user"]["id"])
