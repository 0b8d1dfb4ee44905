import asyncio
import os
import signal

import httpx
import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.runtime.processes import Lifecycle
from bot.runtime.web import WebServer, address_of, listen


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


async def test_what_started_first_stops_last():
    order = []

    def stops(name):
        async def stop():
            order.append(name)

        return stop

    async with Lifecycle() as life:
        for name in ("valkey", "sql", "workers", "slack", "web"):
            life.on_stop(name, stops(name))
    assert order == ["web", "slack", "workers", "sql", "valkey"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_asks_everything_to_stop(number):
    async with Lifecycle() as life:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(30):
            await life.until_stopped()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


async def test_a_loop_runs_until_its_turn_to_stop_comes():
    running = asyncio.Event()
    seen = []

    async def loop():
        running.set()
        await asyncio.Event().wait()

    async def later_part():
        seen.append(running.is_set())

    async with Lifecycle() as life:
        life.run("loop", loop)
        life.on_stop("later", later_part)
        await running.wait()
    assert seen == [True]


async def test_a_part_that_hangs_does_not_keep_the_others_from_stopping():
    stopped = []

    async def first():
        stopped.append(1)

    with capture_logs() as logs:
        async with asyncio.timeout(30), Lifecycle() as life:
            life.on_stop("first", first)
            life.on_stop("hangs", asyncio.Event().wait, within=0.05)
    assert stopped == [1]
    assert [each["part"] for each in logs] == ["hangs"]


async def test_a_second_signal_hurries():
    async with asyncio.timeout(30):
        async with Lifecycle() as life:
            life.on_stop("slow", asyncio.Event().wait, within=60)
            life.stop()
            asyncio.get_running_loop().call_later(0.05, life.stop)


async def test_a_part_that_fails_to_stop_is_logged_and_the_others_stop():
    stopped = []

    async def first():
        stopped.append(1)

    async def broken():
        raise ValueError("no")

    with capture_logs() as logs:
        async with Lifecycle() as life:
            life.on_stop("first", first)
            life.on_stop("broken", broken)
    assert stopped == [1]
    assert logs[0]["event"] == "stopping failed"


async def test_a_web_server_answers_and_ends_without_touching_signals():
    before = signal.getsignal(signal.SIGINT)
    listening = listen("127.0.0.1", 0, chosen=True)
    web = WebServer(hello, listening)
    await web.start()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(address_of(listening))).text == "hi"
        assert signal.getsignal(signal.SIGINT) is before
    await web.stop()
    assert listening.fileno() == -1, "its socket is closed"


def test_a_taken_port_is_replaced_by_a_free_one_unless_it_was_chosen():
    with listen("127.0.0.1", 0, chosen=True) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port, chosen=False) as other:
            assert other.getsockname()[1] != port
        with pytest.raises(Unavailable, match=f"SIGNALBOX_PORT={port} is taken by another program. Stop it, or set"):
            listen("127.0.0.1", port, chosen=True)


def test_an_address_that_is_not_ours_says_what_to_change():
    with pytest.raises(Unavailable, match=r"Cannot listen on 203.0.113.1:0: .* Set SIGNALBOX_HOST"):
        listen("203.0.113.1", 0, chosen=False)


def test_an_address_that_means_everywhere_is_shown_as_one_that_can_be_opened():
    with listen("0.0.0.0", 0, chosen=True) as everywhere:
        assert address_of(everywhere).startswith("http://127.0.0.1:")


def test_which_port_is_used_is_said_when_the_usual_one_is_taken():
    with listen("127.0.0.1", 0, chosen=True) as usual, capture_logs() as said:
        number = usual.getsockname()[1]
        with listen("127.0.0.1", number, chosen=False) as other:
            port = other.getsockname()[1]
    assert [(each["usual"], each["port"], each["variable"]) for each in said] == [(number, port, "SIGNALBOX_PORT")]
