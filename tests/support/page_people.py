"""A workspace with people, a plain app beside it, and windows that close after the test. Shared by a module."""

from __future__ import annotations

import copy

import pytest
import pytest_asyncio

from tests.support.browser import hook, open_window
from tests.support.page_app import COMMANDS, running_app
from tests.support.workspace import LOOSE, default_document, start_workspace

QUICK = {**LOOSE, "ack": 3.0}
ENVIRONMENTS, GENERAL = "C0ENVS", "C0GENERAL"
WELCOME = {
    "title": "Welcome",
    "lines": ["Everything stays on *this machine*."],
    "try": [{"label": "Be greeted", "channel": "environments", "text": "/greet me"}],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    document = {**default_document(commands=copy.deepcopy(COMMANDS)), "welcome": WELCOME}
    document["channels"].append({"id": "C0SECOND", "name": "2nd-staging"})
    server = start_workspace(tmp_path_factory.mktemp("people"), document=document, limits=QUICK)
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page_app(server):
    async with running_app(server) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser, server, page_app):
    """Open windows; they are closed after the test."""
    opened = []

    async def open(person: str, channel: str = ENVIRONMENTS, **options):
        page = await open_window(browser, server.url, person, channel=channel, **options)
        await hook(page, "welcome-close").click()
        opened.append(page)
        return page

    yield open
    for page in opened:
        await page.context.close()
