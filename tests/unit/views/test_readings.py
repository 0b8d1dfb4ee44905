"""Whoever typed a line reads how it was understood."""

from handlers.views import answers, giving
from tests.unit.views.test_verbs import BOOKED, HELD, NOON, read


def test_a_typed_line_is_echoed_as_it_was_read():
    until = "extend integration until 14:00 (Europe/Istanbul)"
    assert read(answers.extended(HELD, 0, reading=until))[-1] == f"Understood: `{until}`."
    assert read(answers.released((HELD,), "release"))[-1] == "Understood: `release`."
    assert read(answers.left((BOOKED,), "cancel integration"))[-1] == "Understood: `cancel integration`."
    given = read(giving.given(HELD, "U0CEM", NOON, "give integration <@U0CEM>"))
    assert given[-1] == "Understood: `give integration` to <@U0CEM>."
