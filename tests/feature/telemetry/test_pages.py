"""What a browser is shown of telemetry."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.requests import Request

from bot.access.model import Scope
from bot.access.service import Wish
from bot.catalog.values import Catalog, Service
from bot.ports.telemetry import Happened, Level, LogLine, LogQuery, RateQuery, Span, SpanQuery, Window
from bot.runtime.clock import WallClock
from bot.telemetry.names import naming_of
from bot.telemetry.queries import StoredTelemetry
from handlers.http.pages import Pages
from handlers.http.pages.look import SCRIPT
from handlers.http.telemetry import TelemetryPages, router
from tests.support.telemetry import ROOT, a_telemetry_town, gauge

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime.now(UTC)
MS = timedelta(milliseconds=1)
TRACE = "5b8efff798038103d269b633813fc60c"
EVIL = "<script>alert(1)</script>"
CATALOG = Catalog({}, {"payments": Service("payments", aliases={"otel": ("payments-service",)})})


class Later:
    """A clock that a test sets."""

    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


SPANS = (
    Span(TRACE, "00000000000000a1", "", "storefront", f"POST {EVIL}", "server", NOW, 90 * MS, failed=True,
         status=EVIL, environment="integration", version="3.2.0"),
    Span(TRACE, "00000000000000a2", "00000000000000a1", "payments-service", "POST /charge", "server", NOW + 10 * MS, 60 * MS,
         environment="integration", version="1.5.0", attributes={"api_key": "abcdefgh12345", EVIL: EVIL},
         events=(Happened(NOW + 20 * MS, "exception", {"exception.message": EVIL}),)),
)  # fmt: skip
LINES = (
    LogLine(NOW, "storefront", Level.ERROR, f"it failed {EVIL}", TRACE, "00000000000000a1"),
    LogLine(NOW - timedelta(minutes=1), "payments-service", Level.INFO, "charged"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browse(town, entry):
    await town.spans(*SPANS)
    await town.lines(*LINES, environment="integration")
    used = {"process.memory.usage": 80e6, "<b>mine": 3.0, "always.nothing": 0.0}
    for minutes in range(5):
        told = [gauge(name, "By" * (name[0] == "p"), NOW - timedelta(minutes=minutes), {"": value / (1 + minutes)})
                for name, value in used.items()]  # fmt: skip
        await town.metrics("payments-service", *told, environment="integration")
    app = FastAPI()
    app.include_router(router(TelemetryPages(town.stored, Pages(entry), WallClock(), lambda: CATALOG)))

    def client(host="127.0.0.1"):
        transport = httpx.ASGITransport(app, client=(host, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8010")

    async def get(path, host="127.0.0.1", **headers):
        async with client(host) as browser:
            return await browser.get(path, headers=headers)

    return get


@pytest.mark.parametrize(
    "path",
    ["services", "services/storefront", "traces", "traces?all=yes&kind=slow&ms=1", f"traces/{TRACE}", "logs",
     f"logs?text={EVIL}&service={EVIL}&trace={EVIL}&environment={EVIL}", f"services/{EVIL}", "traces/%3Cscript%3E",
     f"traces?name={EVIL}", f"logs?from={EVIL}"],
)  # fmt: skip
async def test_text_from_outside_is_text(browse, path):
    page = await browse(f"/telemetry/{path}")
    assert page.status_code in (200, 404, 422)
    assert "<script" not in page.text.replace(f"<script>{SCRIPT}</script>", "", 1)
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_lines_come_with_their_level_and_their_trace(browse):
    page = await browse("/telemetry/logs")
    assert "it failed &lt;script&gt;" in page.text
    assert f'href="/telemetry/traces/{TRACE}"' in page.text
    assert '<details class="error">' in page.text
    assert page.text.index("it failed") < page.text.index("charged")


async def test_lines_are_those_asked_for(browse):
    page = await browse("/telemetry/logs?service=payments-service&level=info&text=CHARG")
    assert ("charged" in page.text, "it failed" in page.text) == (True, False)


@pytest.mark.parametrize("name", ["payments", "payments-service", "PAYMENTS"])
async def test_a_service_is_asked_for_by_the_catalogs_name_or_by_the_one_it_sends_under(browse, name):
    lines, requests = (
        await browse(f"/telemetry/logs?service={name}"),
        await browse(f"/telemetry/traces?all=yes&service={name}"),
    )
    assert ("charged" in lines.text, "it failed" in lines.text) == (True, False)
    assert ("POST /charge" in requests.text, "POST &lt;" in requests.text) == (True, False)
    for page in (lines, requests):
        assert "<option selected>payments</option>" in page.text
        assert "service=payments-service" not in page.text
    own = await browse(f"/telemetry/services/{name}")
    assert "<h1>payments</h1>" in own.text
    assert "sends as <code>payments-service</code>" in own.text
    assert "1 request, 0 failed" in own.text


@pytest.mark.parametrize("path", ["services", "traces?all=yes", f"traces/{TRACE}", "logs"])
async def test_pages_bear_the_catalogs_name_and_say_what_is_sent(browse, path):
    page = await browse(f"/telemetry/{path}")
    assert '<span class="service' in page.text
    assert 'title="payments"' in page.text
    assert 'title="payments-service"' not in page.text
    assert path.startswith("traces?") or "payments-service" in page.text


async def test_a_trace_shows_what_called_what_and_what_was_logged(browse):
    page = await browse(f"/telemetry/traces/{TRACE}")
    assert page.text.index("POST &lt;script") < page.text.index("POST /charge") < page.text.index("it failed")
    assert "--depth:1" in page.text
    assert "abcdefgh12345" not in page.text


async def test_services_are_listed_with_their_versions_and_strangers_are_marked(browse):
    page = await browse("/telemetry/services")
    assert page.text.count("not in the catalog") == 1
    assert "3.2.0" in page.text
    assert page.text.index("1.5.0") < page.text.index("not in the catalog")


async def test_a_service_has_charts_and_versions(browse):
    page = await browse("/telemetry/services/payments-service")
    assert page.text.count('<svg class="chart"') == 2
    assert "1 request, 0 failed" in page.text
    assert page.text.count('<svg class="usage"') == 2
    assert ">100 MB</text>" in page.text
    assert 'aria-label="1 request, 0 of them failed; 1.0 a minute at most"' in page.text
    assert re.search('aria-label="How long requests took at most: p50 (6|5)[0-9] ms, p95 ', page.text)
    assert "16 MB &rarr; <b>80 MB</b>" in page.text
    assert ("&lt;b&gt;mine" in page.text, "<b>mine" in page.text, "always.nothing" in page.text) == (True, False, False)
    assert "1.5.0" in page.text


async def test_what_came_back_is_listed_twice_and_compared_each_time(tmp_path, entry):
    clock = Later(NOW)
    async with a_telemetry_town(f"sqlite+aiosqlite:///{tmp_path}/visits.db", clock=clock) as town:
        for version, failed in (("1.4.1", False), ("1.5.0", True), ("1.4.1", False)):
            for _twenty_seconds in range(5):
                clock.at += timedelta(seconds=20)
                calls = [replace(SPANS[1], trace_id=f"{int(clock.at.timestamp())}{n:022}", start=clock.at, version=version,
                                 failed=failed and n % 2 == 0) for n in range(8)]  # fmt: skip
                await town.spans(*calls)
        pages = TelemetryPages(town.stored, Pages(entry), clock, lambda: CATALOG)
        request = Request({"type": "http", "path_params": {"name": "payments"}, "query_string": b""})
        _template, given = await pages.service(request)
    assert [each.version for each in given["visits"]] == ["1.4.1", "1.5.0", "1.4.1"]
    assert [each.share for each in given["served"]] == [1, 0.5, 1]
    assert [each.share_differs.says for each in given["served"]] == ["+50.0 points", "-50.0 points", ""]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("logs?level=eror", "Did you mean error?"), ("logs?from=2026-13-01", "is no time"), ("traces?kind=x", "recent, failed or slow"),
     ("logs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "ends before it begins"), ("traces?kind=slow&ms=-1", "milliseconds"),
     ("services/payments-service?from=2001-01-01T00:00:00Z", "longer than 31 days"), ("logs?to=0001-01-01", "of the year 1"),
     ("services/payments-service?from=0001-01-01&to=9999-12-31", "of the year 9999"),
     ("services/nobody", "Nothing is heard of a service nobody"), (f"traces/{'f' * 32}", "There is no trace")],
)  # fmt: skip
async def test_what_cannot_be_shown_is_said(browse, path, sentence):
    page = await browse(f"/telemetry/{path}")
    assert page.status_code in (404, 422)
    assert sentence in page.text


async def test_links_of_the_ports_lead_to_what_they_name(browse, town):
    window = Window(NOW - timedelta(minutes=5), NOW + timedelta(minutes=5))
    for link in (
        town.stored.logs_link(LogQuery(window, ("storefront",), "integration", Level.WARN, "failed", TRACE)),
        town.stored.trace_link(TRACE, NOW),
        town.stored.rates_link(RateQuery(window, "payments-service", "integration")),
    ):
        page = await browse(link.removeprefix(ROOT))
        assert page.status_code == 200
        assert "storefront" in page.text or "payments-service" in page.text
    named = StoredTelemetry(town.database, ROOT, known_as=naming_of(CATALOG).known_as)
    for link in (
        named.logs_link(LogQuery(window, ("payments-service", "payments"))),
        named.spans_link(SpanQuery(window, ("payments-service",))),
        named.rates_link(RateQuery(window, "payments-service")),
    ):
        assert "payments" in link
        assert "payments-service" not in link
    logs = await browse(town.stored.logs_link(LogQuery(window, text="nothing like it")).removeprefix(ROOT))
    assert "it failed" not in logs.text


async def test_from_another_machine_a_browser_is_asked_for_a_token(browse, entry):
    asked = await browse("/telemetry/logs", "10.1.2.3")
    assert (asked.status_code, asked.headers["www-authenticate"][:5]) == (401, "Basic")
    assert "it failed" not in asked.text
    _, text = await entry.tokens.create(Wish("browser", frozenset({Scope.TELEMETRY_READ})))
    credentials = httpx.BasicAuth("anybody", text)._auth_header
    assert (await browse("/telemetry/logs", "10.1.2.3", authorization=credentials)).status_code == 200
