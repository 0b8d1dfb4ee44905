"""A deployment is marked where people look at curves: each moment once, whatever comes between."""

import json
from datetime import timedelta

import pytest
import stamina

from bot.catalog import parse
from bot.deployments.marking import MARK, Marked, Marking, due_marks
from bot.ports.marks import Moment
from bot.ports.pipelines import RunState
from integrations.datadog.events import DatadogEvents
from tests.support.deploying import CATALOG, a_team, begun, brought
from tests.support.vendors.datadog import Server
from tests.support.vendors.sources import datadog_api
from tests.support.vendors.world import Trouble

ALIASED = CATALOG.replace(b"  payments:\n", b"  payments:\n    aliases: { datadog: [pay-api] }\n")
TITLES = ["pay-api 1.5.0 is being deployed on integration", "pay-api 1.5.0 was deployed on integration"]


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", effects=due_marks) as team:
        yield team


@pytest.fixture
async def datadog():
    server = Server()
    async with datadog_api(server) as api:
        yield server, DatadogEvents(api, api)


def aliased():
    return parse(ALIASED, "signalbox.yaml", why_taken=lambda name: None)


@pytest.fixture
def marking(team, datadog):
    about = {"catalog": aliased, "clock": team.clock, "root": "http://signalbox.test"}
    return Marking(team.store, Marked(datadog[1], "datadog"), **about)


async def due(team):
    now = team.clock.now().timestamp() * 1000
    return [json.loads(job.arguments) for job in await team.jobs(MARK) if job.due_at <= now]


def titles(server):
    return [event["attributes"]["title"] for event in server.events]


async def test_its_beginning_and_its_end_are_marked_under_the_name_that_is_used_there(team, marking, datadog):
    await brought(team)
    for arguments in await due(team):
        await marking.mark(arguments)
    assert titles(datadog[0]) == TITLES
    tags = datadog[0].events[1]["attributes"]["tags"]
    assert "env:integration" in tags


async def test_a_job_that_is_done_again_marks_nothing_twice(team, marking, datadog):
    """As when its worker was killed before it could say that it had done it."""
    await brought(team)
    for arguments in (await due(team)) * 2:
        await marking.mark(arguments)
    assert titles(datadog[0]) == TITLES


async def test_a_mark_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(team, marking, datadog):
    await begun(team)
    [arguments] = await due(team)
    server, events = datadog
    events.put = losing_an_answer(server, events.put)
    await marking.mark(arguments)
    team.clock.advance(timedelta(minutes=3))
    [_, again] = await due(team)
    await marking.mark(again)
    assert titles(server) == TITLES[:1]


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@pytest.fixture
def killed_after_the_vendor_has_it(datadog):
    """The next mark is taken, and may be found only later; who has sent it dies before anything is written down."""
    server, events = datadog
    put = events.put

    async def dies(mark):
        await put(mark)
        events.put = put
        raise Killed

    events.put = dies
    return server


async def test_a_mark_is_sent_once_whoever_is_killed_after_the_vendor_has_it(
    team, marking, datadog, killed_after_the_vendor_has_it
):
    await begun(team)
    [arguments] = await due(team)
    with pytest.raises(Killed):
        await marking.mark(arguments)
    server = datadog[0]
    unfound, server.events[:] = list(server.events), []
    await marking.mark(arguments)
    assert server.events == []
    server.events.extend(unfound)
    team.clock.advance(timedelta(minutes=3))
    for arguments in (await due(team)) * 2:
        await marking.mark(arguments)
    assert titles(server) == TITLES[:1]


async def test_a_mark_that_never_arrived_is_sent_when_it_would_have_been_found(
    team, marking, datadog, killed_after_the_vendor_has_it
):
    """As when its sender was killed before the vendor had it."""
    await begun(team)
    [arguments] = await due(team)
    with pytest.raises(Killed):
        await marking.mark(arguments)
    datadog[0].events.clear()
    await marking.mark(arguments)
    team.clock.advance(timedelta(minutes=3))
    for arguments in (await due(team)) * 2:
        await marking.mark(arguments)
    assert titles(datadog[0]) == TITLES[:1]


async def test_what_is_known_to_be_there_is_not_looked_for_again(team, marking, datadog):
    await begun(team)
    [arguments] = await due(team)
    await marking.mark(arguments)
    datadog[0].events.clear()
    team.clock.advance(timedelta(hours=1))
    await marking.mark(arguments)
    assert titles(datadog[0]) == []


def losing_an_answer(server, put):
    async def lost(mark):
        server.world.troubles.append(Trouble("lost", "POST"))
        await put(mark)

    return lost


async def test_a_vendor_that_is_away_is_told_later(team, marking, datadog):
    await begun(team)
    [arguments] = await due(team)
    datadog[0].world.troubles.extend(Trouble("status", "POST", status=503) for _ in range(3))
    with stamina.set_testing(True):
        await marking.mark(arguments)
    assert titles(datadog[0]) == []
    team.clock.advance(timedelta(minutes=3))
    [_, again] = await due(team)
    await marking.mark(again)
    assert titles(datadog[0]) == TITLES[:1]


async def test_a_vendor_that_says_no_is_not_asked_again(team, marking, datadog):
    await begun(team)
    [arguments] = await due(team)
    datadog[0].world.troubles.append(Trouble("status", "POST", status=403))
    await marking.mark(arguments)
    team.clock.advance(timedelta(days=1))
    assert await due(team) == [arguments]


async def test_what_fails_or_turns_out_bad_is_marked_so(team, marking):
    deployment = await begun(team)
    team.vendor.advance(deployment.run, RunState.FAILED)
    await team.work(until=timedelta(minutes=1))
    assert [arguments["moment"] for arguments in await due(team)] == [Moment.STARTED, Moment.FAILED]


async def test_nothing_is_sent_where_nobody_wants_marks(team):
    await begun(team)
    nobody = Marking(team.store, None, catalog=aliased, clock=team.clock, root="")
    [arguments] = await due(team)
    await nobody.mark(arguments)
