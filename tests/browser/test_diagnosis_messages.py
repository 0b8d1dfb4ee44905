"""Every situation of a diagnosis as its message looks in a workspace, and the menu of a message that asks for one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.diagnosis import model
from bot.diagnosis.asking import Remembered
from bot.diagnosis.evidence import Deployment
from bot.diagnosis.facts import facts
from bot.diagnosis.model import NONE_JUDGED
from bot.notices.diagnosing import DiagnosisCard, DiagnosisLine
from handlers.views.diagnoses.cards import THIS
from handlers.views.render import render
from integrations.workspace.seed import default_document
from tests.support.browser import hook, open_window, picture
from tests.support.diagnosing import AT, LIKELY, UNCLEAR, question
from tests.support.posted import posted
from tests.support.workspace import LOOSE, start_workspace
from tests.unit.views.test_diagnoses_told import ROOT, answered, judged, opened
from tests.unit.views.test_suspected_commits_told import COMMIT

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
CHANNEL = "C0ENVS"
NASTY = "<!channel> *bold* <https://evil.example|click> `x`"


def failed():
    step = model.fail(opened(), "SQL does not answer.", AT)
    assert step is not None
    return step.after


def card(diagnosis, **more):
    return DiagnosisCard(facts(diagnosis, ROOT), **more)


TOLD_BY_MODEL = replace(
    LIKELY,
    author="claude",
    summary="A currency that 1.5.0 does not know ends each charge.",
    because=(*LIKELY.because, *LIKELY.try_next, *LIKELY.ruled_out),
    change=COMMIT,
)
CAME = (Deployment(AT.timestamp(), "payments", "1.5.0", before="1.4.2"),)
LAST_TIME = Remembered("U0BEN", AT.timestamp(), "inventory")
OUTSIDE = replace(LIKELY, service=NASTY, passing_on=(NASTY,), unchanged=NASTY, remark=NASTY)
SITUATIONS = {
    "asking": (card(opened()), "Asking logs, traces and rates of payments"),
    "answered": (card(answered()), "and in none of 240 healthy ones (trace +36)"),
    "told-by-a-model": (card(answered(TOLD_BY_MODEL, NONE_JUDGED)), "… and 2 more reasons"),
    "cannot-tell": (card(answered(UNCLEAR)), "Cannot tell, because nothing stands out"),
    "failed": (card(failed()), "No diagnosis: SQL does not answer."),
    "right": (card(judged(right=True)), "says that it is right."),
    "wrong": (card(judged(right=False, service="orders")), "says that it was orders."),
    "replaced": (card(replace(judged(right=True), replaced_by="DNEWER")), "Replaced by a newer diagnosis"),
    "way-back": (card(replace(answered(), question=question(deployments=CAME))), "Roll back payments…"),
    "last-time": (card(replace(answered(), question=question(remembered=LAST_TIME))), "said that it was inventory."),
    "private": (card(answered(), private=True, channel="#integration"), "Show it in #integration"),
    "from-outside": (card(replace(answered(OUTSIDE), question=question(named=NASTY))), "<!channel>"),
    "called": (DiagnosisLine(facts(answered(), ROOT), "called", ("U0BEN",)), "the evidence points to payments"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    document = default_document()
    document["app"]["shortcuts"] = [{"callback_id": THIS, "name": "Diagnose this", "type": "message_action"}]
    server = start_workspace(tmp_path_factory.mktemp("diagnoses"), document=document, limits=LOOSE)
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser, server):
    page = await open_window(browser, server.url, "U0ANA", channel=CHANNEL)
    await hook(page, "welcome-close").click()
    yield page
    await page.context.close()


@pytest.mark.parametrize("name", SITUATIONS)
async def test_it_reads_so(page, server, name):
    notice, says = SITUATIONS[name]
    node = await posted(page, server, CHANNEL, render(notice))
    await expect(node).to_contain_text(says)
    await picture(page, f"diagnosis-{name}")


async def test_nothing_from_outside_is_a_link_or_a_mention(page, server):
    node = await posted(page, server, CHANNEL, render(SITUATIONS["from-outside"][0]))
    await expect(node).to_contain_text("<!channel>")
    assert await node.locator('a[href*="evil"]').count() == 0
    assert await node.locator(".mention").count() == 0


async def test_the_menu_of_any_message_offers_what_the_app_does_with_it(page, server):
    node = await posted(page, server, CHANNEL, render(SITUATIONS["asking"][0]))
    await node.hover()
    await hook(node, "more").click()
    await hook(page, f"shortcut-{THIS}").click()
    await expect(page.get_by_text("Diagnose this did not work")).to_be_visible()  # nobody is connected here
