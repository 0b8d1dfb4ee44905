"""What is particular to Loki."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from bot.ports.telemetry import LogQuery
from tests.support.telemetry_sources import ALL, LINES, START
from tests.support.vendors.sources import loki_logs

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYTHING = LogQuery(ALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def source(request):
    async with loki_logs(request, LINES) as made:
        yield made


@pytest.mark.parametrize(
    "text", ['orders"} or {a=~".*', "orders|payments", ".*", "orders\\", '\\"', "(", "a\nb", "`", 'x" | trace_id = "']
)
async def test_whatever_is_asked_for_stays_one_value(source, text):
    for asked in ({"services": (text,)}, {"environment": text}, {"text": text}, {"trace_id": text}):
        assert (await source.logs(replace(EVERYTHING, **asked))).items == ()


async def test_a_link_opens_the_same_search_at_the_same_time(source):
    asked = parse_qs(urlsplit(source.logs_link(replace(EVERYTHING, services=("orders",), text="a.b"))).query)
    pane = json.loads(asked["panes"][0])["signalbox"]
    ms = round(START.timestamp() * 1000)
    assert pane["range"] == {"from": f"{ms}", "to": f"{ms + 1_200_000}"}
    assert pane["queries"][0]["expr"] == '{service_name=~"(?:orders)"} |~ "(?i)(?:a\\\\.b)"'
    assert pane["queries"][0]["datasource"] == {"type": "loki", "uid": "uid-1"}
