"""What is said of something new that nothing explains: which versions came before it, and no more than that."""

import re
from dataclasses import replace

from bot.notices.casework import CaseCard
from handlers.views.render import render
from tests.unit.views.test_cases_told import CAME, CASE, EUR
from tests.unit.views.test_words import read


def since(**facts):
    card = read(render(CaseCard(replace(CASE, causes=(replace(EUR, verdict="new", suspects=(), **facts),)))))
    return card[0].splitlines()[1], card[-1]


def test_something_new_tells_what_came_before_it_and_offers_the_way_back_without_blaming_anybody():
    line, buttons = since(lately=(CAME,), held=True)
    assert line.startswith("New, though its tests passed since payments 1.4.2 → 1.5.0 (<!date^")
    assert "U0ANA" not in line
    assert "[Roll back payments…" in buttons


def test_of_several_that_came_before_none_is_offered_to_be_rolled_back():
    several = tuple(replace(CAME, service=service, sure=False) for service in ("a", "b", "c", "d", "e"))
    line, buttons = since(lately=several)
    assert re.match(r"New, after a 1\.4\.2 → 1\.5\.0 \(.*, b .* and \d more · never", line)
    assert "Roll back" not in buttons
    first = read(
        render(CaseCard(replace(CASE, causes=(replace(EUR, verdict="unknown", of=0, suspects=(), lately=(CAME,)),))))
    )
    assert "\nAfter payments 1.4.2 → 1.5.0 (" in first[0]


def test_in_the_first_run_that_is_known_nothing_is_offered_to_be_rolled_back():
    first = replace(EUR, verdict="unknown", of=0, suspects=(), lately=(CAME,))
    assert "Roll back" not in read(render(CaseCard(replace(CASE, causes=(first,)))))[-1]


def test_where_somebody_said_that_it_comes_from_elsewhere_only_what_came_there_is_offered_to_be_rolled_back():
    """Each suspect is of a service; the others are those that the evidence alone would not have named."""

    def offered(**facts):
        cause = replace(EUR, service="orders", service_by="U0BEN", **facts)
        return re.findall(r"Roll back (\w+)", read(render(CaseCard(replace(CASE, causes=(cause,)))))[-1])

    orders = replace(CAME, service="orders", sure=False)
    assert offered() == []
    assert offered(suspects=(CAME, orders)) == ["orders"]
    assert offered(verdict="new", suspects=(), lately=(CAME, orders)) == ["orders"]
    assert offered(suspects=(replace(orders, before=""),)) == []
