"""Whoever watches a place hears once that it is free, whatever has made it so."""

from datetime import timedelta

import pytest
from sqlmodel import Session, SQLModel, create_engine, select

from bot.notices.model import PlaceFree
from bot.reactions import watchers_told
from bot.reservations import commands as ask
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.tables import WatchRow
from bot.reservations.values import AnyOf, Mode, Scope, Wanted
from bot.reservations.watching import free_now
from tests.unit.test_reactions import NINE, History
from tests.unit.test_what_others_are_told import ANA, BEN, CEM, HOUR, PLACE, wish

DAN, STAGING = "U0DAN", Scope("staging")
ANY = AnyOf("test", 1, (PLACE, STAGING))


class Watched(History):
    """Cem watches integration and its account."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        session.add(WatchRow(workspace="W", person=CEM, environment="integration"))
        session.add(WatchRow(workspace="W", person=CEM, environment="integration", resources="gold"))
        session.flush()

    def hears(self, command, by=ANA):
        """What Cem is told of the environment in consequence."""
        told = watchers_told("W", free_now(self.session, "W", self.do(command, by)))
        return [
            x.notice for x in told if x.to == CEM and isinstance(x.notice, PlaceFree) and x.notice.scope == str(PLACE)
        ]


@pytest.fixture
def watched():
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        yield Watched(session)
    engine.dispose()


@pytest.fixture
def held(watched):
    watched.hears(ask.Reserve(wish("LANA", ANA)))
    return watched


def test_a_release_with_nobody_behind_it_names_who_is_done(held):
    assert held.hears(ask.Release("LANA", ANA)) == [PlaceFree("integration", ANA)]
    assert not held.session.exec(select(WatchRow).where(WatchRow.resources == "")).all()


def test_an_offer_that_the_last_in_line_passes_on_frees_it(held):
    held.hears(ask.Reserve(wish("LBEN", BEN)), BEN)
    assert held.hears(ask.Release("LANA", ANA)) == []
    assert held.hears(ask.Pass("LBEN", BEN), BEN) == [PlaceFree("integration")]


@pytest.mark.parametrize("kind", list(Kind))
def test_it_is_free_when_the_outage_in_which_it_was_let_go_is_over(held, kind):
    held.hears(ask.SetCondition(PLACE, kind, "disk full", BEN), BEN)
    assert held.hears(ask.Release("LANA", ANA)) == []
    assert held.hears(ask.SetCondition(PLACE, None, "", BEN), BEN) == [PlaceFree("integration")]


def frozen(held):
    held.hears(ask.Freeze(FreezeWindow("F1", PLACE, NINE, NINE + 2 * HOUR, "release", BEN)), BEN)
    held.hears(ask.Tick())
    assert held.hears(ask.Release("LANA", ANA)) == []


def test_it_is_free_when_the_freeze_in_which_it_was_let_go_is_over(held):
    frozen(held)
    held.now += 2 * HOUR
    assert held.hears(ask.Tick(), "system") == [PlaceFree("integration")]


def test_a_thaw_frees_it(held):
    frozen(held)
    assert held.hears(ask.Thaw(PLACE, BEN), BEN) == [PlaceFree("integration")]


def test_it_is_free_when_whoever_waits_for_any_of_several_is_offered_another(held):
    held.hears(ask.Reserve(Wanted("LDAN", DAN, STAGING, Mode.EXCLUSIVE, HOUR)), DAN)
    held.hears(ask.Reserve(wish("LBEN", BEN, any_of=ANY)), BEN)
    held.hears(ask.Release("LDAN", DAN), DAN)
    held.hears(ask.Later("LBEN", BEN), BEN)
    held.now += timedelta(minutes=1)
    assert held.hears(ask.Release("LANA", ANA)) == []
    held.now += HOUR / 2
    assert held.hears(ask.Tick(), "system") == [PlaceFree("integration")]


def test_nobody_hears_of_what_they_let_go_themselves(held):
    held.hears(ask.Reserve(wish("LCEM", CEM)), CEM)
    held.hears(ask.Release("LANA", ANA))
    assert held.hears(ask.Pass("LCEM", CEM), CEM) == []
