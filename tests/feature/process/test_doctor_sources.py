"""The doctor asks each source that was set up, and names who is called otherwise than in the catalog."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.catalog import parse
from bot.cli.check_sources import names, sources
from bot.deployments.store import Store
from bot.deployments.values import Deployment, Target
from bot.migrations.run import upgrade
from bot.ports.pipelines import Commit, Comparison
from bot.ports.telemetry import Level, LogLine
from bot.runtime.database import open_database
from bot.settings import Settings
from tests.support.telemetry import a_telemetry_town
from tests.support.vendors import datadog, loki, prometheus, tempo
from tests.support.vendors.server import served
from tests.support.vendors.sources import NOBODY
from tests.support.vendors.world import World

CATALOG = b"""
environments:
  integration: { services: [payments] }
services:
  payments: { deploy: { provider: github, repository: acme/payments, pipeline: deploy.yml } }
people:
  ana: { slack: U0ANA, accounts: { github: ana } }
  benjamin: { slack: U0BEN }
"""
NOW = datetime.now(UTC)


@pytest.fixture
def catalog():
    return parse(CATALOG, "signalbox.yaml", why_taken=lambda name: None)


async def said(settings, catalog):
    return [(each.name, str(each.level), each.says) async for each in sources(settings, catalog)]


async def test_nothing_is_said_of_sources_where_none_was_set_up(catalog):
    assert await said(Settings(), catalog) == []


async def test_each_source_answers_what_it_is_asked(catalog):
    apps = loki.Server().app(), tempo.Server().app(), prometheus.app(World()), datadog.app(datadog.Server())
    async with served(*apps) as (at_loki, at_tempo, at_prometheus, at_datadog):
        settings = Settings(
            loki_url=at_loki,
            loki_token=SecretStr(loki.TOKEN),
            tempo_url=at_tempo,
            tempo_token=SecretStr(tempo.TOKEN),
            prometheus_url=at_prometheus,
            prometheus_token=SecretStr(prometheus.TOKEN),
            grafana_url="https://grafana.test",
            datadog_api_url=at_datadog,
            datadog_api_key=SecretStr(datadog.API_KEY),
            datadog_app_key=SecretStr(datadog.APP_KEY),
        )
        found = await said(settings, catalog)
    assert [(name, level) for name, level, _ in found] == [
        *[("loki", "ok"), ("datadog", "ok"), ("tempo", "ok"), ("datadog", "ok")],
        *[("prometheus", "ok")] * 2,
        *[("datadog", "ok")] * 2,
    ]
    assert [says for *_, says in found[-2:]] == [
        "answers when it is asked for rates",
        "answers when it is asked for what services use up",
    ]


async def test_a_token_that_is_refused_is_said_with_its_setting(catalog):
    async with served(loki.Server().app()) as (url,):
        wrong = Settings(loki_url=url, loki_token=SecretStr("wrong"), grafana_url="https://grafana.test")
        [(name, level, says)] = await said(wrong, catalog)
    assert (name, level) == ("loki", "fail")
    assert "does not accept the token. Check SIGNALBOX_LOKI_URL, SIGNALBOX_LOKI_TOKEN" in says


async def test_a_source_that_is_away_is_said(catalog):
    [(name, level, says)] = await said(Settings(tempo_url=NOBODY, grafana_url="https://grafana.test"), catalog)
    assert (name, level) == ("tempo", "fail")
    assert "Tempo cannot be reached" in says


async def test_lines_that_nobody_can_be_led_to_are_doubtful(catalog):
    async with served(loki.Server().app()) as (url,):
        found = [each async for each in sources(Settings(loki_url=url, loki_token=SecretStr(loki.TOKEN)), catalog)]
    assert [str(each.level) for each in found] == ["ok", "warn"]
    assert "SIGNALBOX_GRAFANA_URL" in found[1].fix


async def test_a_name_in_telemetry_that_nobody_knows_comes_with_the_one_that_was_meant(catalog, tmp_path):
    settings = Settings(data_dir=tmp_path)
    async with a_telemetry_town(settings.telemetry_address()) as town:
        for service in ("payment", "Payments", "cron"):
            await town.lines(LogLine(NOW, service, Level.INFO, "hello"))
    cron, payment = await names(settings, catalog)
    assert (cron.name, str(cron.level), cron.says) == (
        "telemetry", "warn", "cron sends, and is no service of the catalog"
    )  # fmt: skip
    assert payment.fix == "Did you mean payments? Then add `aliases: { otel: [payment] }` to it."


async def test_an_account_in_ci_that_nobody_has_comes_with_the_one_that_was_meant(catalog, tmp_path):
    settings = Settings(data_dir=tmp_path)
    await upgrade(settings.database_address())
    database = await open_database(settings.database_address())
    commits = tuple(Commit(login, "x", login, login=login) for login in ("ana", "benjamim", "dependabot"))
    deployment = Deployment(
        "D1", Target("integration", "payments"), "1.5.0", "U0ANA", NOW, changes=Comparison("a", "b", commits, 3)
    )
    await database.transact(lambda session: Store(database, settings.workspace_id).insert(session, deployment, None))
    await database.close()
    ben, bot = await names(settings, catalog)
    assert (ben.name, ben.fix) == (
        "github", "Did you mean benjamin? Then add `accounts: { github: benjamim }` to them."
    )  # fmt: skip
    assert bot.says == "dependabot wrote what was deployed, and is nobody of the catalog"


async def test_looking_for_names_makes_no_file(catalog, tmp_path):
    assert await names(Settings(data_dir=tmp_path), catalog) == []
    assert list(tmp_path.iterdir()) == []
