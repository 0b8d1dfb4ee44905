"""signalbox init as somebody types it: at a terminal, in a script, twice, and with Ctrl-C."""

import os
import pty
import signal
import subprocess
import sys
import tty
from pathlib import Path

import pytest

from bot.catalog import load
from bot.cli.app import run
from bot.grammar.words import why_taken
from bot.settings import Settings, variable_of

COMMAND = [sys.executable, "-m", "bot", "init"]
ROOT = str(Path.cwd())


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.setenv("PYTHONPATH", ROOT)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def repositories(tmp_path):
    for path, text in {
        "payments/.git/config": '[remote "origin"]\n\turl = git@github.com:shop/payments.git\n',
        "payments/Dockerfile": "",
        "payments/CODEOWNERS": "* @shop/checkout\n",
        "payments/overlays/release/kustomization.yaml": "",
        "payments/overlays/staging/kustomization.yaml": "",
        "orders/compose.yaml": "services:\n  orders: {build: .}\n bad\n",
    }.items():
        (tmp_path / "src" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / path).write_text(text)
    return str(tmp_path / "src")


class Terminal:
    """Somebody at a terminal who waits for each question."""

    def __init__(self, *arguments):
        master, slave = pty.openpty()
        tty.setraw(slave)
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], stdin=slave, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, bufsize=0
        )
        os.close(slave)
        assert self.process.stdout
        self.keys, self.screen, self.shown = master, self.process.stdout, ""

    def until(self, end):
        while not self.shown.endswith(end):
            read = self.screen.read(1)
            assert read, self.shown
            self.shown += read

    def answer(self, *lines):
        for line in lines:
            self.until("]: ")
            self.shown += "\n"
            os.write(self.keys, f"{line}\n".encode())

    def end(self):
        self.shown += self.screen.read()
        os.close(self.keys)
        return self.process.wait(20)


def catalog(tmp_path, name="signalbox.yaml"):
    return load(tmp_path / "here" / name, why_taken=why_taken)


def test_asked_at_a_terminal_it_checks_each_answer_at_once(tmp_path):
    at = Terminal()
    at.answer("integration, release", "integration, staging", "", "-", "payments, orders", "", "payment", "payments")
    at.answer("checkout", "payments", "Europe/Berln", "Europe/Berlin")
    assert at.end() == 0
    assert "`release` is a command, so nobody could type it as a name." in at.shown
    assert "There is no service called payment. Did you mean payments?" in at.shown
    assert "Did you mean Europe/Berlin" in at.shown
    found = catalog(tmp_path)
    assert found.environment("integration").services == ("payments", "orders")
    assert found.environment("staging").services == ("payments",)
    assert (found.announce_channel("integration"), found.announce_channel("staging")) == ("#integration", "")
    assert found.service("payments").owners == ("checkout",)
    assert found.hours.zone_name == "Europe/Berlin"


def test_from_a_folder_at_a_terminal_it_proposes_what_it_found(tmp_path, repositories):
    at = Terminal("--from", repositories)
    at.answer("staging", "#shop", "")
    assert at.end() == 0
    assert (
        "The folder speaks of release-env (payments/overlays/release/kustomization.yaml), staging (payments/overlays/staging/kustomization.yaml)."
        in at.shown
    )
    assert catalog(tmp_path).announce_channel("staging") == "#shop"
    assert catalog(tmp_path).environment("staging").services == ("payments",)


def test_ctrl_c_leaves_nothing_behind(tmp_path):
    at = Terminal()
    at.answer("integration")
    at.until("]: ")
    at.process.send_signal(signal.SIGINT)
    assert at.end() == 130
    assert "Nothing was written." in at.shown
    assert "Traceback" not in at.shown
    assert list((tmp_path / "here").iterdir()) == []


