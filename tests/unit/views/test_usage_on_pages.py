"""Charts of what a service used: axes with units, when versions came, the minutes of the fault, and words for it all."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.diagnosis.evidence import Deployment, Item
from bot.errors import Unavailable
from bot.ports.telemetry import Amount, ResourceSeries, Window
from handlers.http import used
from handlers.http.pages.usage import FLOOR, LEFT, RIGHT, TOP, WIDTH, Came, chart, drawn
from tests.support.diagnosing import AT, START, question

MINUTE = timedelta(minutes=1)
WINDOW = Window(AT - 10 * MINUTE, AT + 10 * MINUTE)
EVIL = "<b>1.5.0</b>"


def series(*values, metric="process.memory.usage", unit="By", every=MINUTE):
    amounts = tuple(Amount(WINDOW.start + number * every, value) for number, value in enumerate(values))
    return ResourceSeries(metric, unit, MINUTE, amounts)


def test_amounts_stand_on_an_axis_with_their_unit():
    assert re.findall(r">([^<>]*)</text>", chart(series(80e6, 410e6), WINDOW)) == [
        "500 MB",
        "250 MB",
        "0",
        "11:53",
        "12:13",
    ]
    share = chart(series(0.2, 0.43, metric="jvm.cpu.recent_utilization", unit="1"), WINDOW)
    assert re.findall(r">([^<>]*)</text>", share)[:3] == ["50 %", "25 %", "0"]


def test_the_line_goes_from_the_left_to_the_right_and_from_the_floor_to_the_top():
    svg = chart(series(*[0.0] * 19, 5e8), WINDOW)
    [line] = re.findall(r'<polyline points="([^"]*)"', svg)
    points = [tuple(map(float, each.split(","))) for each in line.split()]
    assert min(y for _, y in points) == TOP
    assert max(y for _, y in points) == FLOOR
    assert LEFT <= points[0][0] < points[-1][0] <= WIDTH - RIGHT
    assert len(re.findall("<polyline", chart(series(1, 2, 3, every=8 * MINUTE), WINDOW))) == 3


def test_what_came_and_the_fault_stand_in_the_chart_and_in_its_words():
    fault = Window(AT, AT + 2 * MINUTE)
    came = [Came(AT - MINUTE, EVIL), Came(AT - 60 * MINUTE, "0.9.0")]
    svg = chart(series(80e6, 410e6), WINDOW, came, fault)
    assert svg.count('class="came"') == svg.count('class="fault"') == 1
    assert EVIL not in svg
    [said] = re.findall(r'aria-label="([^"]*)"', svg)
    assert said.startswith("memory: 80 MB at first, 410 MB at last, 80 MB to 410 MB; ")
    assert said.endswith("came at 12:02:00 UTC; the fault was seen from 12:03:00 to 12:05:00 UTC")
    assert drawn(series(80e6, 410e6), WINDOW)["most"] == "410 MB"


async def test_a_diagnosis_draws_the_resources_that_it_rests_on_as_far_as_they_are_kept():
    asked = []

    async def kept(query):
        asked.append(query)
        return (series(80e6, 410e6), series(1, 2, metric="other"))

    async def away(_query):
        raise Unavailable("The telemetry store is away.")

    about = replace(
        question(), deployments=(Deployment(START - 480, "payments", "1.5.0"), Deployment(START - 9, "orders"))
    )
    items = [
        Item("metric:payments/process.memory.usage", START, "payments"),
        Item("metric:payments/latency", START, "payments"),
        Item("span:t0/s0", START, "storefront"),
    ]
    [card] = await used.charts([*items, *items], about, kept)
    assert (card["service"], card["called"]) == ("payments", "memory")
    [query] = asked
    assert query.window.start < AT - 8 * MINUTE
    assert query.window.end > AT + 3 * MINUTE
    assert "1.5.0" in str(card["chart"])
    assert await used.charts(items, about, away) == []
