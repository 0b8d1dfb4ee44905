"""The page of a case in a real browser: on a desk, on a phone, in the dark, without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import expect

from bot.access.service import Tokens
from bot.bootstrap.happenings import HappenedAround
from bot.cases.dossier import Dossier
from bot.cases.model import look
from bot.cases.timeline import Moment
from bot.cases.values import Case, Evidence, Place, RunRef, Struck, Suspect
from bot.catalog.values import Catalog, Environment, Person, Service
from bot.deployments.store import Store as Deployments
from bot.deployments.values import Deployment, Health, Running, Stage, Target, Watch
from bot.errors import NotFound
from bot.failures.situation import Deployed
from bot.failures.verdict import Verdict
from bot.migrations import upgrade
from bot.ports.telemetry import Known, Level, LogLine, Sources, Span
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database
from bot.runtime.web import WebServer, address_of, listen
from handlers.http.cases import CasePages, router
from handlers.http.entry import Entry
from handlers.http.pages import Pages
from tests.support.browser import DEVICES, picture
from tests.support.telemetry import a_telemetry_town

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
TRACE = "5b8efff798038103d269b633813fc60c"
MINUTE, MS = timedelta(minutes=1), timedelta(milliseconds=1)
NASTY = "<script>document.title='broken'</script> <b>bold</b>"


def the_case(now):
    came = Deployed("D1", "payments", "1.4.2", "1.5.0", now - 9 * MINUTE, now - 8 * MINUTE, "U0ANA")
    run = RunRef("R418", 418, now - 2 * MINUTE, 127, 4, started=now - 5 * MINUTE, url="https://ci.example.com/418")
    evidence = Evidence(Verdict.REGRESSION, 0, 240, (Suspect(came, sure=True),))
    said = "cart.py:12: in total\nKeyError: 'EUR'"
    names = ("test_buying[EUR]", NASTY)
    cause = Struck(
        "eur",
        "KeyError: 'EUR'",
        ("1", "2", "3", "4"),
        names,
        evidence,
        "payments",
        said,
        traces=(f"/telemetry/traces/{TRACE}", ""),
    )
    case = Case("C2Q7WMZ3A", Place("checkout-api", "integration"), run.at, run, run, (cause,), numbers=(418,))
    step = look(case, "U0BEN", now - MINUTE)
    assert step is not None
    return step.after


class Cases:
    """One case."""

    def __init__(self, case):
        self.case = case

    async def of(self, id):
        if id != self.case.id:
            raise NotFound(f"There is no case {id}.")
        return self.case


async def held(environment, window):
    held = f"has held {environment}, exclusive: {NASTY}"
    return [Moment(window.start, "lease", held, by="U0BEN", since=window.start - 90 * MINUTE)]


async def written(database, now):
    """A deployment of each of two services, and one that was down for a while."""
    store = Deployments(database, "local")
    payments, orders = Target("integration", "payments"), Target("integration", "orders")
    more = {"stage": Stage.SUCCEEDED, "version": "1.5.0", "before": "1.4.2"}
    times = {"started_at": now - 9 * MINUTE, "finished_at": now - 8 * MINUTE}
    suspect = Deployment("D1", payments, "1.5.0", "U0ANA", now - 9 * MINUTE, watch=Watch.GOOD, **more, **times)
    other = Deployment(
        "D2",
        orders,
        "2.0.0",
        "U0BEN",
        now - 14 * MINUTE,
        stage=Stage.SUCCEEDED,
        version="2.0.0",
        before="1.9.0",
        started_at=now - 14 * MINUTE,
        finished_at=now - 13 * MINUTE,
    )
    down = Running(orders, "2.0.0", now, "health", Health.DOWN, now - 6 * MINUTE, "503")

    def write(session):
        store.insert(session, suspect, None)
        store.insert(session, other, None)
        store.note_health(session, down, now - 4 * MINUTE)

    await database.transact(write)


async def telemetry(town, now):
    await town.lines(LogLine(now - 20 * MINUTE, "payments", Level.ERROR, "the till is slow"), environment="integration")
    lines = [
        LogLine(
            now - 7 * MINUTE + n * 1000 * MS,
            "payments",
            Level.ERROR,
            f"POST /charges: order {n}: KeyError: 'EUR'",
            TRACE,
        )
        for n in range(14)
    ]
    await town.lines(
        *lines, LogLine(now - 7 * MINUTE, "payments", Level.ERROR, "the till is slow"), environment="integration"
    )
    await town.spans(
        Span(
            TRACE,
            "a1" * 8,
            "",
            "storefront",
            "POST /purchases",
            "server",
            now - 7 * MINUTE + 300 * MS,
            90 * MS,
            failed=True,
            environment="integration",
        )
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory):
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('case')}"
    await upgrade(f"{url}/signalbox.db")
    database = await open_database(f"{url}/signalbox.db")
    async with a_telemetry_town(f"{url}/telemetry.db") as town:
        now = datetime.now(UTC).replace(microsecond=0)
        await written(database, now)
        await telemetry(town, now)
        services = {name: Service(name) for name in ("payments", "orders", "storefront")}
        people = {"ana": Person("ana", "U0ANA"), "ben": Person("ben", "U0BEN")}
        catalog = Catalog(
            {"integration": Environment("integration", services=tuple(services))}, services, people=people
        )
        clock, here = WallClock(), Known("Signalbox", "otel", town.stored)
        cases: Any = Cases(the_case(now))
        dossier = Dossier(
            cases,
            database,
            HappenedAround("local"),
            Sources((here,), (here,), ()),
            holdings=held,
            catalog=lambda: catalog,
            clock=clock,
        )
        pages = Pages(Entry(Tokens(database, clock, workspace="local")))
        app = FastAPI()
        app.include_router(router(CasePages(dossier, pages, clock, lambda: catalog)))
        server = WebServer(app, listening := listen("127.0.0.1", 0, chosen=True))
        await server.start()
        yield address_of(listening)
        await server.stop()
    await database.close()


@pytest.mark.parametrize(("name", "options"), DEVICES.items())
async def test_the_first_wrong_thing_stands_on_top_and_in_the_timeline(browser, address, name, options):
    page = await browser.new_page(base_url=address, java_script_enabled=False, **options)
    await page.goto("/cases/C2Q7WMZ3A")
    await picture(page, f"case-page-{name}")
    await expect(page.locator("h1")).to_contain_text("payments: KeyError: 'EUR'")
    await expect(page.locator(".first-wrong")).to_contain_text("KeyError: 'EUR'")
    await expect(page.locator(".first-wrong")).to_contain_text("14 times")
    await expect(page.locator("#first .kind")).to_have_text("Logged")
    await expect(page.locator(".suspect")).to_contain_text("1.4.2 → 1.5.0")
    kinds = await page.locator(".timeline .kind").all_inner_texts()
    assert kinds == ["Lease", "Deployed", "Deployed", "Logged", "Request", "Health", "Person"]
    main = page.locator("main")
    await expect(main).not_to_contain_text("the till is slow")
    await expect(main).to_contain_text("ben looks into it")
    await expect(main).to_contain_text("ben has held integration, exclusive")
    await expect(main).to_contain_text(NASTY)
    assert (await page.title()).startswith("checkout-api #418")
    await page.close()


async def test_times_are_told_in_the_zone_of_who_reads_and_in_utc_to_who_points_at_them(browser, address):
    page = await browser.new_page(base_url=address, timezone_id="Asia/Kolkata")
    await page.goto("/cases/C2Q7WMZ3A")
    await expect(page.locator(".zone")).to_have_text("Times in Asia/Calcutta")
    told = page.locator(".timeline time").first
    utc = await told.get_attribute("title")
    at = datetime.strptime(utc, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    await expect(told).to_have_text(f"{at.astimezone(ZoneInfo('Asia/Kolkata')):%H:%M:%S}")
    await expect(page.locator("main")).not_to_contain_text("UTC")
    await page.close()


async def test_a_case_that_is_none_is_said_to_be(browser, address):
    page = await browser.new_page(base_url=address)
    answer = await page.goto("/cases/C00000000")
    assert answer.status == 404
    await expect(page.locator("main")).to_contain_text("There is no case C00000000.")
    await page.close()
