"""Everybody who holds or waits, as a list."""

from bot.reservations.queries import living
from bot.reservations.values import AnyOf, Scope
from tests.unit.reservations.story import Story

ANY = AnyOf("test", 1, (Scope("integration"), Scope("staging")))


def test_whoever_waits_for_any_of_several_environments_is_listed_once():
    story = Story()
    story.reserve("ana")
    story.reserve("ben", environment="staging")
    story.reserve_any("cem", ANY)
    told = living(story.state, ["integration", "staging"], story.now)
    assert [lease.lease_id for lease in told] == ["ana", "cem", "ben"]
