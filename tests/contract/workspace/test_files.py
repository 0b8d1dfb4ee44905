"""Files as Slack takes them: asked for, sent, completed, shown to whom they concern and to nobody else."""

import asyncio
import json

import httpx
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.workspace.seed import default_document
from tests.contract.workspace.raw_app import raw_app
from tests.support.workspace import CALLED, LOOSE, Workspace, start_workspace

ANA, BEN, CEM = "U0ANA", "U0BEN", "U0CEM"
GENERAL, SECRET = "C0GENERAL", "C0SECRET"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
ALL_BUT_FILES = ["chat:write", "commands", "channels:history"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    document = default_document()
    document["channels"].append({"id": SECRET, "name": "secret", "is_private": True, "members": [ANA, BEN]})
    limits = {**LOOSE, "file_processing": 0.05, "file_size": 1000}
    server = start_workspace(tmp_path_factory.mktemp("files"), document=document, limits=limits)
    yield server
    server.stop()


@pytest_asyncio.fixture
async def workspace(server):
    async with Workspace(server.url) as workspace:
        await workspace.reset()
        yield workspace
        CALLED.update(entry["method"] for entry in await workspace.calls())


@pytest.fixture
def slack(workspace):
    return AsyncWebClient(token="xoxb-local-bot", base_url=workspace.api_url)


@pytest_asyncio.fixture
async def web(workspace):
    async with httpx.AsyncClient(base_url=workspace.url, trust_env=False) as web:
        yield web


async def uploaded(slack, content=PNG, name="chart.png", **more):
    return (await slack.files_upload_v2(content=content, filename=name, **more)).get("file") or {}


async def ready(slack, **more):
    """The id of a picture that blocks may show."""
    file = await uploaded(slack, **more)
    await asyncio.sleep(0.06)
    return file["id"]


def block(**reference):
    return {"type": "image", "alt_text": "a chart", "slack_file": reference}


async def seen(web, id, person):
    return (await web.get(f"/_page/file/{id}", params={"as": person})).status_code == 200


async def test_a_file_posted_in_a_channel_comes_with_its_message(slack, workspace, web):
    file = await uploaded(slack, channel=GENERAL, title="A week", alt_txt="mostly free", initial_comment="Look")
    [message] = await workspace.messages("general")
    assert (message["text"], message["subtype"]) == ("Look", "file_share")
    [carried] = message["files"]
    described = {"id": file["id"], "title": "A week", "name": "chart.png", "mimetype": "image/png", "size": len(PNG)}
    assert carried.items() >= described.items()
    assert (file["channels"], file["alt_txt"]) == ([GENERAL], "mostly free")
    shown = await web.get(f"/_page/file/{file['id']}", params={"as": CEM})
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")


async def test_a_file_may_reply_in_a_thread(slack, workspace):
    parent = await slack.chat_postMessage(channel=GENERAL, text="Weekly")
    await uploaded(slack, channel=GENERAL, thread_ts=parent["ts"])
    [_, reply] = await workspace.messages("general", thread_ts=parent["ts"])
    assert reply["files"][0]["name"] == "chart.png"


async def test_a_file_without_a_channel_is_the_apps_alone(slack, workspace, web):
    file = await uploaded(slack)
    assert await workspace.messages("general") == []
    assert [await seen(web, file["id"], person) for person in (ANA, BEN, "U0NOBODY")] == [False] * 3
    assert (await slack.files_info(file=file["id"])).get("file") == file


async def test_a_message_shares_the_files_whose_permalinks_are_links_in_it(slack, workspace, web):
    file = await uploaded(slack, content=b"7 causes", name="causes.txt")
    lost = file["permalink"].replace(file["id"], "F0NOBODY")
    await slack.chat_postMessage(
        channel=SECRET, text=f"All of them <{file['permalink']}| > <{lost}| > {file['permalink']}"
    )
    [message] = await workspace.messages("secret")
    assert [each["name"] for each in message["files"]] == ["causes.txt"]
    assert [await seen(web, file["id"], person) for person in (ANA, BEN, CEM)] == [True, True, False]


async def test_the_app_fetches_its_own_with_its_token(slack, web):
    file = await uploaded(slack)
    address = file["url_private"]
    assert (await web.get(address, headers={"Authorization": "Bearer xoxb-local-bot"})).content == PNG
    assert [(await web.get(address, headers=given)).status_code for given in ({}, {"Authorization": "Bearer x"})] == [
        403,
        403,
    ]


@pytest.mark.parametrize("name", ["id", "url_private", "permalink"])
async def test_a_block_shows_a_picture_to_whoever_sees_the_message(slack, web, name):
    file = (await slack.files_info(file=await ready(slack))).get("file") or {}
    reference = {"id": file["id"]} if name == "id" else {"url": file[name]}
    await slack.chat_postMessage(channel=SECRET, text="chart", blocks=[block(**reference)])
    assert [await seen(web, file["id"], person) for person in (ANA, BEN, CEM)] == [True, True, False]


async def test_an_ephemeral_answer_shows_a_picture_to_one_person(slack, web):
    id = await ready(slack)
    await slack.chat_postEphemeral(channel=GENERAL, user=BEN, text="chart", blocks=[block(id=id)])
    assert [await seen(web, id, person) for person in (ANA, BEN)] == [False, True]


async def test_an_answer_at_a_response_url_shows_a_picture_to_one_person(slack, workspace, web):
    id = await ready(slack)
    async with raw_app(workspace) as app:
        typed = asyncio.create_task(workspace.command(BEN, "general", "/env stats"))
        frame = await app.next()
        await app.ack(frame)
        await typed
        await web.post(frame["payload"]["response_url"], json={"text": "chart", "blocks": [block(id=id)]})
    assert [await seen(web, id, person) for person in (ANA, BEN)] == [False, True]


async def test_a_home_shows_a_picture_to_its_person(slack, web):
    id = await ready(slack)
    await slack.views_publish(user_id=CEM, view={"type": "home", "blocks": [block(id=id)]})
    assert [await seen(web, id, person) for person in (ANA, CEM)] == [False, True]


async def test_a_block_shows_no_picture_before_it_is_processed(slack):
    file = await uploaded(slack)
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel=GENERAL, text="chart", blocks=[block(id=file["id"])])
    assert refused.value.response["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    await asyncio.sleep(0.06)
    await slack.chat_postMessage(channel=GENERAL, text="chart", blocks=[block(id=file["id"])])


@pytest.mark.parametrize("reference", [{"id": "F0NOTHING1"}, {"url": "https://example.com/a.png"}])
async def test_a_block_shows_no_file_that_is_not_there(slack, reference):
    with pytest.raises(SlackApiError, match="invalid slack file"):
        await slack.chat_postMessage(channel=GENERAL, text="chart", blocks=[block(**reference)])
    with pytest.raises(SlackApiError, match="/view/blocks/0/slack_file"):
        await slack.views_publish(user_id=CEM, view={"type": "home", "blocks": [block(**reference)]})


async def test_a_block_shows_nothing_but_pictures(slack):
    id = await ready(slack, content=b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="chart.svg")
    with pytest.raises(SlackApiError, match="invalid slack file"):
        await slack.chat_postMessage(channel=GENERAL, text="chart", blocks=[block(id=id)])


async def test_the_id_of_a_file_has_a_form(slack):
    with pytest.raises(SlackApiError, match="must match regex pattern"):
        await slack.chat_postMessage(channel=GENERAL, text="chart", blocks=[block(id="https://files/F0")])


async def test_what_is_no_picture_is_only_ever_downloaded(slack, web):
    file = await uploaded(slack, content=b"<script>alert(1)</script>", name="a b.html", channel=GENERAL)
    sent = await web.get(f"/_page/file/{file['id']}", params={"as": ANA})
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"] == "attachment; filename*=utf-8''a%20b.html"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in sent.headers["content-security-policy"]


async def test_a_picture_is_downloaded_under_its_name(slack, web):
    file = await uploaded(slack, channel=GENERAL)
    sent = await web.get(f"/_page/file/{file['id']}", params={"as": ANA, "download": "1"})
    assert sent.headers["content-disposition"] == "attachment; filename*=utf-8''chart.png"


REFUSALS = [
    ("files.getUploadURLExternal", {"filename": "a.png"}, "invalid_limit"),
    ("files.getUploadURLExternal", {"length": 3}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a.png", "length": 1001}, "file_upload_size_restricted"),
    ("files.getUploadURLExternal", {"filename": "a.png", "length": 3, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"title": "x"}]}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0NOTHING1"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "F0X"}], "channel_id": "C0NOWHERE"}, "channel_not_found"),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "F0X"}], "channel_id": GENERAL, "thread_ts": "1.000001"},
        "thread_not_found",
    ),
    ("files.info", {"file": "F0NOTHING1"}, "file_not_found"),
]


