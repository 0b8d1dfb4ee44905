import json
import subprocess
import sys

import pytest

from bot.cli.app import run
from bot.settings import Settings, variable_of


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.chdir(tmp_path)


def test_help_names_every_command(capsys):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("up", "web", "worker", "workspace", "doctor", "manifest", "migrate", "version", "catalog", "init"):
        assert f"  {command} " in shown


def test_help_does_not_load_the_application():
    code = "import sys; from bot.cli.app import run; run(['--help']); print([n for n in ('bot.bootstrap', 'slack_bolt', 'docket', 'sqlalchemy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--nonsense"], ["manifest", "--format", "xml"]])
def test_a_misused_command_says_so_and_ends_with_2(arguments, capsys):
    assert run(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_wrong_settings_are_one_line_each_and_end_with_2(monkeypatch, capsys):
    monkeypatch.setenv("SIGNALBOX_PORT", "x")
    monkeypatch.setenv("SLACK_MODE", "y")
    assert run(["up"]) == 2
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == ["signalbox:", "signalbox:"]


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_part_alone_does_not_start_a_redis_of_its_own(part, capsys):
    assert run([part]) == 1
    told = capsys.readouterr().err
    assert "REDIS_URL" in told
    assert "signalbox up" in told


def test_slack_is_reached_over_https_only(capsys):
    assert run(["manifest", "--url", "http://example.com"]) == 2
    assert "https" in capsys.readouterr().err


def test_the_manifest_follows_a_renamed_command(monkeypatch, capsys):
    monkeypatch.setenv("SIGNALBOX_COMMAND_ENV", "/sandbox")
    assert run(["manifest", "--format", "json", "--full"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["features"]["slash_commands"][0]["command"] == "/sandbox"
    assert "files:write" in made["oauth_config"]["scopes"]["bot"]


def test_a_catalog_is_checked_where_it_is(tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text("environments:\n  integration: {}\n")
    assert run(["catalog", "check", "mine.yaml"]) == 0
    assert "1 environment, 0 services" in capsys.readouterr().out
    (tmp_path / "mine.yaml").write_text("environmnts: {}\n")
    assert run(["catalog", "check", "mine.yaml"]) == 1
    assert "mine.yaml:1" in capsys.readouterr().err
    assert run(["catalog", "check", "missing.yaml"]) == 1


def test_migrate_makes_the_database_and_may_be_repeated(tmp_path, capsys):
    assert run(["migrate"]) == run(["migrate"]) == 0
    assert (tmp_path / ".signalbox" / "signalbox.db").exists()


def test_version(capsys):
    assert run(["version"]) == 0
    assert capsys.readouterr().out.startswith("signalbox 0.")


def test_nothing_is_tidied_up_that_ends_with_the_process_anyway():
    code = (
        "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count() > 0));"
        "from bot.__main__ import main; sys.argv = ['signalbox', 'version']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"
