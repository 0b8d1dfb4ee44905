"""A sample shop that cannot start says so: what answers in its place is somebody else's."""

import socket

import pytest

from bot.errors import Unavailable
from bot.runtime.sample import SampleShop
from tests.house import tree


async def test_a_shop_whose_port_was_taken_meanwhile_says_that_its_services_send_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shop = SampleShop(tree.ROOT / "deploy" / "demo", tmp_path, port)
        with pytest.raises(Unavailable, match=f"cannot listen on port {port}"):
            await shop.run("")
    assert shop.trouble.startswith(f"The sample shop did not start at http://127.0.0.1:{port}, so its services send")
