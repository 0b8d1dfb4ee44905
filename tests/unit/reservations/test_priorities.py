"""Incident before hotfix before the rest: in line, never against a holder."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.events import OfferReturned, Why
from bot.reservations.values import HOTFIX, INCIDENT
from tests.unit.reservations.story import MINUTE, SHARED, Story


@pytest.fixture
def story():
    story = Story()
    story.reserve("ana")
    story.reserve("ben")
    return story


def test_an_incident_stands_before_a_hotfix_before_the_rest(story):
    story.reserve("cem", rank=HOTFIX)
    story.reserve("dia", rank=INCIDENT)
    story.reserve("eli", rank=HOTFIX)
    assert story.queue == ["dia", "cem", "eli", "ben"]


def test_nobody_is_put_out_by_a_priority(story):
    story.reserve("cem", rank=INCIDENT)
    assert story.statuses["ana"] == "active"


def test_an_offer_is_not_called_back_for_a_priority(story):
    story.release("ana")
    story.reserve("cem", rank=INCIDENT)
    assert story.statuses == {"ben": "offered", "cem": "queued"}


def test_a_priority_passes_waiters_even_when_the_way_is_free_for_it():
    """Ben waits for ana's exclusive end; cem only looks on, and comes first for it is an incident."""
    story = Story()
    story.reserve("ana", mode=SHARED)
    story.reserve("ben")
    assert story.reserve("dia", mode=SHARED).status == "queued"
    assert story.reserve("cem", mode=SHARED, rank=INCIDENT).status == "active"


def test_who_lets_an_offer_go_gives_up_the_priority_with_it(story):
    story.reserve("cem", rank=INCIDENT)
    story.release("ana")
    assert story.decline("cem")[0] == OfferReturned("cem", Why.PASSED)
    story.decline("ben")
    assert story.statuses == {"cem": "offered", "ben": "queued"}
    assert story["cem"].rank == 3


def test_silence_gives_it_up_too(story):
    story.reserve("cem", rank=HOTFIX)
    story.release("ana")
    story.after(15 * MINUTE)
    assert story.statuses == {"ben": "offered", "cem": "queued"}
    assert (story["cem"].rank, story["cem"].misses) == (3, 1)


def test_putting_it_off_does_not(story):
    story.reserve("cem", rank=HOTFIX)
    story.release("ana")
    story.do(ask.Later("cem", "cem"))
    assert story["cem"].rank == HOTFIX
    assert story.queue == ["cem"]
