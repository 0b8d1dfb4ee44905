"""The manifest asks Slack for just what the listeners answer to."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import manifest
from bot.bootstrap import register
from bot.deps import Commands
from handlers.kit.guard import Guard
from handlers.kit.listeners import Listeners


class Nothing:
    """Nothing is called here, so nothing is counted or remembered."""

    async def first(self, name: str, *, seconds: int) -> bool:
        return True

    async def moment(self, name: str, now: float, *, seconds: int) -> float:
        return now

    async def forget(self, name: str) -> None: ...

    def refused_request(self, reason: str) -> None: ...

    def refusal(self, error: str) -> None: ...

    def fault(self, error: str) -> None: ...


def registered(commands):
    client = AsyncWebClient(token="xoxb-test")
    guard = Guard(deps=None, once=Nothing(), client=client, counts=Nothing(), team_of=lambda person: None)
    on = Listeners(AsyncApp(client=client, request_verification_enabled=False), guard)
    register(on, commands)
    return on.registered


def names(listeners, kind):
    return {listener.name for listener in listeners if listener.kind == kind}


def test_every_command_and_event_of_the_manifest_has_a_listener_and_the_other_way_round():
    listeners = registered(Commands("/place", "/ship"))
    assert names(listeners, "command") == {command.name for command in manifest.commands("/place", "/ship")}
    assert names(listeners, "event") == {event.name for event in manifest.EVENTS}


def test_every_shortcut_of_the_manifest_has_a_listener_and_the_other_way_round():
    assert names(registered(Commands()), "shortcut") == {each.callback_id for each in manifest.SHORTCUTS}
