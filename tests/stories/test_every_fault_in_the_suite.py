"""Each faulty version that a suite can find: one red message that names the service, its links, a retry of just what
failed in its thread, a roll back by its button, green again, closed.

What drops trace headers breaks no test, so its run stays green; the watch of its deployment tells it. STORIES picks some.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.stories.stage import MODEL, Deploying, Stage, a_stage
from tests.stories.test_every_faulty_version import WANTED, wanted
from tests.stories.test_the_story_of_a_red_suite import RUN_MS, SEEN_IN
from tests.support.browser import hook, picture, type_line
from tests.support.signalbox import ANA, CEM

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not WANTED, reason="takes minutes: make stories"),
]
SUITE = "checkout-api"
RUNS_TO_RED, LEAKS_IN = 5, 20
"""How often it is run at most until it is red, and the seconds between."""


@dataclass(frozen=True)
class Found:
    """says: what the message has to say of it, a pattern. after: a version that is well, brought there and tested first."""

    service: str
    version: str
    owner: str
    says: str
    after: str = ""

    @property
    def name(self) -> str:
        return f"{self.service}-{self.version}"


FOUND = (
    Found("payments", "1.5.0", ANA, r"payments: KeyError: 'EUR'"),
    Found("catalog", "2.3.0", CEM, r"catalog took [\d.]+ s|catalog: httpx\.ReadTimeout"),
    Found("catalog", "2.4.0", CEM, r"price"),
    Found("orders", "2.2.0", ANA, r"orders"),
    Found("inventory", "0.9.4", CEM, r"inventory"),
    Found("inventory", "0.9.5", CEM, r"inventory lost count.*New since inventory 0\.9\.3 → 0\.9\.5", after="0.9.3"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(browser, tmp_path_factory):
    """With one green run behind it: what never passed is no regression, and nothing is offered to be rolled back."""
    async with a_stage(tmp_path_factory.mktemp("suite"), browser) as running:
        running.watch_for(1)
        await asyncio.sleep(SEEN_IN)
        await ends(await running.window(ANA), f"/suite {SUITE} on integration", r"\d+ passed")
        yield running


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.name)
async def test_a_fault_is_one_message_from_red_to_green(stage: Stage, found: Found):
    if not wanted(found.name):
        pytest.skip("not asked for")
    page, prefix = await stage.window(found.owner), f"suite-{found.name}"
    if found.after:
        await Deploying(page, found.service, found.after, prefix=f"{prefix}-0").begin()
        await ends(page, f"/suite {SUITE} on integration", r"\d+ passed")
    await Deploying(page, found.service, found.version, prefix=prefix).begin()
    await _goes_red(page)
    case = _case(page)
    await expect(case).to_contain_text("Nobody is looking yet", timeout=RUN_MS)
    said = await case.inner_text()
    print(f"\n{found.name}: {said}")
    await picture(page, f"{prefix}-4-red")
    await _opens_its_links(page, case, prefix)
    await hook(case, "thread-link").click()
    explained = await is_explained(page)
    await picture(page, f"{prefix}-5-thread")
    await _retries(page, case)
    await picture(page, f"{prefix}-6-retried")
    await hook(page, "thread-close").click()
    await _rolls_back(page, case, found)
    await ends(page, f"/suite {SUITE} on integration", r"\d+ passed")
    await expect(case).to_contain_text(re.compile("green again", re.IGNORECASE), timeout=RUN_MS)
    await picture(page, f"{prefix}-7-green")
    print(f"{found.name}: {explained}\n{await case.inner_text()}")
    assert re.search(rf"Likely {found.service}\b", explained), explained
    assert ("Written by" in explained) is MODEL
    assert re.search(found.says, said, re.DOTALL)
    assert found.service in said


def _case(page: Page) -> Locator:
    """The newest red one in the channel, as it was when it was found."""
    channel = page.get_by_role("region", name="Conversation")
    return hook(channel, "message").filter(has_text=re.compile(rf"broke \d+ of \d+ in {SUITE}")).last


async def _goes_red(page: Page) -> None:
    """What leaks breaks only once enough was lost: whoever waits for it runs the suite again."""
    told = ""
    for _ in range(RUNS_TO_RED):
        told = await ends(page, f"/suite {SUITE} on integration", r"(\d+ of \d+ failed|\d+ passed)")
        if "failed" in told:
            return
        await asyncio.sleep(LEAKS_IN)
    raise AssertionError(f"{SUITE} is still green after {RUNS_TO_RED} runs: {told}")


async def ends(page: Page, line: str, outcome: str) -> str:
    """Type it, and wait until whoever typed is told what came of it: those words."""
    await hook(page, "dm-signalbox").click()
    told = hook(page, "message").filter(has_text=re.compile(rf"{SUITE} #\d+ .*{outcome}"))
    before = await told.count()
    await hook(page, "channel-integration").click()
    await type_line(page, line)
    await hook(page, "dm-signalbox").click()
    await expect(told.nth(before)).to_be_visible(timeout=RUN_MS)
    said = await told.nth(before).inner_text()
    await hook(page, "channel-integration").click()
    return said


async def _opens_its_links(page: Page, case: Locator, prefix: str) -> None:
    links = [await link.get_attribute("href") for link in await case.locator("a[href^='http://127.0.0.1']").all()]
    assert links
    for number, address in enumerate(dict.fromkeys(links)):
        opened = await page.context.new_page()
        answer = await opened.goto(address or "")
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        await picture(opened, f"{prefix}-4-link-{number}")
        await opened.close()


async def is_explained(page: Page) -> str:
    """The thread says whose service it likely is, or why nobody can tell."""
    thread = page.get_by_role("complementary", name="Thread")
    told = hook(thread, "message").filter(has=page.get_by_text(re.compile("^(Wrong: it was|It was) …")))
    await expect(told.first).to_be_visible(timeout=RUN_MS)
    return await told.first.inner_text()


async def _retries(page: Page, case: Locator) -> None:
    """What failed is run again, and the thread says what came of it. What two customers have to meet in passes at times:
    then it is run until it is back.
    """
    thread = page.get_by_role("complementary", name="Thread")
    told = hook(thread, "message").filter(
        has_text=re.compile(r"had run again, has ended|Still failing in #\d+|[Gg]reen again")
    )
    before = await told.count()
    await case.get_by_role("button", name=re.compile(r"^Retry \d+")).click()
    await expect(told.nth(before)).to_be_visible(timeout=RUN_MS)
    if "reen again" in await told.nth(before).inner_text():
        await _goes_red(page)
    await expect(case.get_by_role("button", name=re.compile(r"^Retry \d+"))).to_be_visible(timeout=RUN_MS)


async def _rolls_back(page: Page, case: Locator, found: Found) -> None:
    asked = page.get_by_role("button", name=re.compile("^Roll back to"))
    before = await asked.count()
    await case.get_by_role("button", name=re.compile(f"^Roll back {found.service}")).click()
    await asked.nth(before).click()
    back = hook(page, "message").filter(
        has_text=re.compile(rf"{re.escape(found.version)} → .* in .*deployed, and watched")
    )
    await expect(back.last).to_be_visible(timeout=RUN_MS)
