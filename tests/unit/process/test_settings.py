import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.variables import unknown_variables
from bot.env_example import render
from bot.settings import Settings, SettingsError, SlackMode, load, variable_of

ROOT = Path(__file__).parents[3]
OURS = [variable_of(field) for field in Settings.model_fields]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


def from_env(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load(env_file=None)


def problem(monkeypatch, **variables):
    with pytest.raises(SettingsError) as wrong:
        from_env(monkeypatch, **variables)
    return wrong.value.user_message


def test_nothing_needs_to_be_set():
    settings = load(env_file=None)
    assert settings.local_workspace
    assert settings.redis_url is None
    assert settings.database_address().startswith("sqlite+aiosqlite:////")


def test_an_empty_variable_counts_as_left_out(monkeypatch):
    assert from_env(monkeypatch, SLACK_BOT_TOKEN="", SIGNALBOX_PORT="").port == 8010


def test_the_environment_wins_over_the_env_file(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("SIGNALBOX_PORT=9000\nSIGNALBOX_WORKSPACE_PORT=9001\nUNRELATED=1\n")
    monkeypatch.setenv("SIGNALBOX_PORT", "9100")
    settings = load(env_file=file)
    assert (settings.port, settings.workspace_port) == (9100, 9001)


def test_a_variable_of_another_program_is_not_read_as_ours(monkeypatch):
    assert from_env(monkeypatch, HOST="example", PORT="1", CATALOG="x").host == "127.0.0.1"


def test_a_port_that_was_set_is_known_to_be_chosen(monkeypatch):
    assert not load(env_file=None).chose("port")
    assert from_env(monkeypatch, SIGNALBOX_PORT="8010").chose("port")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SIGNALBOX_PORT": "many"}, "SIGNALBOX_PORT is wrong: input should be a valid integer. Set it to a free port"),
        ({"SIGNALBOX_PORT": "0"}, "SIGNALBOX_PORT is wrong: input should be greater than or equal to 1."),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN does not start with xoxb-. Copy the Bot User OAuth Token"),
        ({"REDIS_URL": "http://h"}, "REDIS_URL starts with http://, not with one of redis, rediss, unix"),
        ({"DATABASE_URL": "mysql://h/db"}, "DATABASE_URL starts with mysql://, not with one of postgresql+asyncpg"),
        ({"SLACK_API_URL": "https://"}, "SLACK_API_URL has no host. Set it to an address like https://slack.com/api/."),
        ({"SIGNALBOX_COMMAND_ENV": "/My Env"}, "SIGNALBOX_COMMAND_ENV is not a slash command"),
        ({"SIGNALBOX_WORKSPACE_ID": "a}b"}, "SIGNALBOX_WORKSPACE_ID is wrong: string should match pattern"),
        ({"SLACK_MODE": "both"}, "SLACK_MODE is wrong: input should be 'socket' or 'http'. Set it to socket or http."),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set, and SLACK_MODE=socket needs it. Create"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is not set, though other Slack settings are."),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_MODE": "http"},
            "SLACK_SIGNING_SECRET is not set, and SLACK_MODE=http needs it.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_variable_and_the_fix(monkeypatch, variables, sentence):
    assert problem(monkeypatch, **variables).startswith(sentence)


def test_every_problem_is_said_at_once(monkeypatch):
    assert len(problem(monkeypatch, SIGNALBOX_PORT="x", SLACK_MODE="y").splitlines()) == 2


def test_a_secret_is_neither_shown_nor_in_an_error(monkeypatch):
    settings = from_env(monkeypatch, REDIS_URL="redis://:hunter2@host", DATABASE_URL="postgresql://u:hunter2@h/d")
    assert "hunter2" not in f"{settings!r} {settings}"
    assert "hunter2" not in problem(monkeypatch, REDIS_URL="http://:hunter2@host")


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+asyncpg://u@h/d"])
def test_a_database_address_is_taken_as_hosting_services_show_it(given):
    assert Settings(database_url=SecretStr(given)).database_address() == "postgresql+asyncpg://u@h/d"


def test_the_root_of_slack_ends_in_a_slash():
    assert Settings(slack_api_url="http://127.0.0.1:8020/api").slack_api_url == "http://127.0.0.1:8020/api/"


def test_a_command_may_be_named_without_its_slash():
    assert Settings(command_env="umgebung").command_env == "/umgebung"


def test_http_mode_needs_no_app_token(monkeypatch):
    settings = from_env(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_MODE="http", SLACK_SIGNING_SECRET="s")
    assert settings.slack_mode is SlackMode.HTTP


@pytest.mark.parametrize(
    ("given", "missing"), [("DATADOG_API_KEY", "DATADOG_APP_KEY"), ("DATADOG_APP_KEY", "DATADOG_API_KEY")]
)
def test_a_key_of_datadog_alone_says_which_other_one_it_takes(monkeypatch, given, missing):
    with pytest.raises(SettingsError, match=f"{missing} is not set, and Datadog asks for both keys"):
        from_env(monkeypatch, **{given: "0123"})


def test_a_misspelt_variable_is_found(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("# SIGNALBOX_COMMENT=1\nexport SLACK_BOT_TOKN=xoxb-1\nOTHER=1\n")
    monkeypatch.setenv("SIGNALBOX_PROT", "1")
    assert set(unknown_variables(file)) == {"SIGNALBOX_PROT", "SLACK_BOT_TOKN"}


def test_the_example_file_is_what_the_settings_say():
    assert (ROOT / ".env.example").read_text() == render(), "write it again with bot.env_example.render()"


def test_the_example_file_changes_nothing_when_copied(tmp_path):
    (tmp_path / ".env").write_text(render())
    assert load(env_file=tmp_path / ".env") == load(env_file=None)
    assert set(re.findall(r"^# ([A-Z_]+)=", render(), re.MULTILINE)) == set(OURS)
