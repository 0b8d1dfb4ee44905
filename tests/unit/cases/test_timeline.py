"""Of what went wrong around a case, the first that has to do with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.timeline import Moment, ordered
from bot.cases.values import Case, Evidence, Kind, Place, RunRef, Struck, Suspect
from bot.failures.situation import Deployed
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
        pytest.param([OTHER], None, id="what another service did, which may be another fault"),
        pytest.param([moment(4, "KeyError: 'price'", "storefront", wrong=False)], None, id="nothing"),
    ],
)
def test_the_first_wrong_thing_is_the_first_that_has_to_do_with_the_case(moments, first):
    assert ordered(CASE, moments).first == first


@pytest.mark.parametrize(("traces", "first"), [((), OTHER), (("/traces/1",), None)])
def test_where_nothing_is_known_of_its_services_nor_of_its_requests_whatever_went_wrong_counts(traces, first):
    case = replace(CASE, causes=(replace(PRICE, service="", traces=traces),))
    assert ordered(case, [OTHER]).first == first


def at(seconds):
    return NOON - timedelta(seconds=60 - seconds)


def test_it_begins_no_sooner_than_the_deployment_that_is_suspected_came():
    suspect = Suspect(Deployed("D1", "storefront", "1", "2", at(10)), sure=True)
    case = with_evidence(Evidence(Verdict.REGRESSION, suspects=(suspect,)))
    after = moment(11, "GET /products failed", "storefront")
    assert ordered(case, [OTHER, THEIRS, after]).first == after


def test_it_begins_no_sooner_than_its_tests_passed_last():
    after = moment(30, "GET /products failed", "storefront")
    assert ordered(with_evidence(Evidence(Verdict.NEW, passed_at=at(20))), [OTHER, SAME, after]).first == after


def test_what_its_own_tests_met_comes_before_what_others_did_in_the_same_service():
    own = replace(moment(5, "GET /cart failed", "orders"), own=True)
    assert ordered(CASE, [OTHER, THEIRS, own]).first == own


def test_of_a_cause_that_names_no_service_what_the_suspect_did_comes_before_what_others_did():
    suspect = Suspect(Deployed("D1", "storefront", "1", "2", at(0)), sure=True)
    case = with_evidence(Evidence(Verdict.REGRESSION, suspects=(suspect,)), service="")
    assert ordered(case, [OTHER, THEIRS]).first == THEIRS


def with_evidence(evidence, **more):
    run = replace(CASE.first, started=at(0))
    return replace(CASE, first=run, last=run, causes=(replace(PRICE, evidence=evidence, **more),))
