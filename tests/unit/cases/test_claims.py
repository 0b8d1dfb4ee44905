"""Of a case one thing runs again at a time: whoever claims it first, for as long as writing a run down can take."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.claims import HELD, Claim
from bot.cases.model import claim, close
from bot.cases.values import Case, Place, Retrying, RunRef
from tests.unit.cases.test_model import NOON

CASE = Case("C1", Place("api", "integration"), NOON, RunRef("R1", 1, NOON), RunRef("R1", 1, NOON), ())
WANTED = st.builds(Claim, st.sampled_from(["RA", "RB", "RC"]), st.sampled_from(["UANA", "UBEN"]), st.just(NOON))


@given(st.lists(WANTED, min_size=1))
def test_whoever_comes_first_has_it_and_whoever_wants_the_same_run_shares_it(wanted):
    case = CASE
    for each in wanted:
        case = claim(case, each)
    assert case.claim is not None
    assert case.claim.run == wanted[0].run


@given(st.integers(0, 3 * int(HELD.total_seconds())))
def test_a_claim_that_was_left_behind_bars_nobody_for_long(seconds):
    left = claim(CASE, Claim("RA", "UANA", NOON))
    later = claim(left, Claim("RB", "UBEN", NOON + timedelta(seconds=seconds)))
    assert later.claim is not None
    assert later.claim.run == ("RA" if timedelta(seconds=seconds) < HELD else "RB")


def test_what_goes_already_or_is_closed_is_claimed_by_nobody():
    going = replace(CASE, retrying=Retrying("UANA", 2))
    wanted = Claim("RB", "UBEN", NOON)
    assert claim(going, wanted).claim is None
    assert claim(going, wanted, over=2).claim == wanted
    closed = close(CASE, "UANA", NOON)
    assert closed is not None
    assert claim(closed.after, wanted).claim is None