@pytest.mark.parametrize(("method", "args", "error"), REFUSALS)
async def test_a_wrong_call_is_refused(slack, method, args, error):
    with pytest.raises(SlackApiError) as refused:
        await slack.api_call(method, json=args)
    assert refused.value.response["error"] == error


async def asked(slack, length):
    return (await slack.files_getUploadURLExternal(filename="a.png", length=length)).data


async def test_a_file_whose_bytes_never_came_is_not_found(slack):
    begun = await asked(slack, 3)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await slack.files_completeUploadExternal(files=[{"id": begun["file_id"]}])
    with pytest.raises(SlackApiError, match="file_not_found"):
        await slack.files_info(file=begun["file_id"])


@pytest.mark.parametrize("content", [b"", b"ab", b"abcd", b"x" * 100_000])
async def test_only_as_many_bytes_are_taken_as_were_announced(slack, web, content):
    begun = await asked(slack, 3)
    assert (await web.post(begun["upload_url"], content=content)).status_code == 400
    assert (await web.post(begun["upload_url"], content=b"abc")).text == "OK - 3"


async def test_an_upload_address_is_good_once_and_cannot_be_guessed(slack, web):
    begun = await asked(slack, 3)
    guessed = begun["upload_url"].rpartition("/")[0] + "/guess"
    assert (await web.post(guessed, content=b"abc")).status_code == 404
    assert (await web.post(begun["upload_url"], content=b"abc")).status_code == 200
    assert (await web.post(begun["upload_url"], content=b"xyz")).status_code == 404


