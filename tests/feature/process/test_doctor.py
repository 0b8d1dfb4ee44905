"""Each thing broken in turn; the doctor says what to do."""

import json
import time
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.cli import check_machine, check_slack, check_stores, check_vendors
from bot.cli.app import run
from bot.cli.doctor import examine
from bot.cli.findings import Level
from bot.manifest import CORE
from bot.migrations.run import upgrade
from bot.runtime.web import WebServer, address_of, listen
from bot.settings import Settings, variable_of
from tests.support.ports import free_port
from tests.support.valkey import SAFE, ValkeyServer
from tests.support.vendors.github_app import APP, INSTALLATION, AppFront, Rules, keys
from tests.support.vendors.server import served
from tests.support.vendors.world import World

TOKENS = {"slack_bot_token": SecretStr("xoxb-1"), "slack_app_token": SecretStr("xapp-1")}
SCOPES = ",".join(scope.name for scope in CORE)
CATALOG = """
workspace:
  announce: "#environments"
environments:
  integration: {}
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.chdir(tmp_path)


def quiet(**changes):
    """Settings on ports that nobody uses."""
    return Settings(**{"port": free_port(), "workspace_port": free_port(), **changes})


async def test_a_fresh_folder_with_nothing_set_is_well(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNALBOX_PORT", str(free_port()))
    monkeypatch.setenv("SIGNALBOX_WORKSPACE_PORT", str(free_port()))
    findings = [each async for each in examine(tmp_path / ".env")]
    assert {each.level for each in findings} == {Level.OK}
    assert not (tmp_path / ".signalbox" / "signalbox.db").exists(), "looking changes nothing"


async def test_settings_that_cannot_be_read_are_all_said_and_end_the_examination(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNALBOX_PORT", "x")
    monkeypatch.setenv("SLACK_MODE", "y")
    findings = [each async for each in examine(tmp_path / ".env")]
    assert [each.level for each in findings] == [Level.OK, Level.FAIL, Level.FAIL]


@pytest.mark.parametrize(("version", "level"), [((3, 10), "fail"), ((3, 11), "ok"), ((3, 14), "ok"), ((3, 15), "warn")])
def test_pythons_version(version, level):
    assert check_machine.python(version).level == level


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant(tmp_path):
    (tmp_path / ".env").write_text("SIGNALBOX_PROT=1\n")
    (tmp_path / ".env").chmod(0o600)
    found = check_machine.environment(tmp_path / ".env")
    assert [(each.level, each.fix) for each in found if each.name == "settings"] == [
        ("warn", "Did you mean SIGNALBOX_PORT?")
    ]


def test_what_clients_are_told_by_variables_is_no_mistake_where_they_run_and_one_in_the_servers_file(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SIGNALBOX_URL", "http://127.0.0.1:8010")
    monkeypatch.setenv("SIGNALBOX_TOKEN", "sbx_1_2")
    file = tmp_path / ".env"
    assert check_machine.environment(file) == []
    file.write_text("SIGNALBOX_URL=http://127.0.0.1:8010\n")
    file.chmod(0o600)
    (said,) = (each for each in check_machine.environment(file) if each.name == "settings")
    assert "whoever calls the API" in said.fix


def test_an_env_file_that_others_can_read_is_doubtful(tmp_path):
    file = tmp_path / ".env"
    file.write_text("")
    file.chmod(0o644)
    (found,) = check_machine.environment(file)
    assert (found.level, found.fix) == ("warn", f"Run: chmod 600 {file}")


def test_a_data_folder_that_cannot_be_made_fails(tmp_path):
    (tmp_path / "file").write_text("")
    assert check_machine.folder(quiet(data_dir=tmp_path / "file" / "x")).level == "fail"


def test_a_data_folder_that_others_can_enter_is_doubtful(tmp_path):
    tmp_path.chmod(0o755)
    found = check_machine.folder(quiet(data_dir=tmp_path))
    assert (found.level, found.fix) == ("warn", f"Run: chmod 700 {tmp_path}")
    assert tmp_path.stat().st_mode & 0o777 == 0o755, "looking changes nothing"


def test_a_full_disk_is_said(tmp_path):
    assert check_machine.folder(quiet(data_dir=tmp_path), least_free=2**80).level == "warn"


def test_a_taken_port_fails_when_it_was_chosen(tmp_path):
    with listen("127.0.0.1", 0, chosen=True) as taken:
        found = check_machine.ports(quiet(port=taken.getsockname()[1]))
    assert [each.level for each in found] == ["fail", "ok"]
    assert "is taken by another program" in found[0].says


def test_a_catalog_with_a_problem_names_its_line(tmp_path):
    (tmp_path / "signalbox.yaml").write_text("environments:\n  integration: {polcy: {}}\n")
    found, catalog = check_machine.catalog(quiet())
    assert (found.level, catalog) == ("fail", None)
    assert "signalbox.yaml:2" in found.says


def test_a_catalog_that_is_missing_fails():
    assert check_machine.catalog(quiet(catalog="nowhere.yaml"))[0].level == "fail"


async def test_a_redis_that_does_not_answer_fails_without_showing_its_password():
    (found,) = await check_stores.redis(quiet(redis_url=SecretStr("redis://:hunter2@127.0.0.1:1")))
    assert found.level == "fail"
    assert "hunter2" not in f"{found}"


async def test_a_redis_that_forgets_fails_twice(valkey):
    found = await check_stores.redis(quiet(redis_url=SecretStr(valkey.url)))
    levels = {each.name: each.level for each in found}
    assert levels["redis persistence"] == "fail"
    assert levels["redis"] == levels["redis clock"] == "ok"


async def test_a_redis_that_keeps_everything_is_well(tmp_path_factory):
    server = ValkeyServer(tmp_path_factory.mktemp("v"), SAFE)
    server.start()
    try:
        found = await check_stores.redis(quiet(redis_url=SecretStr(server.url)))
    finally:
        server.kill()
    assert {each.level for each in found} == {"ok"}


def test_clocks_that_differ_are_doubtful():
    assert check_stores.clock_finding("redis clock", 60).level == "warn"


async def test_a_database_behind_says_migrate_and_one_that_is_up_to_date_is_well(tmp_path):
    settings = quiet(data_dir=tmp_path)
    (tmp_path / "signalbox.db").touch()
    assert (await check_stores.database(settings)).level == "warn"
    await upgrade(settings.database_address())
    assert (await check_stores.database(settings)).level == "ok"


async def test_a_database_that_does_not_answer_fails_without_its_password():
    settings = quiet(database_url=SecretStr("postgresql://u:hunter2@127.0.0.1:1/d"))
    found = await check_stores.database(settings)
    assert found.level == "fail"
    assert "hunter2" not in f"{found}"


@asynccontextmanager
async def a_slack(scopes=SCOPES, date=None, channels=(), **refused):
    """As much of Slack as the doctor asks. refused: method (dots as _) to error code."""

    async def answer(request):
        method = request.path_params["method"]
        if error := refused.get(method.replace(".", "_")):
            return JSONResponse({"ok": False, "error": error})
        body = {"ok": True, "user": "signalbox", "team": "Acme", "url": "wss://x", "channels": list(channels)}
        return JSONResponse(body, headers={"x-oauth-scopes": scopes, "date": date or formatdate(usegmt=True)})

    listening = listen("127.0.0.1", 0, chosen=True)
    app = Starlette(routes=[Route("/api/{method}", answer, methods=["GET", "POST"])])
    server = Undated(app, listening)
    await server.start()
    try:
        yield quiet(**TOKENS, slack_api_url=f"{address_of(listening)}/api/")
    finally:
        await server.stop()


class Undated(WebServer):
    """uvicorn adds the date of its own clock; the fake says another."""

    def __init__(self, app, listening):
        super().__init__(app, listening)
        self._server.config.date_header = False


async def levels(settings, catalog=None):
    return {each.name: each.level for each in await check_slack.slack(settings, catalog)}


async def test_a_slack_that_is_set_up_is_well():
    async with a_slack() as settings:
        assert set((await levels(settings)).values()) == {"ok"}


async def test_a_missing_scope_is_named_with_its_reason():
    async with a_slack(scopes=SCOPES.replace(",commands", "")) as settings:
        found = {each.name: each for each in await check_slack.slack(settings, None)}
    assert found["slack scopes"].level == "fail"
    assert found["slack scopes"].says == "missing: commands (be called with a slash command)"


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "something_new"])
async def test_a_token_that_slack_refuses_says_why_and_what_to_do(code):
    async with a_slack(auth_test=code) as settings:
        (found,) = await check_slack.slack(settings, None)
    assert (found.level, found.says) == ("fail", f"Slack says {code}")
    assert found.fix


async def test_an_app_token_that_slack_refuses_fails():
    async with a_slack(apps_connections_open="not_allowed_token_type") as settings:
        assert (await levels(settings))["slack app token"] == "fail"


async def test_a_clock_beyond_slacks_patience_fails():
    async with a_slack(date=formatdate(time.time() - 3600, usegmt=True)) as settings:
        assert (await levels(settings))["slack clock"] == "fail"


@pytest.mark.parametrize(
    ("channels", "level"),
    [
        ([], "fail"),
        ([{"id": "C1", "name": "environments", "is_member": False}], "warn"),
        ([{"id": "C1", "name": "environments", "is_member": True}], "ok"),
    ],
)
async def test_a_channel_of_the_catalog_must_exist_and_have_the_bot(tmp_path, channels, level):
    (tmp_path / "signalbox.yaml").write_text(CATALOG)
    _, catalog = check_machine.catalog(quiet())
    async with a_slack(channels=channels) as settings:
        assert (await levels(settings, catalog))["slack channel"] == level


async def test_a_slack_that_does_not_answer_fails():
    settings = quiet(**TOKENS, slack_api_url=f"http://127.0.0.1:{free_port()}/api/")
    assert await levels(settings) == {"slack": "fail"}


def test_the_exit_code_and_json_say_whether_it_is_well(monkeypatch, capsys):
    monkeypatch.setenv("SIGNALBOX_PORT", "x")
    assert run(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["findings"][1]["fix"] or "Set it to a free port" in told["findings"][1]["says"]


async def test_a_github_app_is_tried_and_what_it_lacks_is_named():
    world, rules = World(), Rules()
    async with served(AppFront(world, rules)) as [url]:
        app = {
            "github_app_id": APP,
            "github_app_private_key": SecretStr(keys()[0]),
            "github_app_installation": INSTALLATION,
            "github_webhook_secret": SecretStr("hush"),
            "github_api_url": url,
        }
        [well] = await check_vendors.vendors(quiet(**app))
        [wrong] = await check_vendors.vendors(quiet(**{**app, "github_app_installation": "7"}))
        [half] = await check_vendors.vendors(quiet(**{**app, "github_webhook_secret": None}))
    assert (well.level, well.says) == (Level.OK, "GitHub gives it a token, with all that it needs")
    assert (wrong.level, half.level) == (Level.FAIL, Level.FAIL)
    assert "installation 7" in wrong.says
    assert half.says == "GITHUB_WEBHOOK_SECRET is not set"
    assert await check_vendors.vendors(quiet()) == []
