"""What a reader of the log is told."""

from bot.reservations import commands as ask
from bot.reservations.places import FreezeWindow
from bot.reservations.story import story
from bot.reservations.values import AnyOf, Scope
from tests.unit.reservations.story import HOUR, NINE, Story, wanted

GOLD = AnyOf("gold", 2, tuple(Scope("integration", resources=frozenset([f"gold-{n}"])) for n in (1, 2, 3)))


def told(town):
    return [(line.what, line.scope, line.begins, line.until) for line in reversed(story(town.history))]


def test_what_is_planned_has_its_beginning_and_its_end():
    town = Story()
    town.do(ask.Book(wanted("ana", "ana", begins=NINE + 3 * HOUR)))
    window = FreezeWindow("F1", Scope("integration"), NINE + 5 * HOUR, NINE + 6 * HOUR, "release", "eli")
    town.do(ask.Freeze(window))
    assert told(town) == [
        ("booked exclusive", "integration", NINE + 3 * HOUR, NINE + 4 * HOUR),
        ("froze", "integration", NINE + 5 * HOUR, NINE + 6 * HOUR),
    ]


def test_what_was_chosen_of_several_is_named_to_the_end():
    town = Story()
    town.reserve_any("ana", GOLD)
    town.reserve_any("ben", GOLD)
    town.release("ana")
    town.leave("ben")
    got, ben = "integration/gold-1,gold-2", "any:gold x2"
    assert [(what, scope) for what, scope, _, _ in told(town)] == [
        ("reserved exclusive", got),
        ("queued for exclusive", ben),
        ("released", got),
        ("was offered", "integration/gold-1,gold-3"),
        ("left the queue", ben),
    ]
