"""Cases in whatever order runs end, and however often one is told."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.model import decide
from tests.unit.cases.test_model import after, cause, run

RUNS = st.lists(
    st.builds(
        lambda number, causes, passed, skipped: run(
            number,
            *(cause(id, id) for id in sorted(causes)),
            passed=passed - causes,
            skipped=frozenset(skipped - passed - causes),
        ),
        st.integers(1, 8),
        *[st.sets(st.sampled_from("abcd"))] * 3,
    ),
    max_size=8,
    unique_by=lambda found: found.run.number,
)


@given(RUNS)
def test_a_cause_never_has_two_open_cases_in_whatever_order_runs_end(runs):
    cases = after(*runs)
    owned = Counter(each.id for case in cases if case.open for each in case.causes)
    assert max(owned.values(), default=1) == 1


@given(RUNS)
def test_the_same_run_once_more_changes_nothing(runs):
    for number, found in enumerate(runs, 1):
        assert decide(found, after(*runs[:number])) == ()
