import ast
import json
from pathlib import Path

from ruamel.yaml import YAML

from bot.manifest import CORE, App, commands, document
from bot.manifest_text import as_json, as_yaml
from integrations.workspace.web_api import METHODS
from tests.house import tree

ROOT = Path(__file__).parents[3]
APP = App(commands("/env"))


def test_the_file_in_deploy_is_what_the_command_prints():
    assert (ROOT / "deploy/slack-manifest.yaml").read_text() == as_yaml(APP), (
        "write it again: signalbox manifest > deploy/slack-manifest.yaml"
    )


def test_both_formats_say_the_same():
    assert YAML(typ="safe").load(as_yaml(APP)) == json.loads(as_json(APP)) == document(APP)


def test_every_scope_stands_beside_its_reason():
    lines = as_yaml(App(commands("/env"), full=True)).splitlines()
    scopes = [line for line in lines if line.strip().startswith("- ") and ":" in line and "#" in line]
    assert len([line for line in scopes if line.partition("# ")[2]]) >= len(CORE)


def test_every_scope_is_needed_for_a_method_that_the_code_calls_or_for_its_command():
    needed = {scope for name in _called() for scope in METHODS[name].scopes}
    assert {scope.name for scope in CORE} - needed == {"commands"}


def _called():
    """Methods of slack_sdk's client that appear in our code, as Slack names them."""
    for path, module in tree.python("bot", "handlers", "integrations"):
        if "workspace" not in path.parts:
            names = [node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)]
            yield from METHODS.keys() & {name.replace("_", ".") for name in names}
            yield from ("files.getUploadURLExternal",) if "files_upload_v2" in names else ()


def test_the_full_manifest_asks_for_more():
    assert set(App(commands("/env"), full=True).scopes) > set(APP.scopes)


def test_without_an_address_slack_is_reached_by_socket_mode():
    settings = document(APP)["settings"]
    assert settings["socket_mode_enabled"]
    assert "request_url" not in settings["interactivity"]


def test_with_an_address_every_request_goes_there():
    made = document(App(commands("/env"), url="https://bot.example/"))
    assert not made["settings"]["socket_mode_enabled"]
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert made["settings"]["interactivity"]["request_url"] == "https://bot.example/slack/interactivity"
    assert made["features"]["slash_commands"][0]["url"] == "https://bot.example/slack/commands"


def test_a_renamed_command_is_named_so():
    assert document(App(commands("/sandbox")))["features"]["slash_commands"][0]["command"] == "/sandbox"


def test_slacks_limits_hold():
    made = document(App(commands("/env"), full=True))
    assert len(made["display_information"]["description"]) <= 140
    for command in made["features"]["slash_commands"]:
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