def test_from_a_folder_in_a_script(tmp_path, repositories, capsys):
    before = sorted(os.walk(repositories))
    assert run(["init", "--from", repositories]) == 0
    shown = capsys.readouterr().out
    assert "passed over: orders/compose.yaml:3:2: This is no YAML" in shown
    assert "Wrote signalbox.yaml: 2 environments, 1 service, 1 team, 0 people." in shown
    assert [each.name for each in catalog(tmp_path).environments.values()] == ["release-env", "staging"]
    found = catalog(tmp_path).service("payments")
    assert (found.repository, found.owners) == ("https://github.com/shop/payments", ("checkout",))
    assert sorted(os.walk(repositories)) == before
    assert [each.name for each in (tmp_path / "here").iterdir()] == ["signalbox.yaml"]


def test_an_empty_folder_is_said_to_be_empty_and_the_zone_is_named(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert run(["init", "--from", str(tmp_path / "empty"), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "Nothing was found that could be a service" in said
    assert "time zone" in said


def test_what_is_there_stays_unless_it_is_forced(tmp_path, repositories, capsys):
    mine = tmp_path / "here" / "signalbox.yaml"
    mine.write_text("environments: {mine: {}}\n")
    assert run(["init", "--from", repositories]) == 1
    assert "--force" in capsys.readouterr().err
    assert mine.read_text() == "environments: {mine: {}}\n"
    assert run(["init", "--from", repositories, "--force"]) == 0
    first = mine.read_bytes()
    assert run(["init", "--from", repositories, "--force"]) == 0
    assert mine.read_bytes() == first


def test_a_file_that_appears_while_questions_are_asked_is_left_alone(tmp_path):
    at = Terminal()
    at.until("]: ")
    (tmp_path / "here" / "signalbox.yaml").write_text("environments: {mine: {}}\n")
    at.answer("", "", "", "", "")
    assert at.end() == 1
    assert "was left as it is" in at.shown
    assert [(each.name, each.read_text()) for each in (tmp_path / "here").iterdir()] == [
        ("signalbox.yaml", "environments: {mine: {}}\n")
    ]


def test_forced_through_a_link_it_writes_what_the_link_means(tmp_path):
    (tmp_path / "real.yaml").write_text("")
    (tmp_path / "here" / "signalbox.yaml").symlink_to(tmp_path / "real.yaml")
    assert run(["init", "--yes", "--force"]) == 0
    assert (tmp_path / "here" / "signalbox.yaml").is_symlink()
    assert "environments:" in (tmp_path / "real.yaml").read_text()


def test_printed_the_draft_is_all_of_the_output(repositories, tmp_path, capsys):
    assert run(["init", "--from", repositories, "--output", "-"]) == 0
    printed = capsys.readouterr()
    (tmp_path / "here" / "x.yaml").write_text(printed.out)
    assert catalog(tmp_path, "x.yaml").service("payments")
    assert "From the folder src" in printed.err
    assert not (tmp_path / "here" / "signalbox.yaml").exists()


def test_environments_may_be_named(tmp_path, repositories, capsys):
    assert run(["init", "--from", repositories, "--environment", "qa", "--environment", "uat"]) == 0
    assert [each.name for each in catalog(tmp_path).environments.values()] == ["qa", "uat"]
    assert run(["init", "--yes", "--force", "--environment", "release"]) == 2
    assert "is a command" in capsys.readouterr().err


def test_it_writes_where_the_settings_look(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SIGNALBOX_CATALOG", "mine.yaml")
    assert run(["init", "--yes"]) == 0
    assert catalog(tmp_path, "mine.yaml").environment("integration")
    assert run(["init", "--yes", "--output", "other.yaml"]) == 0
    assert "SIGNALBOX_CATALOG=other.yaml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the input is no terminal"),
        (["--from", "missing"], "There is no folder missing."),
        (["--from", "/dev/null"], "is no folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(arguments, said, capsys):
    assert run(["init", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said(capsys):
    assert run(["init", "--yes", "--output", "no/such/folder.yaml"]) == 1
    assert "no/such/folder.yaml cannot be written" in capsys.readouterr().err
