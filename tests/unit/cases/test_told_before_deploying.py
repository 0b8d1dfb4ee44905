"""What a pre-flight learns of an open case."""

from datetime import timedelta

from bot.bootstrap.cases import open_case
from bot.cases.values import Case, Evidence, Looker, Place, RunRef, Struck, Suspect
from bot.deployments.preflight import OpenCase
from bot.failures.situation import Deployed
from bot.failures.verdict import Verdict
from tests.support.ledgers import NINE

RUN = RunRef("R1", 7, NINE)
CAME = Deployed("D1", "payments", "1.4.2", "1.5.0", NINE - timedelta(hours=1))


def cause(id, says, *, service="", suspects=(), sure=False, green=False, down=()):
    evidence = Evidence(Verdict.REGRESSION, suspects=tuple(Suspect(each, sure) for each in suspects), down=down)
    return Struck(id, says, ("t1",), ("test",), evidence, service=service, green=green)


def test_it_points_to_where_it_comes_from_and_to_what_it_fails_since():
    causes = (cause("a", "gone", green=True), cause("b", "KeyError 'EUR'", service="orders", suspects=[CAME]))
    found = Case("C1", Place("checkout", "integration"), NINE, RUN, RUN, causes, lookers=(Looker("U0BEN", NINE),))
    assert open_case(found) == OpenCase("C1", "orders: KeyError 'EUR'", frozenset({"orders", "payments"}), ("U0BEN",))


def test_without_evidence_it_points_to_nothing_and_is_called_by_its_suite():
    found = Case("C1", Place("checkout", "integration"), NINE, RUN, RUN, (cause("a", "timeout"),))
    assert open_case(found) == OpenCase("C1", "checkout: timeout")


def blamed(*causes):
    return open_case(Case("C1", Place("checkout", "integration"), NINE, RUN, RUN, causes)).blamed


def test_it_blames_the_version_that_is_the_sure_suspect_of_all_that_points_there():
    sure = cause("a", "KeyError 'EUR'", service="payments", suspects=[CAME], sure=True, down=("payments",))
    assert blamed(sure) == {("payments", "1.5.0")}
    assert blamed(sure, cause("b", "timeout", service="orders")) == {("payments", "1.5.0")}
    assert blamed(sure, cause("b", "gone", service="payments", green=True)) == {("payments", "1.5.0")}


def test_it_blames_no_version_that_explains_only_some_of_what_points_there_or_is_not_sure():
    sure = cause("a", "KeyError 'EUR'", suspects=[CAME], sure=True)
    assert blamed(sure, cause("b", "timeout", service="payments")) == frozenset()
    assert blamed(sure, cause("b", "timeout", down=("payments",))) == frozenset()
    assert blamed(sure, cause("b", "timeout", suspects=[CAME])) == frozenset()
    assert blamed(cause("a", "KeyError 'EUR'", suspects=[CAME])) == frozenset()
