"""Slack says of a private channel only that it is one: which it is, its id tells."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.catalog import load
from handlers.kit.running import names_here
from tests.support.signalbox import SAMPLE


class Channels:
    async def channel_called(self, channel):
        return {"G0ENVS": "integration"}.get(channel)


def typed(channel, name):
    return {"channel_id": channel, "channel_name": name}


def pressed(channel, name):
    return {"channel": {"id": channel, "name": name}}


@pytest.mark.parametrize("sent", [typed, pressed])
@pytest.mark.parametrize(
    ("name", "channel", "here"),
    [
        ("integration", "C0ENVS", "integration"),
        ("privategroup", "G0ENVS", "integration"),
        ("privategroup", "G0OTHER", ""),
        ("general", "C0GENERAL", ""),
    ],
)
async def test_a_line_means_the_environment_of_its_channel_also_where_that_is_private(name, channel, here, sent):
    catalog = load(SAMPLE, why_taken=lambda _word: None)
    deps: Any = SimpleNamespace(people=Channels(), catalog=lambda: catalog)
    assert (await names_here(sent(channel, name), deps)).here == here
