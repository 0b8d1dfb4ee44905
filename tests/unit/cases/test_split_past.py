"""What people split by its tests has been a cause of its own all along; what they split by its words begins anew."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.history import apart, seen_in
from bot.cases.values import Summary
from bot.failures.rules import Rule, Rules, Says, Scope, Subject
from tests.unit.cases.test_model import NOON

BECAME = st.sampled_from(["", "eur", "~eur", "stock", "~stock", "own"])
TESTS = st.dictionaries(st.sampled_from("abc"), BECAME)
RUNS = st.lists(TESTS).map(lambda every: [summary(number, tests) for number, tests in enumerate(every, 1)])


def summary(number, tests):
    return Summary(f"R{number}", number, NOON + timedelta(minutes=number), "c0de", tests=tests)


def split(**about):
    return Rules([Rule("K1", Says.SPLIT, Subject("eur", **about), Scope(), "UANA", NOON, into="own")])


def met(summaries):
    return Counter(
        cause for each in summaries for cause in {became.removeprefix("~") for became in each.tests.values()}
    )


@given(RUNS)
def test_the_test_that_was_split_off_has_met_its_own_cause_and_all_else_is_as_it_was(runs):
    told = apart(runs, split(test="b"))
    for before, after in zip(runs, told, strict=True):
        changed = {key for key, became in before.tests.items() if after.tests[key] != became}
        assert changed == {key for key, became in before.tests.items() if key == "b" and became in {"eur", "~eur"}}
        assert all(after.tests[key] == before.tests[key].replace("eur", "own") for key in changed)


@given(RUNS)
def test_runs_that_met_it_are_counted_as_they_are_told(runs):
    """Also of those that are counted and not looked at any more, a hundred of each here."""
    told, causes = apart(runs, split(test="b")), ("eur", "stock", "own")
    rows = {cause: 100 + met(runs)[cause] for cause in causes}
    assert seen_in(rows, runs, told) == {cause: 100 + met(told)[cause] for cause in causes}


@given(RUNS)
def test_of_a_split_by_words_runs_remember_nothing(runs):
    assert apart(runs, split(fingerprint="0a1b")) == tuple(runs)
    assert apart(runs, Rules()) == tuple(runs)
