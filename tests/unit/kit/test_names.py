"""What people are called in text that mentions nobody."""

import pytest

from bot.catalog import load
from bot.grammar.words import why_taken
from handlers.kit.names import called
from tests.support.signalbox import ANA, SAMPLE

SAMPLED = load(SAMPLE, why_taken=why_taken)


class OneGuest:
    """Slack, which knows one person."""

    async def zone_of(self, person):
        return None

    async def name_of(self, person):
        return {"U0GUEST": "Gus Guest", ANA: "another Ana"}.get(person)

    async def is_bot(self, person):
        return False

    async def channel_called(self, channel):
        return None


@pytest.mark.parametrize(
    ("person", "name"),
    [(ANA, "Ana Kovač"), ("U0GUEST", "Gus Guest"), ("U0NOBODY", "U0NOBODY"), ("pipeline:nightly", "pipeline nightly")],
)
async def test_the_catalog_knows_best_then_slack_and_an_id_is_better_than_nothing(person, name):
    assert await called(person, SAMPLED, OneGuest()) == name
