import io
import json
import logging

import pytest
import structlog

from bot.runtime.observability import start_logging, start_tracing


@pytest.fixture
def lines():
    before = (logging.root.handlers[:], logging.root.level)
    stream = io.StringIO()
    start_logging(json=True, level="info", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.handlers[:], logging.root.level = before
    structlog.reset_defaults()


def test_a_line_is_one_json_object_with_what_is_bound(lines):
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("bot.x").info("granted", lease="L1")
    (line,) = lines()
    assert (line["event"], line["lease"], line["request_id"], line["level"]) == ("granted", "L1", "r1", "info")
    assert line["timestamp"].endswith("Z")


def test_libraries_log_in_the_same_shape(lines):
    logging.getLogger("uvicorn.error").warning("slow %s", "client")
    assert lines()[0]["event"] == "slow client"


def test_secrets_stay_out_wherever_they_hide(lines):
    log = structlog.get_logger("bot.x")
    log.info(
        "using xoxb-123456-abcdef",
        url="redis://u:hunter2@h",
        nested={"token": "hunter2"},
        error=ValueError("password=hunter2"),
    )
    logging.getLogger("lib").error("Authorization: Bearer hunter2hunter2")
    log.error("failed", exc_info=RuntimeError("api_key=hunter2"))
    text = json.dumps(lines())
    assert "hunter2" not in text
    assert "123456" not in text
    assert len(lines()) == 3


@pytest.mark.parametrize("library", ["apscheduler.scheduler", "uvicorn.error"])
def test_chatty_libraries_are_kept_quiet(lines, library):
    logging.getLogger(library).info("added job")
    assert lines() == []


def test_without_an_endpoint_nothing_is_traced():
    start_tracing(None, instance="i")()
