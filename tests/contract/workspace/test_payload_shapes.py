"""What the workspace sends has the keys that Slack documents (tests/payloads/slack): none missing, none invented."""

import asyncio
import json

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.contract.workspace.raw_app import raw_app
from tests.support.workspace import LOOSE, ROOT, Workspace, start_workspace

PAYLOADS = ROOT / "tests" / "payloads" / "slack"
ANA, GENERAL = "U0ANA", "C0GENERAL"
TITLE = {"type": "plain_text", "text": "T"}
BUTTON = {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}}
ROW = {"type": "actions", "block_id": "row", "elements": [BUTTON]}
FORM = [
    {"type": "input", "block_id": "b", "label": TITLE, "element": {"type": "external_select", "action_id": "external"}},
    ROW,
]
MODAL = {"type": "modal", "callback_id": "m", "title": TITLE, "submit": TITLE, "blocks": FORM, "notify_on_close": True}


def shape(value, opened, at=""):
    """Every place that has keys, with them."""
    if at in opened:
        return {}
    if isinstance(value, list):
        return shape(value[0], opened, at + "/0") if value else {}
    if not isinstance(value, dict):
        return {}
    places = {at: sorted(value)}
    for name, each in value.items():
        places |= shape(each, opened, f"{at}/{name}")
    return places


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def walk(tmp_path_factory):
    """One walk through everything the workspace sends; what came, by the name of its fixture."""
    server = start_workspace(tmp_path_factory.mktemp("shapes"), limits=LOOSE)
    async with Workspace(server.url) as workspace, raw_app(workspace) as app:
        running = asyncio.create_task(app.run())
        seen = Seen(workspace, app, AsyncWebClient(token="xoxb-local-bot", base_url=workspace.api_url))
        await seen.messages()
        await seen.people()
        await seen.views()
        await workspace.disconnect()
        await seen.frames()
        running.cancel()
    server.stop()
    return seen.found


class Seen:
    def __init__(self, workspace, app, slack):
        self.workspace, self.app, self.slack, self.found = workspace, app, slack, {}

    async def call(self, method, **args):
        answer = await self.slack.api_call(method, json=args)
        self.found[method] = answer.data
        return answer

    async def messages(self):
        posted = await self.call("chat.postMessage", channel=GENERAL, text="card", blocks=[ROW])
        await self.workspace.press(ANA, "go")
        self.found["block_actions_message"] = self.app.frames[-1]["payload"]
        await self.call("chat.getPermalink", channel=GENERAL, message_ts=posted["ts"])
        await self.call("chat.postEphemeral", channel=GENERAL, user=ANA, text="x")
        await self.call("conversations.history", channel=GENERAL)
        await self.call("conversations.replies", channel=GENERAL, ts=posted["ts"])
        await self.call("chat.update", channel=GENERAL, ts=posted["ts"], text="card", blocks=[ROW])
        await self.call("chat.delete", channel=GENERAL, ts=posted["ts"])
        said = await self.workspace.say(ANA, "general", "@signalbox hello")
        await self.workspace.join(ANA, "general")
        await self.workspace.open_home(ANA)
        await self.workspace.shortcut(ANA, "chirp", channel=GENERAL, ts=said["ts"])
        self.found["message_action"] = self.app.frames[-1]["payload"]
        await self.workspace.react(ANA, "general", said["ts"], "thumbsup")
        await self.workspace.shortcut(ANA, "open_form")
        self.found["shortcut"] = self.app.frames[-1]["payload"]

    async def people(self):
        for method in ("auth.test", "users.list", "conversations.list", "usergroups.list"):
            await self.call(method)
        await self.call("users.info", user=ANA)
        await self.call("users.lookupByEmail", email="ana@example.com")
        await self.call("usergroups.users.list", usergroup="S0PAY")
        await self.call("conversations.open", users=ANA)
        await self.call("conversations.info", channel=GENERAL)
        await self.call("conversations.members", channel=GENERAL)
        opened = await self.slack.apps_connections_open(app_token="xapp-local-app")
        self.found["apps.connections.open"] = opened.data

    async def views(self):
        await self.workspace.command(ANA, "general", "/env")
        self.found["slash_command"] = self.app.frames[-1]["payload"]
        opened = await self.call("views.open", trigger_id=self.app.frames[-1]["payload"]["trigger_id"], view=MODAL)
        await self.call("views.update", view_id=opened["view"]["id"], view=MODAL)
        await self.workspace.press(ANA, "go")
        self.found["block_actions_view"] = self.app.frames[-1]["payload"]
        await self.call("views.push", trigger_id=self.app.frames[-1]["payload"]["trigger_id"], view=MODAL)
        self.app.answers["block_suggestion"] = {"options": []}
        await self.workspace.options(ANA, "external", "x")
        self.found["block_suggestion"] = self.app.frames[-1]["payload"]
        await self.workspace.submit(ANA, {"external": "one"})
        self.found["view_submission"] = self.app.frames[-1]["payload"]
        await self.workspace.dismiss(ANA)
        await self.workspace.wait_for_traffic("view_closed", count=2)

    async def frames(self):
        for frame in self.app.frames:
            kind = frame["type"]
            event = frame.get("payload", {}).get("event")
            if kind != "interactive" or frame["payload"]["type"] == "block_actions":
                self.found.setdefault(f"socket_{kind}", frame)
            if event and "bot_id" not in event and "subtype" not in event:
                self.found.setdefault(f"event_{event['type']}", frame["payload"])
            if kind == "interactive" and frame["payload"]["type"] == "view_closed":
                self.found["view_closed"] = frame["payload"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
async def test_it_has_the_documented_keys(walk, name):
    fixture = json.loads((PAYLOADS / f"{name}.json").read_text())
    opened = fixture.get("open", [])
    assert fixture["source"].startswith("docs.slack.dev/")
    assert shape(walk[name], opened) == shape(fixture["example"], opened)
