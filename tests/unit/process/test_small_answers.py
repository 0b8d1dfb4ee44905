"""A small answer leaves at once: Nagle's delay is off on every connection that is accepted."""

import asyncio
import socket
from functools import partial

import pytest

from bot.runtime import web
from integrations.workspace import server


@pytest.mark.parametrize("listen", [partial(web.listen, chosen=True), server.listen], ids=["bot", "workspace"])
async def test_no_answer_waits_for_the_one_before_to_be_acknowledged(listen):
    accepted = asyncio.get_running_loop().create_future()
    listening = listen("127.0.0.1", 0)
    async with await asyncio.start_server(lambda _, writer: accepted.set_result(writer), sock=listening):
        _, caller = await asyncio.open_connection(*listening.getsockname())
        writer = await accepted
        assert writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        caller.close()
        writer.close()
