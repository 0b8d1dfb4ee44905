"""The Web API says no as Slack does."""

from math import ceil
from time import monotonic

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.workspace.seed import default_document
from tests.support.workspace import Workspace, start_workspace

GENERAL = "C0GENERAL"

REFUSALS = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": GENERAL}, "no_text"),
    ("chat.postMessage", {"channel": GENERAL, "text": "  "}, "no_text"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": GENERAL, "blocks": [{"type": "nothing"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": GENERAL, "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": GENERAL, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ("chat.postMessage", {"channel": GENERAL, "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
    ("chat.postMessage", {"channel": GENERAL, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("chat.update", {"channel": GENERAL, "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": GENERAL, "ts": "1.000001"}, "message_not_found"),
    ("chat.getPermalink", {"channel": GENERAL, "message_ts": "1.000001"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": GENERAL, "user": "U0NOBODY", "text": "x"}, "user_not_found"),
    ("conversations.history", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("conversations.history", {"channel": GENERAL, "cursor": "nonsense"}, "invalid_cursor"),
    ("conversations.history", {"channel": GENERAL, "limit": 1000}, "invalid_limit"),
    ("conversations.replies", {"channel": GENERAL, "ts": "1.000001"}, "thread_not_found"),
    ("conversations.list", {"types": "planets"}, "invalid_types"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0NOBODY", "view": {"type": "home", "blocks": []}}, "user_not_found"),
    ("views.update", {"view_id": "V0NONE", "view": {"type": "home", "blocks": []}}, "not_found"),
    ("chat.postmessage", {}, "unknown_method"),
    ("files.upload", {}, "unknown_method"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
]


@pytest.mark.parametrize(("method", "args", "error"), REFUSALS)
async def test_a_wrong_call_is_refused(slack, method, args, error):
    with pytest.raises(SlackApiError) as refused:
        await slack.api_call(method, json=args)
    assert refused.value.response["error"] == error


async def test_an_unknown_method_is_noted(slack, strict):
    with pytest.raises(SlackApiError):
        await slack.api_call("files.upload")
    [call] = await strict.calls("files.upload")
    assert (call["ok"], call["error"]) == (False, "unknown_method")


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, "invalid_auth"),
        ({"Authorization": "Bearer xapp-local-app"}, "not_allowed_token_type"),
    ],
)
async def test_a_token_is_asked_for(strict, headers, error):
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{strict.api_url}auth.test", headers=headers)
    assert answer.json() == {"ok": False, "error": error}


async def test_no_token_is_ever_noted(slack, strict):
    await slack.api_call("auth.test", params={"token": "xoxb-local-bot"})
    assert "xoxb" not in str(await strict.traffic())


async def test_answers_tell_the_scopes(slack):
    answer = await slack.auth_test()
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


async def test_a_method_needs_its_scope(tmp_path):
    server = start_workspace(tmp_path, document=default_document(bot_scopes=["commands"]))
    client = AsyncWebClient(token="xoxb-local-bot", base_url=f"{server.url}/api/")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=GENERAL, text="x")
    answer = refused.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "commands")
    server.stop()


async def test_metadata_comes_back_only_when_asked_for(slack):
    metadata = {"event_type": "notice", "event_payload": {"id": "1"}}
    await slack.chat_postMessage(channel=GENERAL, text="x", metadata=metadata)
    plain = await slack.conversations_history(channel=GENERAL)
    full = await slack.conversations_history(channel=GENERAL, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_history_comes_newest_first_page_by_page(slack, strict):
    for number in range(5):
        await strict.say("U0ANA", "general", f"message {number}")
    first = await slack.conversations_history(channel=GENERAL, limit=2)
    assert [message["text"] for message in first["messages"]] == ["message 4", "message 3"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await slack.conversations_history(channel=GENERAL, limit=3, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["message 2", "message 1", "message 0"]
    assert second["has_more"] is False


@pytest.mark.parametrize(("inclusive", "found"), [(False, ["b"]), (True, ["c", "b", "a"])])
async def test_history_between_two_times(slack, strict, inclusive, found):
    a, _, c = [(await strict.say("U0ANA", "general", text))["ts"] for text in "abc"]
    page = await slack.conversations_history(channel=GENERAL, oldest=a, latest=c, inclusive=inclusive)
    assert [message["text"] for message in page["messages"]] == found


async def test_a_thread_counts_its_replies(slack):
    parent = await slack.chat_postMessage(channel=GENERAL, text="parent")
    reply = await slack.chat_postMessage(channel=GENERAL, text="reply", thread_ts=parent["ts"])
    [message] = (await slack.conversations_history(channel=GENERAL))["messages"]
    assert (message["reply_count"], message["latest_reply"]) == (1, reply["ts"])
    thread = await slack.conversations_replies(channel=GENERAL, ts=parent["ts"])
    assert [each["text"] for each in thread["messages"]] == ["parent", "reply"]


async def test_only_its_own_messages_are_the_apps_to_change(slack, strict):
    said = await strict.say("U0ANA", "general", "mine")
    for method in ("chat.update", "chat.delete"):
        with pytest.raises(SlackApiError, match=f"cant_{method.partition('.')[2]}_message"):
            await slack.api_call(method, json={"channel": GENERAL, "ts": said["ts"], "text": "x"})


async def test_a_persons_id_means_their_direct_messages(slack, strict):
    posted = await slack.chat_postMessage(channel="U0ANA", text="hello")
    opened = await slack.conversations_open(users="U0ANA")
    assert posted["channel"] == opened["channel"]["id"]
    assert [message["text"] for message in await strict.direct_messages("U0ANA")] == ["hello"]
    assert [each["body"] for each in await strict.notifications("U0ANA")] == ["hello"]


async def test_a_conversation_between_two_people_is_not_the_apps(slack, strict):
    async with httpx.AsyncClient(base_url=strict.url, trust_env=False) as page:
        answer = await page.post("/_page/dm", json={"as": "U0ANA", "user": "U0BEN"})
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await slack.chat_postMessage(channel=answer.json()["channel"]["id"], text="x")


async def test_people_and_groups_are_listed_and_found(slack):
    people = (await slack.users_list())["members"]
    assert [person["name"] for person in people] == ["ana", "ben", "cem", "signalbox"]
    assert (await slack.users_lookupByEmail(email="BEN@example.com"))["user"]["id"] == "U0BEN"
    assert (await slack.users_info(user="U0ANA"))["user"]["tz"] == "Europe/Lisbon"
    assert (await slack.usergroups_list())["usergroups"][0]["handle"] == "payments"
    assert (await slack.usergroups_users_list(usergroup="S0PAY"))["users"] == ["U0ANA", "U0BEN"]
    assert "U0SIGNALBOX" in (await slack.conversations_members(channel=GENERAL))["members"]


async def test_a_published_home_changes_only_for_who_saw_the_last_one(slack):
    home = {"type": "home", "blocks": []}
    first = (await slack.views_publish(user_id="U0ANA", view=home))["view"]
    second = (await slack.views_publish(user_id="U0ANA", view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_publish(user_id="U0ANA", view=home, hash=first["hash"])


async def test_a_home_may_be_updated_like_any_view(slack, strict):
    view = (await slack.views_publish(user_id="U0ANA", view={"type": "home", "blocks": []})).get("view", {})
    await slack.views_update(view_id=view["id"], view={"type": "home", "blocks": [{"type": "divider"}]})
    assert [block["type"] for block in (await strict.home("U0ANA"))["blocks"]] == ["divider"]
    assert await strict.views("U0ANA") == []


async def test_a_sixth_message_at_once_must_wait(slack, strict):
    for number in range(5):
        await slack.chat_postMessage(channel=GENERAL, text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel=GENERAL, text="one too many")
    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    assert refused.value.response.headers["Retry-After"] == "1"
    await slack.chat_postMessage(channel="C0ENVS", text="elsewhere")
    assert len(await strict.messages("general")) == 5


async def may_update(slack, ts, text):
    try:
        await slack.chat_update(channel=GENERAL, ts=ts, text=text)
    except SlackApiError as error:
        if error.response["error"] != "ratelimited":
            raise
        return False
    return True


async def test_fifty_updates_a_minute_and_no_more(slack):
    posted = await slack.chat_postMessage(channel=GENERAL, text="card")
    began, sent = monotonic(), 0
    while await may_update(slack, posted["ts"], str(sent)):
        sent += 1
    assert 50 <= sent <= 50 * (1 + ceil((monotonic() - began) / 60))


async def test_arguments_may_come_as_a_form(strict):
    form = {"token": "xoxb-local-bot", "channel": GENERAL, "blocks": '[{"type": "divider"}]'}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = (await client.post(f"{strict.api_url}chat.postMessage", data=form)).json()
    assert answer["message"]["blocks"][0]["type"] == "divider"
    assert answer["message"]["blocks"][0]["block_id"]


async def test_the_client_closes(strict):
    async with Workspace(strict.url) as client:
        assert (await client.health())["ok"]
