"""Hold and wait: circles of people who wait for one another are found when the last of them queues."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.rules.circles import circle
from tests.unit.reservations.story import SHARED, Story


@pytest.fixture
def story():
    return Story()


def around(story: Story, lease_id: str) -> list[str]:
    return [held.id for held in circle(story.state, lease_id)]


def test_two_who_hold_what_the_other_wants(story):
    story.reserve("ana", "payments", lease_id="ana holds")
    story.reserve("ben", "orders", lease_id="ben holds")
    story.reserve("ana", "orders", lease_id="ana wants")
    assert around(story, "ana wants") == []
    story.reserve("ben", "payments", lease_id="ben wants")
    assert around(story, "ben wants") == ["ben holds", "ana holds"]
    assert around(story, "ana wants") == ["ana holds", "ben holds"]


def test_three(story):
    services = {"ana": "payments", "ben": "orders", "cem": "ledger"}
    for person, service in services.items():
        story.reserve(person, service, lease_id=f"{person} holds")
    for person, service in {"ana": "orders", "ben": "ledger", "cem": "payments"}.items():
        story.reserve(person, service, lease_id=f"{person} wants")
    assert around(story, "cem wants") == ["cem holds", "ana holds", "ben holds"]


def test_two_sharers_who_both_want_it_alone(story):
    for person in ("ana", "ben"):
        story.reserve(person, mode=SHARED)
    story.reserve_more("ana")
    assert around(story, "ana+") == []
    story.reserve_more("ben")
    assert around(story, "ben+") == ["ben", "ana"]


def test_who_waits_for_somebody_who_waits_for_nobody_is_in_no_circle(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "payments orders")
    assert around(story, "ben") == []


def test_who_holds_and_is_in_nobodys_circle_is_not_named(story):
    story.reserve("ana", "payments", lease_id="ana holds")
    story.reserve("ben", "orders", lease_id="ben holds")
    story.reserve("cem", "ledger", lease_id="cem holds")
    story.reserve("ana", "orders ledger", lease_id="ana wants")
    story.reserve("ben", "payments", lease_id="ben wants")
    assert around(story, "ben wants") == ["ben holds", "ana holds"]


def test_the_shortest_is_told(story):
    for person, service in {"ana": "a", "ben": "b", "cem": "c"}.items():
        story.reserve(person, service, lease_id=f"{person} holds")
    story.reserve("ana", "b c", lease_id="ana wants")
    story.reserve("ben", "c", lease_id="ben wants")
    story.reserve("cem", "a", lease_id="cem wants")
    assert around(story, "cem wants") == ["cem holds", "ana holds"]


def test_who_could_go_elsewhere_closes_none(story):
    story.reserve_any("ana", story.any_account(1, "gold1"), lease_id="ana holds")
    story.reserve("ben", "payments", lease_id="ben holds")
    story.reserve("ana", "payments", lease_id="ana wants")
    story.reserve_any("ben", story.any_account(1, "gold1"), lease_id="ben wants")
    assert around(story, "ben wants") == []


def test_it_is_over_when_one_lets_go(story):
    for person in ("ana", "ben"):
        story.reserve(person, mode=SHARED)
    story.reserve_more("ana")
    story.reserve_more("ben")
    story.do(ask.Leave("ana+", "ana"))
    assert around(story, "ben+") == []


def test_who_holds_or_is_gone_waits_in_no_circle(story):
    story.reserve("ana")
    assert around(story, "ana") == around(story, "nobody") == []
