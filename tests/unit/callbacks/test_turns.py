"""What a pipeline is called back for."""

from typing import Any

from bot.reactions import turns
from bot.reservations import commands as ask
from tests.unit.test_reactions import History
from tests.unit.test_what_others_are_told import ANA, BEN, HOUR, wish

CI = "pipeline:ci"
TTL = HOUR / 30


def had_by_the_pipeline(**more: Any) -> History:
    history = History()
    history.do(ask.Reserve(wish("LCI", CI, "payments", ttl=TTL, **more)), CI)
    return history


def heard(history: History) -> list[tuple[str, str]]:
    return [(turn.lease_id, turn.event) for turn in turns(history.steps)]


def test_its_own_release_is_no_news_and_somebody_elses_is():
    released, taken = had_by_the_pipeline(), had_by_the_pipeline()
    released.do(ask.Release("LCI", CI), CI)
    assert heard(released) == [("LCI", "active")]
    taken.do(ask.Take(wish("LANA", ANA, reason="outage")), ANA)
    assert heard(taken)[:2] == [("LCI", "active"), ("LCI", "ended")]


def test_a_release_that_is_undone_is_news_with_the_new_token():
    history = had_by_the_pipeline(team="checkout")
    history.do(ask.Release("LCI", ANA, "checkout"), ANA)
    history.do(ask.Undo(ANA), ANA)
    assert heard(history) == [("LCI", "active"), ("LCI", "ended"), ("LCI", "active")]


def test_a_place_in_the_queue_that_is_taken_up_again_is_no_turn():
    history = History()
    history.do(ask.Reserve(wish("LBEN", BEN)), BEN)
    history.do(ask.Reserve(wish("LCI", CI, ttl=TTL)), CI)
    history.now += TTL / 60
    history.do(ask.Leave("LCI", CI), CI)
    history.do(ask.Undo(CI), CI)
    assert history.state.leases["LCI"].status == "queued"
    assert [each for each in heard(history) if each[0] == "LCI"] == []


def test_that_its_time_ran_out_is_news_also_when_its_own_next_request_finds_that_out():
    history = had_by_the_pipeline()
    history.now += TTL
    history.do(ask.Reserve(wish("LNEXT", CI, "orders", ttl=TTL)), CI)
    assert heard(history) == [("LCI", "active"), ("LCI", "ended"), ("LNEXT", "active")]
