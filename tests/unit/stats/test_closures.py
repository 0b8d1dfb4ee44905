"""When a place was down or frozen, found in the state whatever brought it about."""

from bot.reservations import commands as ask
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.values import Scope
from bot.stats.closures import Closure, closures_of
from bot.stats.figures import figures
from bot.stats.lives import lives_of
from bot.stats.timeline import Seen, timeline
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story
from tests.unit.stats.test_figures import ALWAYS, DAY, PLACE

EVERYWHERE, PAYMENTS = Scope("integration"), Scope("integration", frozenset(["payments"]))


def is_now(town, scope, kind):
    town.do(ask.SetCondition(scope, kind, "disk full", "dana"))


def freeze(town, start, end, scope=EVERYWHERE):
    town.do(ask.Freeze(FreezeWindow("F1", scope, start, end, "release", "dana")))


def test_a_place_is_down_until_it_is_said_to_be_well():
    town = Story()
    is_now(town, PAYMENTS, Kind.DOWN)
    town.after(HOUR)
    is_now(town, PAYMENTS, None)
    assert closures_of(town.history) == (Closure(PAYMENTS, down=True, start=NINE, end=NINE + HOUR),)


def test_what_is_still_down_has_no_end_and_a_degraded_place_is_open():
    town = Story()
    is_now(town, PAYMENTS, Kind.DEGRADED)
    assert closures_of(town.history) == ()
    town.after(HOUR)
    is_now(town, PAYMENTS, Kind.DOWN)
    assert closures_of(town.history) == (Closure(PAYMENTS, down=True, start=NINE + HOUR, end=None),)


def test_two_environments_are_down_each_for_itself():
    town, staging = Story(), Scope("staging")
    is_now(town, staging, Kind.DOWN)
    town.after(HOUR)
    is_now(town, PAYMENTS, Kind.DOWN)
    town.after(HOUR)
    is_now(town, staging, None)
    assert set(closures_of(town.history)) == {
        Closure(staging, down=True, start=NINE, end=NINE + 2 * HOUR),
        Closure(PAYMENTS, down=True, start=NINE + HOUR, end=None),
    }


def frozen(town):
    """The one row of an environment without services."""
    seen = Seen(lives_of(town.history), closures_of(town.history), DAY)
    return [lane.frozen for row in timeline(seen, (PLACE,), ALWAYS, "").rows for lane in row.lanes]


def test_a_freeze_lasts_from_its_start_to_its_end():
    town = Story()
    freeze(town, NINE + HOUR, NINE + 3 * HOUR)
    for _ in range(8):
        town.after(30 * MINUTE)
    assert frozen(town) == [((NINE + HOUR, NINE + 3 * HOUR),)] * 2


def test_a_freeze_that_is_thawed_ends_then():
    town = Story()
    freeze(town, NINE, NINE + 3 * HOUR)
    town.after(HOUR)
    town.do(ask.Thaw(EVERYWHERE, "dana"))
    assert frozen(town) == [((NINE, NINE + HOUR),)] * 2


def test_only_the_service_that_is_down_is_shown_so():
    town = Story()
    is_now(town, PAYMENTS, Kind.DOWN)
    town.after(HOUR)
    seen = Seen((), closures_of(town.history), (NINE, town.now))
    down = {row.name: row.lanes[0].down for row in timeline(seen, (PLACE,), ALWAYS, "").rows}
    assert down == {"payments": ((NINE, NINE + HOUR),), "orders": ()}


def test_a_lease_that_is_taken_ends_by_that_and_its_successor_is_another_life():
    town = Story()
    town.reserve("ana", length=2 * HOUR)
    town.after(HOUR)
    wanted = town["ana"].wanted
    town.do(ask.Take(type(wanted)("ben", "ben", wanted.scope, wanted.mode, HOUR, "incident")))
    found = figures(lives_of(town.history), (PLACE,), (NINE, town.now + HOUR))
    assert dict(found.ended) == {"LeaseTaken": 1}
    assert found.leases == 2
