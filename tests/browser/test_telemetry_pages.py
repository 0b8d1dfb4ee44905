"""The pages of telemetry in a real browser: lines by service, level, text and trace; a trace from a line; a service's
rates.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import expect

from bot.access.service import Tokens
from bot.catalog.values import Catalog
from bot.ports.telemetry import Level, LogLine, Span
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database
from bot.runtime.web import WebServer, address_of, listen
from handlers.http.entry import Entry
from handlers.http.pages import Pages
from handlers.http.telemetry import TelemetryPages, router
from tests.support.browser import picture
from tests.support.telemetry import a_telemetry_town

pytestmark = pytest.mark.asyncio(loop_scope="session")
TRACE = "5b8efff798038103d269b633813fc60c"
MS, CALLS = timedelta(milliseconds=1), 40


def spans(now):
    yield Span(
        TRACE, "a1" * 8, "", "storefront", "POST /purchases", "server", now, 90 * MS, failed=True, version="3.0.0"
    )
    yield Span(TRACE, "a2" * 8, "a1" * 8, "payments", "POST /charges", "server", now + 10 * MS, 60 * MS, failed=True)
    for n in range(CALLS):
        start = now - timedelta(seconds=5 * n)
        yield Span(f"{n + 1:032x}", f"{n + 1:016x}", "", "payments", "POST /charges", "server", start, (20 + n) * MS)


def lines(now):
    yield LogLine(now + 20 * MS, "payments", Level.ERROR, "POST /charges: KeyError: 'EUR'", TRACE, "a2" * 8)
    yield LogLine(now + 80 * MS, "storefront", Level.ERROR, "payments answered 500", TRACE, "a1" * 8)
    for n in range(CALLS):
        yield LogLine(now - timedelta(seconds=5 * n), "payments", Level.INFO, f"Charged order {n}", f"{n + 1:032x}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser, tmp_path_factory):
    address = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('pages')}"
    database = await open_database(f"{address}/tokens.db")  # whoever looks from this machine needs none
    async with a_telemetry_town(f"{address}/telemetry.db") as town:
        now = datetime.now(UTC) - timedelta(seconds=10)
        await town.spans(*spans(now))
        await town.lines(*lines(now))
        app = FastAPI()
        app.include_router(
            router(
                TelemetryPages(
                    town.stored,
                    Pages(Entry(Tokens(database, WallClock(), workspace="local"))),
                    WallClock(),
                    lambda: Catalog({}, {}),
                )
            )
        )
        server = WebServer(app, listening := listen("127.0.0.1", 0, chosen=True))
        await server.start()
        wide = {"width": 1180, "height": 900}
        page = await browser.new_page(base_url=address_of(listening), viewport=wide, timezone_id="America/St_Johns")
        yield page
        await page.close()
        await server.stop()
    await database.close()


async def filtered(page, **fields):
    """Fill in the form of the page and send it."""
    await page.goto("/telemetry/logs")
    for name, wanted in fields.items():
        field = page.locator(f'[name="{name}"]')
        await (field.select_option(wanted) if name in ("service", "level") else field.fill(wanted))
    await page.get_by_role("button", name="Show").click()


async def test_lines_are_found_by_service_level_text_and_trace(page):
    await filtered(page, service="payments", level="error")
    main = page.locator("main")
    await expect(main).to_contain_text("KeyError: 'EUR'")
    await expect(main).not_to_contain_text("payments answered 500")
    await expect(main).not_to_contain_text("Charged order")
    await picture(page, "pages-logs-filtered")
    await filtered(page, text="ORDER 17")
    await expect(main).to_contain_text("Charged order 17")
    await expect(main).not_to_contain_text("Charged order 18")
    await filtered(page, trace=TRACE)
    await expect(main).to_contain_text("payments answered 500")
    await expect(main).to_contain_text("KeyError: 'EUR'")
    await expect(main).not_to_contain_text("Charged order")


async def test_a_line_leads_to_its_trace_and_the_trace_to_its_lines(page):
    await filtered(page, text="KeyError")
    await page.locator(f'main a[href*="/telemetry/traces/{TRACE}"]').first.click()
    await expect(page.locator("h1")).to_have_text("POST /purchases")
    await expect(page.locator(".bars details.failed")).to_have_count(2)
    await page.locator(".bars summary").nth(1).click()
    await expect(page.locator(".bars details[open]")).to_contain_text("payments")
    await picture(page, "pages-trace")
    await page.get_by_role("link", name="Open in logs").click()
    await expect(page.locator('[name="trace"]')).to_have_value(TRACE)
    await expect(page.locator("main")).to_contain_text("payments answered 500")


async def test_a_service_shows_its_rates_and_leads_to_what_failed(page):
    await page.goto("/telemetry/services")
    await picture(page, "pages-services")
    await page.get_by_role("link", name="payments", exact=True).first.click()
    await expect(page.locator("h1")).to_have_text("payments")
    await expect(page.locator("svg").first).to_be_visible()
    served = page.locator("h2:has-text('In numbers') + div td:nth-child(2)")
    assert sum(map(int, await served.all_inner_texts())) == CALLS + 1
    await picture(page, "pages-service")
    await page.get_by_role("link", name="Failed requests").click()
    await expect(page).to_have_url(re.compile("kind=failed"))
    await expect(page.locator(f'main a[href*="{TRACE}"]').first).to_be_visible()
    await picture(page, "pages-traces-failed")


async def test_a_window_is_chosen_in_the_zone_of_who_reads_and_asked_for_in_utc(page):
    await page.goto("/telemetry/logs?from=2026-01-02T12:00:00Z&to=2026-01-02T12:30:00Z")
    begin = page.locator('[name="from"]')
    await expect(begin).to_have_value("2026-01-02T08:30")
    await begin.fill("2026-01-02T08:10:00")
    await page.get_by_role("button", name="Show").click()
    await expect(page).to_have_url(re.compile(r"from=2026-01-02T11%3A40%3A00Z&to=2026-01-02T12%3A30%3A00Z"))
    await expect(begin).to_have_value("2026-01-02T08:10")
