"""What was held back over quiet hours is told only if it still matters."""

import pytest

from bot.notices import model as told
from bot.reactions import still_true
from bot.reservations import commands as ask
from bot.reservations.facts import bare_facts
from tests.unit.test_reactions import History
from tests.unit.test_what_others_are_told import ANA, BEN, wish
from tests.unit.views.deployed import OPEN


@pytest.fixture
def history() -> History:
    history = History()
    history.do(ask.Reserve(wish("LANA", ANA, "payments")), ANA)
    history.do(ask.Reserve(wish("LBEN", BEN, "orders")), BEN)
    return history


def test_a_circle_is_told_while_all_of_its_leases_are_held(history: History):
    notice = told.InACircle(tuple(map(bare_facts, history.state.leases.values())))
    assert still_true(notice, history.state)
    history.do(ask.Release("LBEN", BEN), BEN)
    assert not still_true(notice, history.state)


def test_that_a_clock_runs_again_is_told_while_it_runs(history: History):
    notice = told.ClockRuns(bare_facts(history.state.leases["LANA"]))
    assert still_true(notice, history.state)
    history.do(ask.Release("LANA", ANA), ANA)
    assert not still_true(notice, history.state)


def test_that_a_deployment_has_begun_is_no_news_once_it_was_held_back(history: History):
    assert not still_true(told.DeploymentTurn(OPEN), history.state)
    assert still_true(told.DeploymentReceipt(OPEN), history.state)
