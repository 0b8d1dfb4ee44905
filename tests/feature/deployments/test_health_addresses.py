"""Health addresses of the sample catalog lead to the shop, on whatever port it runs."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

from bot.runtime.sample import SampleShop
from integrations.health import HttpHealth

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 33\r\nConnection: close\r\n\r\n{"status":"ok","version":"1.4.1"}'
PATH = "/environments/integration/services/payments/health"


@asynccontextmanager
async def a_shop(*, trickles=False):
    """Its port, and the first lines that it was asked. trickles: it answers a byte at a time, without an end."""
    asked = []

    async def answer(reader, writer):
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode())
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if trickles else ANSWER)
        while trickles and not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.02)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], asked


async def test_an_address_of_the_sample_shop_is_asked_where_the_shop_runs():
    async with a_shop() as (port, asked):
        health = HttpHealth(SampleShop(Path(), Path(), port).moved)
        seen = await health.look(f"http://127.0.0.1:8030{PATH}")
        elsewhere = await health.look(f"http://127.0.0.1:{port}/own")
        await health.close()
    assert (seen.well, seen.version, elsewhere.well) == (True, "1.4.1", True)
    assert asked == [f"GET {PATH} HTTP/1.1", "GET /own HTTP/1.1"]


async def test_an_answer_that_trickles_without_an_end_is_none():
    """Whoever waited for it would look at nothing else any more."""
    async with a_shop(trickles=True) as (port, _):
        health = HttpHealth(patience=0.2)
        seen = await health.look(f"http://127.0.0.1:{port}/health")
        await health.close()
    assert (seen.well, seen.detail) == (False, "no answer within 0.2 s")
