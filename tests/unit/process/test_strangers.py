"""Who changes something in the workspace while the sample people play, and who only looks."""

from datetime import UTC, datetime

import pytest

from bot.bootstrap.opening.strangers import Strangers
from bot.catalog import load
from bot.deps import Commands
from bot.grammar.words import why_taken
from tests.support.signalbox import SAMPLE

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Noon:
    def now(self):
        return NOON


class Deliveries:
    def __init__(self):
        self.entries = []

    def typed(self, line, envelope="E1"):
        name, _, text = line.partition(" ")
        self._add(envelope, "slash_commands", name, {"user_id": "U0CEM", "text": text})

    def sent(self, name, envelope="E1"):
        self._add(envelope, "interactive", name, {"user": {"id": "U0CEM"}})

    def _add(self, envelope, kind, name, payload):
        id = len(self.entries) + 1
        self.entries.append({"id": id, "envelope": envelope, "type": kind, "name": name, "payload": payload})

    async def traffic(self, kind=None, *, after=0):
        return [each for each in self.entries if each["id"] > after]


@pytest.fixture(scope="module")
def catalog():
    return load(SAMPLE, why_taken=why_taken)


@pytest.fixture
def deliveries():
    return Deliveries()


@pytest.fixture
def strangers(deliveries, catalog):
    return Strangers(deliveries, lambda: catalog, Noon(), Commands())


@pytest.mark.parametrize(
    "line",
    ["/env", "/env integration", "/env log", "/env stats 1h", "/deploy", "/deploy history payments", "/deploy help"],
)
async def test_looking_is_no_change(strangers, deliveries, line):
    deliveries.typed(line)
    assert await strangers.came() == ""


@pytest.mark.parametrize(
    "line",
    [
        *("/env integration/payments 1h", "/env release", "/env relase", "/env watch integration"),
        *("/deploy payments@1.5.0 to integration", "/deploy check payments@1.5.0", "/deploy rollback payments"),
    ],
)
async def test_whoever_changes_something_or_is_about_to_has_come_once(strangers, deliveries, line):
    deliveries.typed(line)
    assert [await strangers.came(), await strangers.came()] == ["U0CEM", ""]


async def test_presses_and_forms_are_changes_and_what_slack_tells_by_itself_is_none(strangers, deliveries):
    deliveries.sent("app_home_opened")
    deliveries.sent("block_suggestion")
    assert await strangers.came() == ""
    for name in ("block_actions", "view_submission"):
        deliveries.sent(name)
        assert await strangers.came() == "U0CEM"


async def test_what_the_sample_people_do_is_ours(strangers, deliveries):
    strangers.ours.add("E7")
    deliveries.typed("/env integration/payments 1h", envelope="E7")
    assert await strangers.came() == ""
