"""Figures of histories whose answers are known, and what holds of any history."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.values import Environment, Hours
from bot.errors import SignalboxError
from bot.reservations import commands as ask
from bot.reservations.values import Mode, Terms
from bot.stats.figures import Lengths, Share, figures, lengths
from bot.stats.intervals import common, length, union, without, working_time
from bot.stats.lives import lives_of
from bot.stats.timeline import Seen, timeline
from bot.stats.usual import ENOUGH, usual, usual_lengths
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

ALWAYS = Hours("UTC", time(0), time(23, 59), frozenset(range(7)))
PLACE = Environment("integration", services=("payments", "orders"))
DAY = (NINE, NINE + 10 * HOUR)


def story():
    return Story(Terms(claim_window=5 * MINUTE))


def told(town, environments=(PLACE,), period=DAY):
    return figures(lives_of(town.history), environments, period)


def test_a_lease_on_everything_counts_for_every_service():
    town = story()
    town.reserve("ana", length=2 * HOUR)
    town.after(2 * HOUR)
    assert told(town).all_hours == Share(0.2, 0.0, 0.8)


def test_a_lease_on_one_service_of_two_counts_half():
    town = story()
    town.reserve("ana", "payments", length=2 * HOUR)
    town.after(2 * HOUR)
    assert told(town).all_hours == Share(0.1, 0.0, 0.9)


def test_what_two_share_counts_once():
    town = story()
    town.reserve("ana", mode=SHARED, length=2 * HOUR)
    town.after(HOUR)
    town.reserve("ben", mode=SHARED, length=2 * HOUR)
    town.after(2 * HOUR)
    assert told(town).all_hours == Share(0.0, 0.3, 0.7)


def test_an_environment_without_services_is_one_place():
    town = story()
    town.reserve("ana", length=5 * HOUR)
    town.after(5 * HOUR)
    assert told(town, (Environment("integration"),)).all_hours == Share(0.5, 0.0, 0.5)


def test_what_is_still_held_counts_until_now():
    town = story()
    town.reserve("ana", length=8 * HOUR)
    assert told(town, period=(NINE, NINE + 4 * HOUR)).all_hours == Share(1.0, 0.0, 0.0)
    assert told(town, period=(NINE, NINE + 4 * HOUR)).holds == Lengths(0)


def test_only_the_working_hours_of_the_place_count_as_working_hours():
    """Held from 17:00 to 19:00 in Berlin; work ends at 18:00."""
    town = story()
    town.now = datetime(2026, 1, 5, 16, tzinfo=UTC)
    town.reserve("ana", length=2 * HOUR)
    town.after(2 * HOUR)
    berlin = Environment("integration", hours=Hours("Europe/Berlin", time(14), time(18)))
    period = (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    assert told(town, (berlin,), period).working_hours == Share(0.25, 0.0, 0.75)


def test_a_period_without_working_hours_says_so():
    saturday = datetime(2026, 1, 3, tzinfo=UTC)
    assert told(story(), period=(saturday, saturday + 24 * HOUR)).working_hours is None


def test_a_wait_lasts_from_the_queue_to_the_grant():
    town = story()
    town.reserve("ana", length=HOUR)
    town.after(20 * MINUTE)
    town.reserve("ben")
    town.after(10 * MINUTE)
    town.release("ana")
    town.after(4 * MINUTE)
    town.accept("ben")
    found = told(town)
    assert found.waits == Lengths(1, 14 * MINUTE, 14 * MINUTE)
    assert found.holds == Lengths(1, 30 * MINUTE, 30 * MINUTE)
    assert (found.leases, dict(found.ended), found.missed) == (2, {"LeaseReleased": 1}, 0)


def test_an_offer_in_silence_is_missed_and_an_expiry_is_no_release():
    town = story()
    town.reserve("ana", length=HOUR)
    town.reserve("ben")
    town.reserve("cem")
    town.after(HOUR)
    town.told("ben")
    town.after(5 * MINUTE)
    found = told(town)
    assert (dict(found.ended), found.missed) == ({"LeaseExpired": 1}, 1)


def test_who_leaves_the_queue_has_held_nothing():
    town = story()
    town.reserve("ana", length=HOUR)
    town.reserve("ben")
    town.leave("ben")
    assert told(town).leases == 1
    assert told(town).waits == Lengths(0)


def test_teams_share_what_was_held():
    town = story()
    town.reserve("ana", "payments", length=3 * HOUR, team="pay")
    town.reserve("ben", "orders", length=HOUR)
    town.after(HOUR)
    town.after(2 * HOUR)
    assert told(town).teams == (("pay", 0.75), (None, 0.25))


def test_another_environment_is_another_matter():
    town = story()
    town.reserve("ana", environment="staging", length=HOUR)
    assert told(town).leases == 0
    assert told(town).all_hours == Share(0.0, 0.0, 1.0)


def test_the_percentile_is_one_that_happened():
    assert lengths(n * MINUTE for n in range(1, 11)) == Lengths(10, 5.5 * MINUTE, 9 * MINUTE)
    assert lengths([]) == Lengths(0, None, None)


def test_what_is_usual_is_the_median_of_its_kind_and_nothing_is_said_of_few():
    town = story()
    for number in range(ENOUGH):
        town.reserve(f"p{number}", length=(number + 1) * 10 * MINUTE)
        town.after((number + 1) * 10 * MINUTE)
    waiter = town.reserve("ana", length=4 * HOUR)
    shared = town.reserve("ben", mode=SHARED)
    known = usual_lengths(lives_of(town.history), town.now)
    assert usual([waiter, shared], known) == {"ana": 30 * MINUTE}


def test_a_life_is_whole_however_it_went():
    town = story()
    town.reserve("ana")
    town.reserve("ben")
    town.after(HOUR)
    town.accept("ben")
    town.release("ben")
    [_, ben] = lives_of(town.history)
    assert [span.lease.status.value for span in ben.spans] == ["queued", "offered", "active"]
    assert ben.ended == "LeaseReleased"
    assert [span.end for span in ben.spans[:-1]] == [span.start for span in ben.spans[1:]]


def test_a_row_for_each_service_of_one_environment_and_for_each_of_several():
    lives = lives_of(story().history)
    one = timeline(Seen(lives, (), DAY), (PLACE,), ALWAYS, "integration")
    several = timeline(Seen(lives, (), DAY), (PLACE, Environment("staging")), ALWAYS, "Environments")
    assert [(row.name, len(row.lanes)) for row in one.rows] == [("payments", 1), ("orders", 1)]
    assert [(row.name, len(row.lanes)) for row in several.rows] == [("integration", 2), ("staging", 1)]


def test_working_hours_follow_the_clocks_of_their_zone():
    """On 29 March 2026 Berlin goes from +1 to +2."""
    berlin = Hours("Europe/Berlin", time(9), time(10), frozenset(range(7)))
    start = datetime(2026, 3, 28, tzinfo=UTC)
    worked = working_time(berlin, (start, start + timedelta(days=2)))
    assert [each[0].hour for each in worked] == [8, 7]


minutes = st.integers(0, 500)
stretches = st.lists(st.tuples(minutes, minutes), max_size=8).map(
    lambda pairs: union((NINE + min(pair) * MINUTE, NINE + max(pair) * MINUTE) for pair in pairs)
)


@given(stretches, stretches)
def test_a_time_is_what_it_has_in_common_with_another_and_what_it_has_without_it(some, others):
    assert length(common(some, others)) + length(without(some, others)) == length(some)
    assert common(some, others) == common(others, some)
    assert common(without(some, others), others) == ()


def random_town(seed, hours):
    """People come, wait, accept, extend, release and leave as they please."""
    chance, town = random.Random(seed), story()
    for number in range(hours * 4):
        town.after(timedelta(minutes=chance.randint(1, 30)))
        if chance.random() < 0.6:
            services = " ".join(chance.sample(PLACE.services, chance.randint(0, 2)))
            mode = chance.choice([Mode.SHARED, Mode.EXCLUSIVE])
            length = timedelta(minutes=chance.randint(5, 120))
            town.reserve(f"p{number}", services, mode, length=length, team=chance.choice(["pay", "web", None]))
        for lease in list(town.state.leases.values()):
            act(town, lease, chance.choice(["accept", "release", "leave", "extend", "nothing", "nothing"]))
    return town


def act(town, lease, verb):
    fitting = {"offered": {"accept"}, "active": {"release", "extend"}, "queued": {"leave"}}
    if verb not in fitting[lease.status.value]:
        return
    command = ask.Extend(lease.id, lease.person, 5 * MINUTE) if verb == "extend" else None
    try:
        town.do(command) if command else getattr(town, verb)(lease.id)
    except SignalboxError:
        return  # refused by the rules: nothing has changed


@pytest.mark.parametrize("seed", range(40))
def test_of_any_history_the_parts_add_up(seed):
    town = random_town(seed, 12)
    period = (NINE + 2 * HOUR, NINE + 7 * HOUR)
    place = replace(PLACE, hours=ALWAYS)
    found = told(town, (place,), period)
    for share in (found.all_hours, found.working_hours):
        assert share is not None
        assert min(share.exclusive, share.shared, share.free) >= 0
        assert share.exclusive + share.shared + share.free == pytest.approx(1)
    assert sum(part for _, part in found.teams) == pytest.approx(1 if found.teams else 0)
    assert sum(found.ended.values()) == found.holds.count <= found.leases


@pytest.mark.parametrize("seed", range(20))
def test_of_any_history_two_halves_make_the_whole(seed):
    lives = lives_of(random_town(seed, 8).history)
    start, middle, end = NINE, NINE + 3 * HOUR, NINE + 6 * HOUR
    whole, *halves = [figures(lives, (PLACE,), each) for each in ((start, end), (start, middle), (middle, end))]
    held = [found.all_hours.held for found in (whole, *halves) if found.all_hours]
    assert held[0] == pytest.approx((held[1] + held[2]) / 2)
    assert whole.ended == Counter(halves[0].ended) + Counter(halves[1].ended)
    assert whole.missed == halves[0].missed + halves[1].missed


@pytest.mark.parametrize("seed", range(20))
def test_of_any_history_the_lives_agree_with_the_rules(seed):
    town = random_town(seed, 8)
    living = {life.lease.id: life.lease for life in lives_of(town.history) if not life.ended}
    assert living == dict(town.state.leases)
    for life in lives_of(town.history):
        assert all(span.end and span.start <= span.end for span in life.spans[:-1])
        assert sum(span.held for span in life.spans) <= 1
