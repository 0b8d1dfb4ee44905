"""What is red quotes the errors that came with it, and links to what those minutes left behind."""

from collections import deque
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.deployments.values import Watch
from bot.errors import IntegrationError
from bot.notices.model import DeploymentReceipt, DeploymentRed
from bot.ports.telemetry import Level, LogLine, RatePoint
from handlers.views.render import render
from tests.support.deploying import ANA, CEM, a_team, begun, brought, by, holds
from tests.support.ledgers import NINE

TRACE = "5b8efff798038103d269b633813fc60c"
SECOND = timedelta(seconds=1)
SETTLED = 20 * SECOND
"""From the beginning of a deployment until what is logged is of the new version alone."""


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


def logs(team, message, *, after=SETTLED, service="payments", level=Level.ERROR, **more):
    """after: the moment from now at which it is logged."""
    team.logged.lines.append(LogLine(team.clock.now() + after, service, level, message, **more))


async def turns_red(team):
    calm, broken = (RatePoint(NINE, 100, 0),), (RatePoint(NINE, 40, 12),)
    team.metrics.points["orders"] = deque([calm, broken])
    deployment = await brought(team)
    assert deployment.watch is Watch.RED
    return deployment


async def test_the_most_frequent_errors_that_are_new_are_quoted_with_a_trace(team):
    logs(team, "cannot reach smtp-1", after=-60 * SECOND)
    logs(team, "cannot reach smtp-2")
    for order in range(3):
        logs(team, f"order {order}: no rate for 'CHF'", trace_id=TRACE if order == 1 else "")
    logs(team, "KeyError: 'total'", service="orders")
    logs(team, "a slow answer", level=Level.WARN)
    found = (await turns_red(team)).complaints
    assert [(each.service, each.text, each.count) for each in found] == [
        ("payments", "order 1: no rate for 'CHF'", 3),
        ("orders", "KeyError: 'total'", 1),
    ]
    assert found[0].trace_url == f"http://signalbox.test/telemetry/traces/{TRACE}"
    assert {query.services for query in team.logged.asked} == {("payments", "orders")}


async def test_what_a_log_says_is_shown_as_it_is_without_secrets_and_calls_nobody(team):
    logs(team, "<!channel> `*pay*` <https://evil.example|here> failed with password=hunter22\nTraceback ...")
    await turns_red(team)
    red = (await team.told(ANA))[-1]
    assert isinstance(red, DeploymentRed)
    said = render(red).blocks[0]["text"]["text"]
    assert "`&lt;!channel&gt; ˋ*pay*ˋ &lt;https://evil.example|here&gt; failed with password=[redacted]`" in said
    assert "hunter22" not in said


async def test_a_source_that_is_away_leaves_the_message_without_a_quote(team):
    async def away(query):
        raise IntegrationError("Loki cannot be reached.", vendor="Loki", status=0)

    team.logged.logs = away
    assert (await turns_red(team)).complaints == ()
    assert isinstance((await team.told(ANA))[-1], DeploymentRed)


async def test_the_receipt_and_the_card_link_to_the_logs_and_requests_of_those_minutes(team):
    deployment = await brought(team)
    await team.work(until=timedelta(minutes=3))
    receipt, settled = (await team.told(ANA))[-1], await team.deployments.of(deployment.id)
    assert isinstance(receipt, DeploymentReceipt)
    card = (await team.told("#integration"))[-1].deployment
    assert (card.logs_url, card.traces_url) == (receipt.deployment.logs_url, receipt.deployment.traces_url)
    for address, page in ((card.logs_url, "/telemetry/logs"), (card.traces_url, "/telemetry/traces")):
        split = urlsplit(address)
        asked = {name: value for name, (value,) in parse_qs(split.query).items()}
        assert (split.path, asked["service"], asked["environment"]) == (page, "payments", "integration")
        begin, end = (datetime.fromisoformat(asked[name]).astimezone(UTC) for name in ("from", "to"))
        assert begin <= settled.started_at < settled.settled_at <= end


async def test_what_was_never_started_has_no_minutes_to_link_to(team):
    await holds(team, CEM)
    waiting = await begun(team, wait=True)
    deployment = await team.deployments.cancel(waiting.id, caller=by(ANA, "no"))
    assert deployment.started_at is None
    assert (await team.told("#integration"))[-1].deployment.logs_url == ""
