"""The page of a run in a real browser: on a desk, on a phone, in the dark, without JavaScript; and what its tests left."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import expect

from bot.access.service import Tokens
from bot.catalog.values import Catalog, Person
from bot.migrations import upgrade
from bot.ports.pipelines import Pipeline, Run
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database
from bot.runtime.web import WebServer, address_of, listen
from bot.suites.account import Account, Told
from bot.suites.attachments import Here
from bot.suites.left import Left
from bot.suites.needs import Filed
from bot.suites.reports.model import Case
from bot.suites.values import Counts, Held, Stage, SuiteRun, Trigger, Verdict
from handlers.http.entry import Entry
from handlers.http.pages import Pages
from handlers.http.runs import RunPages, router
from tests.support.browser import DEVICES, picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
NASTY = "<script>document.title='broken'</script> <b>bold</b>"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FILES = (Left("trace.zip", "trace", "a1"), Left("video.webm", "video", "b2"), Left("shot.png", "screenshot", "c3"))


def a_case(name, status, seconds, message=""):
    return Case(id=name, name=name, suite="cart.spec.ts", status=status, duration_s=seconds, message=message)


def the_account():
    at_vendor = Run(Pipeline("github", "acme/shop", "e2e.yml"), "77", "418", "https://ci.example.com/418")
    run = SuiteRun(
        "R418AAAAA",
        418,
        "checkout-e2e",
        "integration",
        "U0ANA",
        NOON,
        trigger=Trigger.PERSON,
        stage=Stage.OVER,
        verdict=Verdict.FAILED,
        parameters={"CURRENCY": "EUR"},
        ref="main",
        commit="7fd1a60b01f91b314f59955a4e4d4e80d8edf11d",
        deploy_set={"orders": "2.0.0", "payments": "1.5.0"},
        held=Held("L1", taken=True),
        run=at_vendor,
        counts=Counts(127, 120, 3, 1, 3, 1),
        started_at=NOON,
        ended_at=NOON + 6 * MINUTE,
    )
    again = SuiteRun(
        "R419AAAAA",
        419,
        "checkout-e2e",
        "integration",
        "U0BEN",
        NOON + 9 * MINUTE,
        stage=Stage.RUNNING,
        attempt=2,
        repeats=418,
        only=("a", "b", "c", "d"),
        live=Counts(4, 1, 1),
    )
    red = (
        Told(
            a_case("buying in euros", "failed", 31.5, "KeyError: 'EUR'\nsecond line"),
            Filed("a", "payments: KeyError: 'EUR'", "C2Q7WMZ3A", "/telemetry/traces/4bf9"),
            FILES,
        ),
        Told(a_case(NASTY, "error", None, NASTY), Filed("b")),
    )
    flaky = (Told(a_case("refund", "flaky", 4.0, "timeout"), Filed("c", "timeout", "C2Q7WMZ3A")),)
    passed = tuple(a_case(f"looking at page {number}", "passed", number / 10) for number in range(40))
    skipped = (a_case("paying in lira", "skipped", None, "no rate today"),)
    slowest = (red[0].case, flaky[0].case, *passed[:-9:-1])
    return Account(run, (run, again), red, flaky, skipped, passed, slowest)


class Known:
    """One account, and one picture."""

    async def of(self, _run, key=None):
        return the_account() if key is None else Here("shot.png", PNG)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory):
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('run')}"
    await upgrade(f"{url}/signalbox.db")
    database = await open_database(f"{url}/signalbox.db")
    catalog = Catalog({}, {}, people={"ana": Person("ana", "U0ANA"), "ben": Person("ben", "U0BEN")})
    clock, known = WallClock(), Known()
    pages = Pages(Entry(Tokens(database, clock, workspace="local")))
    accounts: Any = known
    attachments: Any = known
    app = FastAPI()
    app.include_router(router(RunPages(accounts, attachments, pages, lambda: catalog)))
    server = WebServer(app, listening := listen("127.0.0.1", 0, chosen=True))
    await server.start()
    yield address_of(listening)
    await server.stop()
    await database.close()


@pytest.mark.parametrize(("name", "options"), DEVICES.items())
async def test_a_run_tells_what_it_was_and_what_came_of_each_test(browser, address, name, options):
    page = await browser.new_page(base_url=address, java_script_enabled=False, **options)
    await page.goto("/runs/R418AAAAA")
    await picture(page, f"run-page-{name}")
    main = page.locator("main")
    await expect(page.locator("h1")).to_contain_text("checkout-e2e #418")
    for told in ("120 passed", "4 failed", "payments 1.5.0", "ana, by hand", "L1, taken for it", "6.0 min", NASTY):
        await expect(main).to_contain_text(told)
    cause = page.get_by_role("link", name="payments: KeyError: 'EUR'")
    assert await cause.get_attribute("href") == "../cases/C2Q7WMZ3A"
    await expect(main).to_contain_text("npx playwright show-trace")
    await expect(page.get_by_text("and 2 more").first).to_be_visible()
    await page.locator("summary", has_text="Passed").click()
    await expect(page.get_by_text("looking at page 39").last).to_be_visible()
    assert (await page.title()).startswith("checkout-e2e #418")
    await page.close()


async def test_a_picture_that_a_test_left_is_shown(browser, address):
    page = await browser.new_page(base_url=address)
    await page.goto("/runs/R418AAAAA")
    await page.get_by_role("link", name="screenshot").click()
    assert await page.locator("img").evaluate("picture => picture.naturalWidth") == 1
    await page.close()
