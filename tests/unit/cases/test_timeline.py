"""Of what went wrong around a case, the first that has to do with it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.timeline import Moment, ordered
from bot.cases.values import Case, Evidence, Kind, Place, RunRef, Struck
from bot.failures.verdict import Verdict

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
PRICE = Struck("c1", "KeyError: 'price'", ("t",), ("t",), Evidence(Verdict.REGRESSION), service="storefront")
CASE = Case(
    "C1",
    Place("api", "integration"),
    NOON,
    RunRef("R1", 1, NOON, 10, 1),
    RunRef("R1", 1, NOON, 10, 1),
    (PRICE,),
    Kind.FAILURES,
)


def moment(seconds, what, service, *, wrong=True):
    return Moment(NOON - timedelta(seconds=60 - seconds), "log", what, service, wrong=wrong)


OTHER = moment(1, "POST /charges failed", "payments")
THEIRS = moment(2, "GET /products failed", "storefront")
SAME = moment(3, "KeyError: 'price' in GET /products", "storefront")


@pytest.mark.parametrize(
    ("moments", "first"),
    [
        pytest.param([OTHER, THEIRS, SAME], SAME, id="what says the same"),
        pytest.param([OTHER, THEIRS], THEIRS, id="what went wrong in its service"),
        pytest.param([OTHER], OTHER, id="whatever did"),
        pytest.param([moment(4, "KeyError: 'price'", "storefront", wrong=False)], None, id="nothing"),
    ],
)
def test_the_first_wrong_thing_is_the_first_that_has_to_do_with_the_case(moments, first):
    assert ordered(CASE, moments).first == first
