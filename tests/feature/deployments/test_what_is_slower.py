"""What is said to be slower comes with one of the requests that are, to be looked into."""

from collections import deque
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.catalog import parse
from bot.deployments.rates import Compared, Rates
from bot.deployments.slow_requests import SlowRequests
from bot.deployments.values import Watch
from bot.errors import IntegrationError
from bot.grammar.words import why_taken
from bot.notices.model import DeploymentReceipt, DeploymentRed
from bot.ports.telemetry import Known, RatePoint, Sources, Span, Window
from handlers.views.render import render
from tests.support.deploying import ANA, CATALOG, a_team, brought
from tests.support.ledgers import NINE

MS = timedelta(milliseconds=1)
ENDS, SETTLED = timedelta(minutes=3), timedelta(seconds=20)
TRACE = "5b8efff798038103d269b633813fc60c"
LINK = f"<http://signalbox.test/telemetry/traces/{TRACE}|one of the slow requests>"


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


def taking(milliseconds):
    return (RatePoint(NINE, 100, 0, p95=milliseconds * MS),)


def slower(team, service="payments"):
    """From the deployment on; also what was asked of it then, the slowest in the middle."""
    team.metrics.points[service] = deque([taking(200), taking(900)])
    for took, trace in ((900, "a" * 32), (1900, TRACE), (100, "b" * 32)):
        begin = team.clock.now() + SETTLED
        team.logged.requests.append(
            Span(trace, "1" * 16, "", service, "POST <!channel> `charge`", "server", begin, took * MS)
        )


async def said_to_ana(team, kind):
    notice = (await team.told(ANA))[-1]
    assert isinstance(notice, kind)
    return render(notice).blocks[0]["text"]["text"]


async def test_a_slower_service_is_red_with_a_link_to_the_slowest_request_found(team):
    slower(team)
    deployment = await brought(team)
    assert deployment.watch is Watch.RED
    asked = "`POST &lt;!channel&gt; ˋchargeˋ` took 1,900 ms"
    assert f"• {LINK}: {asked}" in await said_to_ana(team, DeploymentRed)
    card = render((await team.told("#integration"))[-1])
    assert f"• {LINK}: {asked}" in card.blocks[0]["text"]["text"]


async def test_a_caller_that_is_slower_has_its_own_request(team):
    slower(team)
    slower(team, "orders")
    assert [each.service for each in (await brought(team)).slow_requests] == ["payments", "orders"]
    assert f"• {LINK} of orders: " in await said_to_ana(team, DeploymentRed)


async def test_what_is_slower_on_a_busy_machine_is_linked_in_the_receipt(team):
    slower(team)
    team.metrics.points["search"] = deque([taking(80), taking(400)] * 50)
    await brought(team)
    await team.work(until=ENDS)
    said = await said_to_ana(team, DeploymentReceipt)
    assert "search, which has nothing to do with it, is slower too" in said
    assert LINK in said


async def test_a_source_that_is_away_costs_the_link_alone(team):
    async def away(query):
        raise IntegrationError("Tempo cannot be reached.", vendor="Tempo", status=0)

    slower(team)
    team.logged.spans = away
    deployment = await brought(team)
    assert (deployment.watch, deployment.slow_requests) == (Watch.RED, ())


async def test_so_does_one_without_a_page(team):
    slower(team)
    team.logged.trace_link = lambda trace_id, at: ""
    deployment = await brought(team)
    assert (deployment.watch, deployment.slow_requests) == (Watch.RED, ())


async def test_so_does_a_service_that_leaves_the_catalog_while_it_is_watched(team):
    """The file is read again at any time: between two looks, and while one is under way."""
    slower(team)
    slower(team, "orders")
    catalog = parse(CATALOG, "signalbox.yaml", why_taken=why_taken)
    requests = SlowRequests(Sources((), (Known("own", "otel", team.logged),), ()), lambda: catalog)
    before, after = (Rates(100, 0, slow=took * MS) for took in (200, 900))
    compared = [Compared(name, before, after) for name in ("payments", "orders")]
    window = Window(team.clock.now(), team.clock.now() + ENDS)
    assert [each.service for each in await requests.of(compared, "integration", window)] == ["payments", "orders"]
    catalog = replace(catalog, services={"orders": catalog.services["orders"]})
    assert [each.service for each in await requests.of(compared, "integration", window)] == ["orders"]


async def test_what_is_not_slower_has_none(team):
    slower(team)
    team.metrics.points["payments"] = deque([taking(200)])
    await brought(team)
    await team.work(until=ENDS)
    assert "slow requests" not in await said_to_ana(team, DeploymentReceipt)
