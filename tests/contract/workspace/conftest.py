"""One strict server for a module, emptied between tests; a client of the app's, and one of the tests'."""

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.support.workspace import Workspace, start_workspace


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory):
    server = start_workspace(tmp_path_factory.mktemp("strict"))
    yield server
    server.stop()


@pytest_asyncio.fixture
async def strict(strict_server):
    async with Workspace(strict_server.url) as workspace:
        await workspace.reset()
        yield workspace


@pytest.fixture
def slack(strict):
    return AsyncWebClient(token="xoxb-local-bot", base_url=strict.api_url)
