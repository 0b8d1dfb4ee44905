"""Twice as much history takes about twice the work: steps are counted, not timed."""

import pytest

from bot.catalog.values import Environment
from bot.stats.figures import Share, figures
from bot.stats.intervals import common, without
from bot.stats.lives import lives_of
from bot.stats.where import Where
from tests.unit.reservations.story import HOUR, NINE, Story


class Counted(int):
    """A time that knows how often times were compared."""

    compared = 0

    def __lt__(self, other):
        Counted.compared += 1
        return int(self) < int(other)

    def __gt__(self, other):
        Counted.compared += 1
        return int(self) > int(other)


def steps(operation, many):
    """Of two times in so many pieces, one a little later than the other."""
    some = tuple((Counted(10 * n), Counted(10 * n + 6)) for n in range(many))
    others = tuple((Counted(10 * n + 3), Counted(10 * n + 9)) for n in range(many))
    Counted.compared = 0
    assert len(operation(some, others)) == many
    return Counted.compared


@pytest.mark.parametrize("operation", [common, without])
def test_pieces_of_time_are_gone_through_once(operation):
    assert steps(operation, 2_000) < 2.5 * steps(operation, 1_000)


def many_services(many):
    town = Story()
    for number in range(many):
        town.reserve(f"p{number}", f"s{number}", length=HOUR)
    town.after(HOUR)
    town.reserve("ana", environment="staging")
    return lives_of(town.history), Environment("integration", services=tuple(f"s{n}" for n in range(many)))


def test_for_a_service_only_what_is_about_it_is_looked_at():
    lives, place = many_services(50)
    where = Where(lives)
    assert [len(where.touching("integration", service)) for service in place.services] == [1] * 50
    assert len(where.touching("integration", "")) == 50


def test_of_many_services_the_figures_are_as_of_few():
    lives, place = many_services(50)
    assert figures(lives, (place,), (NINE, NINE + 2 * HOUR)).all_hours == Share(0.5, 0.0, 0.5)
