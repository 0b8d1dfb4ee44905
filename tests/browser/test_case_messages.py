"""Every situation of a case as its message looks in a workspace. With SIGNALBOX_SCREENSHOTS=<folder>, each leaves a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.notices.casework import CaseCard, CaseEvidence, CaseLine, RetryFacts, RuledFacts
from bot.notices.running import ExcusedFacts, RunFacts, SuiteEnded
from handlers.views.render import render
from tests.support.browser import hook, open_window, picture
from tests.support.posted import posted
from tests.support.workspace import LOOSE, start_workspace
from tests.unit.views.deployed import NOON
from tests.unit.views.test_cases_told import CAME, CASE, CLOSED, EUR, LOOKED, MINUTE, OUTAGE, STOCK

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHANNEL = "C0ENVS"
KNOWN = RuledFacts("K2Q7WMZ3A", "known issue", "U0ANA", "OPS-311", until=NOON + 14 * 24 * 60 * MINUTE)
LATER = replace(LOOKED, last_number=421, met=3, last_at=NOON + 9 * MINUTE)
UNSAID = replace(EUR, verdict="unknown", suspects=(), service="", seen_in=2, untraced=4, silent=("orders", "payments"))
DURING = replace(EUR, verdict="cannot say", suspects=(), during=(replace(CAME, count=2),))
RUN = RunFacts(
    *("R418", 418, "checkout-api", "integration", "U0ANA", "person", "over", NOON, "passed"), total=127, passed=127
)
FLAKED = ExcusedFacts("refund.spec:12", "0a1b", "eur", 1, 9, 400, passed_then=True)
RETRY = RetryFacts(419, "U0BEN", 2, 4, stage="running", done=2, failed=2, minutes=1, began=True)
SEVERAL = tuple(replace(STOCK, says=f"AssertionError: {n} items of 4", cause_id=str(n)) for n in range(6))
SITUATIONS = {
    "red": (CaseCard(replace(CASE, page_url="https://signalbox.example/cases/C0", known=("OPS-311",))), "KeyError"),
    "thread": (CaseEvidence(CASE, ("U0ANA",)), "test_buying[EUR]"),
    "several": (CaseCard(replace(CASE, causes=(EUR, *SEVERAL))), "and 3 more causes, in the thread"),
    "looked": (CaseCard(LOOKED), "looks into it"),
    "retrying": (CaseCard(replace(LOOKED, retry=RETRY)), "both failed again, about 1 min left"),
    "still-red": (CaseLine(LATER, "met"), "Still failing in #421, 3rd run"),
    "recovered": (CaseLine(CLOSED, "recovered"), "green again after 1h12m"),
    "closed": (CaseCard(CLOSED), "Green again"),
    "back": (CaseLine(LATER, "reopened"), "is back in #421"),
    "outage": (CaseCard(OUTAGE), "integration is down"),
    "no-outage": (CaseCard(replace(CASE, answers=True)), "not an outage"),
    "during": (CaseCard(replace(CASE, causes=(DURING,))), "came while it ran"),
    "cannot-tell": (
        CaseCard(replace(CASE, causes=(UNSAID,))),
        "Missing to say more: traces of its 4 tests, logs of orders, payments",
    ),
    "ruled": (CaseLine(CASE, "ruled", "U0ANA", replace(EUR, ruled=KNOWN)), "a known issue, OPS-311"),
    "moved": (CaseLine(CASE, "moved", "U0ANA", EUR, ("U0BEN",)), "please look"),
    "green": (SuiteEnded(RUN), "127 passed"),
    "green-on-retry": (SuiteEnded(replace(RUN, flaky=1, excused=(FLAKED,))), "9 of its last 400"),
    "quarantined": (
        SuiteEnded(
            replace(
                RUN,
                passed=126,
                failed=1,
                quarantined=1,
                excused=(replace(FLAKED, passed_then=False, owner="U0BEN", until=NOON),),
            )
        ),
        "green but for what is quarantined",
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = start_workspace(tmp_path_factory.mktemp("cases"), limits=LOOSE)
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
    await picture(page, f"case-{name}")
