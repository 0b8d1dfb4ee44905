"""One server for each vendor and module; every test finds it empty."""

from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
import stamina

from tests.support.vendors.local_town import local_town
from tests.support.vendors.towns import KINDS, FakeTown, vendor_served

LOOP = "module"


@pytest_asyncio.fixture(scope="module", loop_scope=LOOP)
async def vendors():
    """Served when they are first asked for."""
    running = {}
    async with AsyncExitStack() as stack:

        async def of(name):
            if name not in running:
                running[name] = await stack.enter_async_context(vendor_served(KINDS[name]))
            running[name].world.reset()
            return running[name]

        yield of


@pytest_asyncio.fixture(loop_scope=LOOP, params=[*KINDS, "fake", "local"])
async def town(request, vendors, tmp_path):
    if request.param == "local":
        async with local_town(tmp_path) as here:
            yield here
    else:
        yield FakeTown() if request.param == "fake" else await vendors(request.param)


@pytest_asyncio.fixture(loop_scope=LOOP, params=[*KINDS, "fake"])
async def distant_town(request, vendors):
    """One that can be busy and use words of its own."""
    yield FakeTown() if request.param == "fake" else await vendors(request.param)


@pytest_asyncio.fixture(loop_scope=LOOP, params=list(KINDS))
async def vendor_town(request, vendors):
    yield await vendors(request.param)


@pytest_asyncio.fixture(loop_scope=LOOP, params=["bitbucket", "github", "gitlab"])
async def keeper_town(request, vendors):
    """One that keeps the repository as well."""
    yield await vendors(request.param)


@pytest.fixture(autouse=True)
def _no_pauses():
    """Reads are repeated as often as ever, without waiting in between."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
