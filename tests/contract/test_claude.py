"""The port Model over Anthropic's API: the real SDK against a server on loopback."""

import json
import time

import pytest
from pydantic import SecretStr

from bot.ports.model import (
    Denied,
    Malformed,
    Overloaded,
    Prompt,
    Refused,
    Tool,
    TooLong,
    ToolResult,
    Turn,
    Unreachable,
    Usage,
)
from integrations.claude import Claude, Manner
from tests.support.vendors import claude as vendor
from tests.support.vendors.claude import KEY, Script, claude_api
from tests.support.vendors.server import served

SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False}
TOOL = Tool("look", "Looks.", SCHEMA)
PROMPT = Prompt("be brief", "what is it?", SCHEMA, 500, tools=(TOOL,))


@pytest.fixture(scope="module")
def script():
    return Script()


@pytest.fixture
async def claude(script):
    script.asked.clear()
    async with served(claude_api(script)) as (address,):
        model = Claude(SecretStr(KEY), Manner("claude-opus-5-5", "medium", address, 2.0))
        yield model
        await model.close()


async def test_an_answer_comes_with_what_it_cost(claude, script):
    script.says(vendor.says('{"a": 1}'))
    reply = await claude.answer(PROMPT)
    (body,) = script.asked
    assert (reply.text, reply.calls) == ('{"a": 1}', ())
    assert reply.usage.input > 0
    assert (body["model"], body["max_tokens"], body["tool_choice"]) == ("claude-opus-5-5", 500, {"type": "auto"})
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}, "effort": "medium"}
    assert body["system"][0]["cache_control"] == {"type": "ephemeral"}


async def test_what_it_looks_up_is_given_back_with_what_it_said(claude, script):
    script.says(vendor.looks_up(("look", {"at": "E1"})), vendor.says("{}"))
    first = await claude.answer(PROMPT)
    assert [(each.name, each.arguments) for each in first.calls] == [("look", {"at": "E1"})]
    turn = Turn(first, (ToolResult("toolu_0", "nothing there", failed=True),))
    await claude.answer(Prompt("be brief", "what is it?", SCHEMA, 500, (turn,), (TOOL,), looking=False))
    said, results = script.asked[1]["messages"][1:]
    assert said["content"][0]["signature"] == "c2lnbmVk"
    assert results["content"] == [
        {
            "type": "tool_result",
            "tool_use_id": "toolu_0",
            "content": "nothing there",
            "is_error": True,
            "cache_control": {"type": "ephemeral"},
        }
    ]
    assert script.asked[1]["tool_choice"] == {"type": "none"}


async def test_no_token_is_less_than_a_byte_so_its_size_bounds_what_is_counted(claude, script):
    script.says(vendor.says("{}"))
    reply = await claude.answer(PROMPT)
    assert reply.usage.input <= len(script.raw[-1]) <= claude.size(PROMPT)


message = json.dumps({"content": [{"type": "text", "text": "{}"}], "stop_reason": "end_turn"})


@pytest.mark.parametrize(
    ("line", "trouble", "known"),
    [
        (vendor.refuses, Refused, True),
        (vendor.says("{", "max_tokens"), TooLong, True),
        (vendor.says("{", "model_context_window_exceeded"), TooLong, True),
        (vendor.fails(400, "invalid_request_error", "prompt is too long: 1 tokens > 0"), TooLong, True),
        (vendor.fails(413, "request_too_large"), TooLong, True),
        (vendor.fails(400, "invalid_request_error", "no such field"), Denied, True),
        (vendor.fails(401, "authentication_error"), Denied, True),
        (vendor.fails(403, "permission_error"), Denied, True),
        (vendor.fails(404, "not_found_error"), Denied, True),
        (vendor.fails(500, "api_error"), Unreachable, False),
        (vendor.breaks_off, Unreachable, False),
        (vendor.hangs, Unreachable, False),
        (vendor.raw(b'{"half": '), Malformed, False),
        (vendor.raw(b"<html>"), Malformed, False),
        (vendor.raw(b""), Malformed, False),
        (vendor.raw(b"[" * 100_000), Malformed, False),
        (vendor.raw(b'{"a": "' + b"x" * 5_000_000 + b'"}'), Malformed, False),
        (vendor.raw(message.encode()), Malformed, False),
        (vendor.raw(message[:-1].encode() + b', "usage": {"input_tokens": -5}}'), Malformed, False),
        (vendor.says("", "end_turn"), Malformed, True),
        (vendor.says("{", "pause_turn"), Malformed, True),
        (lambda _: ([{"type": "tool_use", "id": 7}], "tool_use"), Malformed, False),
    ],
)
async def test_each_trouble_has_its_kind_and_says_whether_its_cost_is_known(claude, script, line, trouble, known):
    script.says(line)
    with pytest.raises(trouble) as caught:
        await claude.answer(PROMPT)
    assert (caught.value.usage is not None) is known
    assert len(script.asked) == 1, "what may have been carried out is not asked again"
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(("status", "kind"), [(529, "overloaded_error"), (429, "rate_limit_error")])
async def test_too_much_to_do_is_asked_again_as_the_vendor_says_and_given_up_after_three(claude, script, status, kind):
    busy = vendor.fails(status, kind, **{"retry-after": "0.1"})
    script.says(busy, vendor.says("{}"))
    assert (await claude.answer(PROMPT)).text == "{}"
    script.says(busy)
    started = time.monotonic()
    with pytest.raises(Overloaded) as caught:
        await claude.answer(PROMPT)
    assert caught.value.usage == Usage()
    assert (len(script.asked), time.monotonic() - started < 2) == (5, True)


async def test_a_key_that_is_not_accepted_is_not_told(script):
    async with served(claude_api(script)) as (address,):
        model = Claude(SecretStr("sk-ant-other-key-entirely"), Manner("m", "", address, 2.0))
        with pytest.raises(Denied) as caught:
            await model.answer(PROMPT)
        await model.close()
    assert "other-key" not in str(caught.value)


async def test_that_it_is_there_is_asked_without_a_message(claude, script):
    await claude.check()
    assert script.asked == []


@pytest.mark.parametrize(
    ("key", "name"), [(KEY, "claude-of-tomorrow"), ("sk-ant-other-key-entirely", "claude-opus-5-5")]
)
async def test_a_key_or_a_model_that_nobody_knows_is_denied(script, key, name):
    async with served(claude_api(script)) as (address,):
        model = Claude(SecretStr(key), Manner(name, "", address, 2.0))
        with pytest.raises(Denied):
            await model.check()
        await model.close()


@pytest.mark.parametrize("key", ["sk-ant-\u00fc\u96ea", "sk-ant-a\nb"])
async def test_a_key_that_no_header_can_hold_is_denied(script, key):
    script.asked.clear()
    async with served(claude_api(script)) as (address,):
        model = Claude(SecretStr(key), Manner("m", "", address, 2.0))
        with pytest.raises((Denied, Unreachable)) as caught:
            await model.answer(PROMPT)
        await model.close()
    assert script.asked == []
    assert key not in str(caught.value)


async def test_nobody_there_is_unreachable():
    model = Claude(SecretStr(KEY), Manner("m", "", "http://127.0.0.1:9", 2.0))
    with pytest.raises(Unreachable):
        await model.answer(PROMPT)
    await model.close()
