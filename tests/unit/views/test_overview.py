"""The board of many environments: all are there, the most urgent first, and turns are estimated where they are shown."""

from datetime import timedelta

import pytest

from bot.catalog import Catalog, Environment
from bot.reservations import commands as ask
from bot.reservations.places import Kind
from bot.reservations.queries import board, glimpse
from bot.reservations.values import Scope
from handlers.views.place import ENVIRONMENTS_SHOWN, overview
from tests.unit.reservations.story import Story

MANY = [f"env-{number:02}" for number in range(ENVIRONMENTS_SHOWN + 5)]


@pytest.fixture
def story():
    """Each is held by one and waited for by another."""
    story = Story()
    for name in MANY:
        story.reserve(f"ana {name}", environment=name)
        story.reserve(f"ben {name}", environment=name)
    return story


def seen(story, reader="nobody", names=MANY):
    return overview(story.state, Catalog({name: Environment(name) for name in names}), reader, story.now)


def test_those_shown_tell_each_waiter_a_place_and_a_turn(story):
    waiters = [env.waiters[0] for env in seen(story)[:ENVIRONMENTS_SHOWN]]
    assert all((x.place, x.eta_from) == (1, story.now + timedelta(hours=1)) for x in waiters)


def test_the_others_are_counted_all_the_same(story):
    rest = seen(story)[ENVIRONMENTS_SHOWN:]
    assert [(len(env.holders), len(env.waiters)) for env in rest] == [(1, 1)] * 5


def test_the_readers_own_is_first_and_then_what_is_down(story):
    story.do(ask.SetCondition(Scope("env-18"), Kind.DOWN, "broken", "ops"))
    names = [env.name for env in seen(story, "ben env-19")]
    assert names[:3] == ["env-19", "env-18", "env-00"]


def test_what_the_catalog_dropped_is_there_while_somebody_holds_it(story):
    found = seen(story, names=MANY[1:])
    assert [env.name for env in found if env.dropped] == ["env-00"]
    assert len(found) == len(MANY)


def test_a_glimpse_sorts_as_a_board_does(story):
    whole, glanced = (look(story.state, "env-03", story.now) for look in (board, glimpse))
    for told in ("holders", "offered", "waiting", "booked"):
        ids = [[lease.lease_id for lease in getattr(each, told)] for each in (whole, glanced)]
        assert ids[0] == ids[1]
