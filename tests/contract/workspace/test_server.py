"""The server as a process: what outlives it, who may speak to it, what it refuses to start with."""

import asyncio
import json
import logging
import os
import subprocess
import sys

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from integrations.workspace.limits import Limits
from integrations.workspace.seed import SeedError, default_document, parse_seed
from integrations.workspace.server import NotLoopback, create_app, data_key, listen, new_server
from tests.contract.workspace.raw_app import raw_app
from tests.support.workspace import ROOT, Workspace, start_workspace

ANA = "U0ANA"
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
MODAL = {"type": "modal", "callback_id": "kept", "title": {"type": "plain_text", "text": "T"}, "blocks": []}


async def test_a_killed_server_comes_back_with_everything(tmp_path):
    server = start_workspace(tmp_path)
    async with Workspace(server.url) as workspace:
        slack = AsyncWebClient(token="xoxb-local-bot", base_url=workspace.api_url)
        said = await workspace.say(ANA, "general", "hello @ben")
        await workspace.react("U0BEN", "general", said["ts"], "wave")
        metadata = {"event_type": "notice", "event_payload": {"id": "1"}}
        await slack.chat_postMessage(channel=ANA, text="for you", metadata=metadata)
        await slack.chat_postEphemeral(channel="C0GENERAL", user=ANA, text="only you")
        await slack.views_publish(user_id=ANA, view=HOME)
        async with raw_app(workspace) as app:
            asked = asyncio.create_task(workspace.command(ANA, "general", "/env"))
            frame = await app.next()
            await app.ack(frame)
            await asked
        await slack.views_open(trigger_id=frame["payload"]["trigger_id"], view=MODAL)
        before = await workspace.export()
        server.kill()
        server.start()
        after = await workspace.export()
        later = await workspace.say(ANA, "general", "again")
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.post(frame["payload"]["response_url"], json={"text": "still here"})).text == "ok"
    server.stop()
    assert after == before
    assert before["views"][ANA][0]["callback_id"] == "kept"
    assert later["ts"] > said["ts"]


async def test_the_seeds_edits_win_for_names_and_nothing_said_is_lost(tmp_path):
    server = start_workspace(tmp_path)
    async with Workspace(server.url) as workspace:
        await workspace.say(ANA, "general", "hello")
        server.stop()
        server.document["channels"][0]["name"] = "town-square"
        server.document["users"] = server.document["users"][:2]
        server.start()
        assert [message["text"] for message in await workspace.messages("town-square")] == ["hello"]
        slack = AsyncWebClient(token="xoxb-local-bot", base_url=workspace.api_url)
        assert (await slack.users_info(user="U0CEM")).get("user", {})["name"] == "cem"
    server.stop()


async def test_health_names_the_process_and_its_data(tmp_path):
    server = start_workspace(tmp_path)
    async with Workspace(server.url) as workspace:
        health = await workspace.health()
    assert health["pid"] == server.running.pid
    assert health["data"] == data_key(tmp_path / "workspace")
    assert str(tmp_path) not in json.dumps(health)
    server.stop()


async def test_sigterm_ends_it_cleanly_with_people_at_the_page_and_an_app_connected(tmp_path):
    server = start_workspace(tmp_path)
    async with Workspace(server.url) as workspace, raw_app(workspace):
        process = server.running
        process.terminate()
        assert await asyncio.to_thread(process.wait, 8) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::"])
def test_it_answers_on_this_machine_only(host):
    with pytest.raises(NotLoopback, match=f"{host} is no loopback address. Use 127.0.0.1."):
        listen(host, 0)


def test_the_command_says_why_it_does_not_start(tmp_path):
    command = [
        sys.executable,
        "-m",
        "integrations.workspace",
        "--data",
        str(tmp_path),
        "--seed",
        str(tmp_path / "none"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be read (No such file or directory)" in done.stderr


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
async def test_pages_of_other_places_may_not_speak_to_it(strict, headers, status):
    async with httpx.AsyncClient(base_url=strict.url, trust_env=False) as client:
        assert (await client.get("/_page/boot?as=U0ANA", headers=headers)).status_code == status


SEEDS = [
    (lambda seed: seed.pop("team"), "team: an object is missing."),
    (lambda seed: seed.update(chanels=[]), "seed: unknown key 'chanels'"),
    (lambda seed: seed["users"][1].pop("name"), "users[1]: missing 'name'."),
    (lambda seed: seed["channels"].append(dict(seed["channels"][0])), "C0GENERAL is used for two things"),
    (
        lambda seed: seed["app"].update(delivery={"mode": "pigeon"}),
        "app.delivery.mode: 'pigeon' is neither socket nor http.",
    ),
    (lambda seed: seed["app"].update(delivery={"mode": "http"}), "app.delivery.request_url: mode http needs"),
    (lambda seed: seed["users"][0].update(tz="Mars/Olympus"), "users[0].tz: 'Mars/Olympus' is no time zone."),
]


@pytest.mark.parametrize(("spoil", "sentence"), SEEDS)
def test_a_wrong_seed_is_refused_by_place(spoil, sentence):
    document = default_document()
    spoil(document)
    with pytest.raises(SeedError) as refused:
        parse_seed(document)
    assert sentence in str(refused.value)


def test_a_server_made_in_a_process_leaves_its_logging_alone(tmp_path):
    new_server(create_app(tmp_path, parse_seed(default_document()), base_url="http://127.0.0.1:1"), Limits())
    assert logging.getLogger("uvicorn").propagate, "its lines reach the handlers of whoever owns the process"


def test_an_unknown_limit_is_named():
    with pytest.raises(ValueError, match="No such limit: speed"):
        Limits.from_json({"speed": 3})
