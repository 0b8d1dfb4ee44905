"""Two teams bring a fault each, and one run meets both: two causes, and of each the service whose fault that one is."""

from __future__ import annotations

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.stories.stage import Deploying, Stage, a_stage
from tests.stories.test_every_fault_in_the_suite import SUITE, Found, ends
from tests.stories.test_every_faulty_version import WANTED, wanted
from tests.stories.test_the_story_of_a_red_suite import RUN_MS, SEEN_IN
from tests.support.browser import hook, picture
from tests.support.signalbox import ANA, CEM

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not WANTED, reason="takes minutes: make stories"),
]
NAME = "two-faults"
BOTH = (
    Found("payments", "1.5.0", ANA, r"KeyError: 'EUR'"),
    Found("inventory", "0.9.4", CEM, r"inventory answered"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(browser, tmp_path_factory):
    async with a_stage(tmp_path_factory.mktemp("two"), browser) as running:
        running.watch_for(1)
        await asyncio.sleep(SEEN_IN)
        await ends(await running.window(ANA), f"/suite {SUITE} on integration", r"\d+ passed")
        yield running


async def test_each_of_two_faults_is_told_of_its_own_service(stage: Stage):
    if not wanted(NAME):
        pytest.skip("not asked for")
    for found in BOTH:
        await Deploying(await stage.window(found.owner), found.service, found.version, prefix=NAME).begin()
    page = await stage.window(ANA)
    await ends(page, f"/suite {SUITE} on integration", r"\d+ of \d+ failed")
    told = [await _explained(page, found) for found in BOTH]
    print("\n\n".join(told))
    for found, explained in zip(BOTH, told, strict=True):
        assert re.search(rf"Likely {found.service}\b", explained), explained
        assert not re.search(rf"[Rr]oll back (?!{found.service})\w+ \d", explained), explained


async def _explained(page: Page, found: Found) -> str:
    case = _case(page, found)
    await expect(case).to_be_visible(timeout=RUN_MS)
    await hook(case, "thread-link").click()
    thread = page.get_by_role("complementary", name="Thread")
    answered = hook(thread, "message").filter(has=page.get_by_text(re.compile("^(Wrong: it was|It was) …")))
    about = answered.filter(has_text=re.compile(rf"· About [^\n]*{found.says}"))
    await expect(about.last).to_be_visible(timeout=RUN_MS)
    explained = await about.last.inner_text()
    await picture(page, f"{NAME}-{found.service}")
    await hook(page, "thread-close").click()
    return explained


def _case(page: Page, found: Found) -> Locator:
    channel = page.get_by_role("region", name="Conversation")
    broke = hook(channel, "message").filter(has_text=re.compile(rf"broke \d+ of \d+ in {SUITE}"))
    return broke.filter(has_text=re.compile(found.says)).last
