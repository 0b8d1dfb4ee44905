"""An app without Bolt: one Socket Mode connection, answered by hand."""

import contextlib
import json

from slack_sdk.web.async_client import AsyncWebClient
from websockets.asyncio.client import connect


class RawApp:
    """Acknowledges everything with `answers[type or command]` unless `silent`; keeps every frame it gets."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = []
        self.silent = False
        self.answers = {}

    async def next(self):
        frame = json.loads(await self.socket.recv())
        self.frames.append(frame)
        return frame

    async def ack(self, frame, payload=None):
        answer = {"envelope_id": frame["envelope_id"]}
        await self.socket.send(json.dumps({**answer, "payload": payload} if payload is not None else answer))

    async def run(self):
        with contextlib.suppress(Exception):
            while True:
                frame = await self.next()
                if "envelope_id" in frame and not self.silent:
                    await self.ack(frame, self.answers.get(name_of(frame)))


def name_of(frame):
    payload = frame["payload"]
    return payload.get("command") or payload.get("event", payload)["type"]


async def fresh_url(workspace) -> str:
    client = AsyncWebClient(base_url=workspace.api_url)
    return str((await client.apps_connections_open(app_token="xapp-local-app"))["url"])


@contextlib.asynccontextmanager
async def raw_app(workspace):
    """Connected, with the hello taken."""
    async with connect(await fresh_url(workspace), proxy=None) as socket:
        app = RawApp(socket)
        assert (await app.next())["type"] == "hello"
        yield app
