"""How right answers are counted, and what stands beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.benchmark import Share, Truth, accuracy, baselines, same_commit
from bot.diagnosis.evidence import Deployment, Evidence, Observed, Series, Window

shares = st.integers(1, 500).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (20, 24, 0.641, 0.933)],
)
def test_the_interval_is_wilsons(right, n, low, high):
    assert Share(right, n).interval == pytest.approx((low, high), abs=0.001)


@given(shares)
def test_an_interval_holds_its_share_and_narrows_with_n(share):
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    more = Share(share.right * 4, share.n * 4).interval
    assert more[1] - more[0] < high - low


def test_of_no_case_nothing_is_known():
    assert Share(0, 0).interval == (0.0, 1.0)


def test_accuracy_counts_the_first_one_three_and_five_and_their_mean_over_five():
    of = accuracy([1, 1, 2, 4, None])
    assert {depth: share.right for depth, share in of.at.items()} == {1: 2, 3: 3, 5: 4}
    assert of.average == pytest.approx((0.4 + 0.6 + 0.6 + 0.8 + 0.8) / 5)


@given(st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=1))
def test_looking_deeper_never_makes_it_worse(places):
    at = [share.value for share in accuracy(places).at.values()]
    assert at == sorted(at)


def test_trivial_answers_stand_beside_it():
    def series(service, values):
        return Series(service, "cpu", tuple(range(len(values))), tuple(values))

    calm, wild = [1, 2, 1, 2, 1, 2], [5, 9, 5, 9, 5, 9]
    made = Evidence(
        Observed(Window(100, 200), series=(series("a", [40] * 6), series("b", calm), series("c", [50] * 6))),
        (Observed(Window(0, 100), series=(series("a", calm), series("b", calm), series("c", wild))),),
        deployments=(Deployment(10, "a"), Deployment(90, "b"), Deployment(150, "c")),
    )
    answers = baselines(made, [Truth("b"), Truth("c"), Truth("c")])
    assert answers == {
        "largest robust z": ("a", "c", "b"),
        "n-sigma": ("a", "c", "b"),
        "last deployment": ("b", "a"),
        "most frequent answer": ("c", "b"),
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("abcdef1", "abcdef1234", True), ("none", "none", True), ("", "", False), ("abc", "abd", False)],
)
def test_a_commit_is_the_same_in_short(one, other, same):
    assert same_commit(one, other) is same
