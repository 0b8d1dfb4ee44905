"""An HTTP server that writes down what it is sent and answers as it is told: for Slack's side of one exchange."""

import json
from urllib.parse import parse_qs

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient


class Witness:
    """`heard`: (path, body) of each request. `answers`: by path, (status, headers, JSON) to give, first one first."""

    def __init__(self):
        self.heard, self.answers = [], {}
        application = web.Application()
        application.router.add_post("/{path:.*}", self._hear)
        self._server = TestServer(application)

    async def start(self):
        await self._server.start_server()

    async def stop(self):
        await self._server.close()

    def url(self, path):
        return str(self._server.make_url(path))

    def client(self):
        return AsyncWebClient(token="xoxb-test", base_url=self.url("/api/"))

    def said_at(self, path):
        return [body for heard, body in self.heard if heard == path]

    async def _hear(self, request):
        self.heard.append((request.path, await _body(request)))
        queue = self.answers.get(request.path)
        status, headers, body = queue.pop(0) if queue else (200, {}, {"ok": True})
        return web.json_response(body, status=status, headers=headers)


async def _body(request):
    if request.content_type == "application/json":
        return await request.json()
    form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
    return {name: json.loads(value) if value[:1] in "[{" else value for name, value in form.items()}


@pytest_asyncio.fixture
async def witness():
    server = Witness()
    await server.start()
    yield server
    await server.stop()
