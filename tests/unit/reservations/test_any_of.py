"""Any of several: the rested ones, all that is wanted or nothing, and never outrun by those who come later."""

import pytest

from bot.reservations.events import LeaseGranted, LeaseOffered, LeaseStarted
from bot.reservations.refusals import AlreadyWaiting
from bot.reservations.values import Scope
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story


@pytest.fixture
def story():
    return Story()


def account(name: str) -> Scope:
    return Scope("integration", resources=frozenset({name}))


def hold_account(story: Story, person: str, name: str, **more):
    return story.reserve_any(person, story.any_account(1, name), **more)


@pytest.fixture
def any_place(story):
    return story.any_environment("perf", "staging")


def test_it_is_granted_a_free_one_and_says_which(story, any_place):
    lease = story.reserve_any("ana", any_place)
    assert (lease.status, str(lease.scope)) == ("active", "perf")
    assert story.history[-1].event == LeaseGranted(lease.wanted, NINE + HOUR, Scope("perf"))


def test_what_is_held_is_not_chosen(story, any_place):
    story.reserve("ana", environment="perf")
    assert str(story.reserve_any("ben", any_place).scope) == "staging"


def test_what_was_let_go_longest_ago_is_chosen(story, any_place):
    for place, ends in (("staging", 10 * MINUTE), ("perf", 20 * MINUTE)):
        story.reserve(f"in {place}", environment=place, length=ends)
    story.after(10 * MINUTE)
    story.after(10 * MINUTE)
    assert str(story.reserve_any("ana", any_place).scope) == "staging"


def test_what_was_never_used_comes_before_what_was(story, any_place):
    story.reserve("ben", environment="perf")
    story.release("ben")
    assert str(story.reserve_any("ana", any_place).scope) == "staging"


def test_accounts_rest_one_by_one(story):
    gold = story.any_account(1, "gold1", "gold2")
    for person, name in (("ana", "gold1"), ("ben", "gold2")):
        assert str(story.reserve_any(person, gold).scope) == f"integration/{name}"
        story.now += MINUTE
        story.release(person)
    assert str(story.reserve_any("cem", gold).scope) == "integration/gold1"


def test_several_are_given_at_once(story):
    lease = story.reserve_any("ana", story.any_account(2, "gold1", "gold2", "gold3"))
    assert lease.scope.resources == {"gold1", "gold2"}


def test_all_that_is_wanted_or_nothing(story):
    hold_account(story, "ana", "gold1")
    assert story.reserve_any("ben", story.any_account(2, "gold1", "gold2")).status == "queued"


def test_a_free_one_is_kept_back_for_who_needs_two(story):
    """Else whoever wants one would have it for ever, and whoever wants two never."""
    hold_account(story, "ana", "gold1")
    story.reserve_any("ben", story.any_account(2, "gold1", "gold2"))
    assert story.reserve_any("cem", story.any_account(1, "gold1", "gold2")).status == "queued"
    story.release("ana")
    assert story.statuses == {"ben": "offered", "cem": "queued"}


def test_what_it_does_not_take_is_left_to_others(story):
    story.reserve_any("ana", story.any_account(1, "gold1", "gold2"))
    assert story.reserve_any("ben", story.any_account(1, "gold1", "gold2")).status == "active"


def test_a_waiter_for_any_takes_the_first_that_is_freed(story, any_place):
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    story.reserve_any("cem", any_place)
    story.release("ben")
    assert story.history[-1].event == LeaseOffered("cem", NINE + 15 * MINUTE, Scope("staging"))
    assert story["cem"].environments == {"staging"}


def test_the_two_first_of_a_line_get_one_each(story, any_place):
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    for person in ("cem", "dia"):
        story.reserve_any(person, any_place)
    story.release("ana")
    assert story.statuses["dia"] == "queued"
    story.release("ben")
    assert {x: str(story[x].scope) for x in ("cem", "dia")} == {"cem": "perf", "dia": "staging"}


def test_a_waiter_for_any_is_passed_by_nobody_in_any_of_them(story, any_place):
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    story.reserve_any("cem", any_place)
    assert story.reserve("dia", environment="staging").status == "queued"
    story.release("ben")
    assert story.statuses["dia"] == "queued"
    story.accept("cem")
    story.release("ana")
    story.release("cem")
    assert story.statuses == {"dia": "offered"}


def test_a_passed_offer_goes_back_to_any_of_them(story, any_place):
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    for person in ("cem", "dia"):
        story.reserve_any(person, any_place)
    story.release("ana")
    story.decline("cem")
    assert story.statuses["dia"] == "offered"
    assert story["cem"].environments == {"perf", "staging"}


def test_who_comes_back_into_line_starts_the_window_of_an_open_offer_elsewhere(story, any_place):
    """Eli's offer of staging had stayed open for want of a rival: now it has a whole window."""
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    story.reserve_any("cem", any_place)
    story.reserve("eli", environment="staging")
    story.reserve("fay", environment="perf")
    story.release("ana")
    story.release("ben")
    assert story.statuses == {"cem": "offered", "eli": "offered", "fay": "queued"}
    story.told("eli")
    story.now += 10 * MINUTE
    story.decline("cem")
    assert story["eli"].claim_by == story.now + 5 * MINUTE


def test_leaving_frees_what_was_kept_back_wherever_it_was(story):
    """Ben waits for two: he keeps the free one back until he leaves."""
    hold_account(story, "ana", "gold1")
    story.reserve_any("ben", story.any_account(2, "gold1", "gold2"))
    hold_account(story, "cem", "gold2")
    assert story.statuses["cem"] == "queued"
    story.leave("ben")
    assert story.statuses["cem"] == "offered"


def test_sharers_of_an_account_get_it_together(story):
    gold = story.any_account(1, "gold1")
    story.reserve_any("ana", gold, mode=SHARED)
    assert story.reserve_any("ben", gold, mode=SHARED).status == "active"


def test_accounts_and_services_are_no_rivals(story):
    story.reserve("ana")
    assert hold_account(story, "ben", "gold1").status == "active"
    assert story.reserve("cem", "payments").status == "queued"


def test_two_accounts_of_one_name_in_two_environments_are_two(story):
    hold_account(story, "ana", "gold1")
    elsewhere = Scope("staging", resources=frozenset({"gold1"}))
    assert not elsewhere.overlaps(account("gold1"))


def test_who_shares_what_is_shared_already_waits_for_no_any_of(story, any_place):
    story.reserve("ana", environment="perf", mode=SHARED)
    story.reserve("ben", environment="staging")
    story.reserve_any("cem", any_place)
    assert story.reserve("dia", environment="perf", mode=SHARED).status == "active"


def test_a_pipeline_is_given_one_when_its_turn_comes(story, any_place):
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    story.reserve_any("ci", any_place, ttl=10 * MINUTE)
    story.release("ben")
    assert story.history[-1].event == LeaseStarted("ci", NINE + 10 * MINUTE, Scope("staging"))


def test_who_waits_for_any_of_them_waits_for_each(story, any_place):
    story.reserve("ana", environment="perf")
    story.reserve("ben", environment="staging")
    story.reserve_any("cem", any_place)
    with pytest.raises(AlreadyWaiting):
        story.reserve("cem", environment="staging", lease_id="again")


def test_only_the_environment_that_is_well_is_chosen(story):
    story.is_down()
    places = story.any_environment("integration", "staging")
    assert str(story.reserve_any("ana", places).scope) == "staging"
