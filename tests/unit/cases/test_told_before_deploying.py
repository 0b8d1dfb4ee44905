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


def cause(id, says, *, service="", suspects=(), green=False, down=()):
    evidence = Evidence(Verdict.REGRESSION, suspects=tuple(map(Suspect, suspects)), down=down)
    return Struck(id, says, ("t1",), ("test",), evidence, service=service, green=green)


def test_it_points_to_where_it_comes_from_and_to_what_it_fails_since():
    causes = (cause("a", "gone", green=True), cause("b", "KeyError 'EUR'", service="orders", suspects=[CAME]))
    found = Case("C1", Place("checkout", "integration"), NINE, RUN, RUN, causes, lookers=(Looker("U0BEN", NINE),))
    assert open_case(found) == OpenCase("C1", "orders: KeyError 'EUR'", frozenset({"orders", "payments"}), ("U0BEN",))


def test_without_evidence_it_points_to_nothing_and_is_called_by_its_suite():
    found = Case("C1", Place("checkout", "integration"), NINE, RUN, RUN, (cause("a", "timeout"),))
    assert open_case(found) == OpenCase("C1", "checkout: timeout")
