"""A deployment is told of one moment, the one at which it was done, wherever it is told how long ago it came."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.pointing import came
from bot.cases.timeline import UNDER_WAY, Moment, Timeline
from bot.deployments.values import Deployment, Target
from bot.deployments.values import Stage as DeployStage
from bot.diagnosis.words.clauses import after
from bot.diagnosis.words.saying import lasting
from bot.diagnosis.words.steps import _came
from handlers.http.cases import _after

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def deployed(until):
    return Deployment(
        "D1",
        Target("integration", "payments"),
        "v1.5.0",
        "U0ANA",
        at(-5),
        stage=DeployStage.SUCCEEDED,
        version="1.5.0",
        reports=True,
        started_at=at(0),
        finished_at=until and at(until),
    )


@given(st.integers(2, 600), st.integers(-900, 1_200))
def test_a_clause_a_step_and_the_page_of_the_case_count_from_the_same_moment(until, began):
    (out,) = came([deployed(until)], at(2_000).timestamp())
    first = Moment(at(began), "log", "KeyError", wrong=True)
    moment = Moment(at(0), "deployment", "1.4.2 → 1.5.0", "payments", suspect=True, until=at(until))
    page = _after(Timeline((moment, first) if began >= 0 else (first, moment), first))
    said, step = after(first.at.timestamp(), out), _came(first.at.timestamp(), out)
    gap = began - until
    if gap == 0:
        assert (said, step) == ("just as payments 1.5.0 came", "")
    elif 0 <= began < until:
        assert (said, step) == ("while payments 1.5.0 was being deployed", ", which was being deployed when it began")
        assert page == "while payments 1.4.2 → 1.5.0 was being deployed"
    else:
        ago, side = lasting(abs(gap)), ("after", "before")
        assert said == f"{ago} {side[gap < 0]} payments 1.5.0"
        assert step == f", which came {ago} {side[gap > 0]} it began"
        assert page == (f"{ago} after payments 1.4.2 → 1.5.0" if gap > 0 else "")


@pytest.mark.parametrize("until", [None, 40])
def test_what_is_known_of_a_deployment_that_is_not_done_is_when_it_began(until):
    (out,) = came([deployed(until)], at(2_000).timestamp())
    assert out.time == at(0).timestamp()
    assert out.came == out.item.time == at(until or 0).timestamp()


def test_what_breaks_under_a_version_that_is_still_on_its_way_is_told_so():
    first = Moment(at(9), "log", "KeyError", wrong=True)
    under_way = Moment(at(0), "deployment", f"1.4.2 → 1.5.0{UNDER_WAY}", "payments", suspect=True)
    assert _after(Timeline((under_way, first), first)) == "while payments 1.4.2 → 1.5.0 was being deployed"