async def test_uploading_needs_its_scope(tmp_path):
    server = start_workspace(tmp_path, document=default_document(bot_scopes=ALL_BUT_FILES))
    try:
        slack = AsyncWebClient(token="xoxb-local-bot", base_url=f"{server.url}/api/")
        with pytest.raises(SlackApiError, match="files:write"):
            await uploaded(slack)
    finally:
        server.stop()


async def test_files_outlive_a_kill(tmp_path):
    server = start_workspace(tmp_path, limits={"file_processing": 0.0})
    slack = AsyncWebClient(token="xoxb-local-bot", base_url=f"{server.url}/api/")
    file = await uploaded(slack, channel=GENERAL)
    server.kill()
    server.start()
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as web:
        assert await seen(web, file["id"], ANA)
    server.stop()


async def test_a_reset_forgets_files(slack, workspace, web):
    file = await uploaded(slack, channel=GENERAL)
    await workspace.reset()
    assert not await seen(web, file["id"], ANA)


async def test_no_upload_ticket_is_noted_in_the_traffic(slack, workspace):
    begun = await asked(slack, 3)
    assert begun["upload_url"].rpartition("/")[2] not in json.dumps(await workspace.traffic())


async def test_a_picture_can_be_asked_for_by_no_other_site(slack, web):
    file = await uploaded(slack, channel=GENERAL)
    sent = await web.get(f"/_page/file/{file['id']}", params={"as": ANA})
    assert sent.headers["cross-origin-resource-policy"] == "same-origin"
    elsewhere = await web.get(
        f"/_page/file/{file['id']}", params={"as": ANA}, headers={"Origin": "https://example.com"}
    )
    assert elsewhere.status_code == 403


async def test_an_upload_that_is_refused_is_an_error_for_the_client(slack):
    with pytest.raises((SlackApiError, SlackRequestError)):
        await uploaded(slack, content=b"x" * 1001)
