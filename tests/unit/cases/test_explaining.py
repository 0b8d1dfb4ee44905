"""What a later run says of a cause of which nobody could say why it failed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.diagnosed import explainable
from bot.cases.model import decide
from bot.cases.values import Evidence, Suspect
from bot.failures.situation import Deployed
from bot.failures.verdict import Verdict
from tests.unit.cases.test_model import after, cause, run

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
BAD = Deployed("DBAD", "inventory", "0.9.4", "0.9.3", NOON, NOON)


def test_what_came_while_it_could_not_be_said_stays_with_that_until_it_can():
    came = Evidence(Verdict.CANNOT_SAY, during=((BAD, 2),))
    [opened] = after(run(5, replace(cause("eur"), evidence=came)))
    [step] = decide(run(6, cause("eur")), [opened])
    assert step.after.causes[0].evidence == came


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (Verdict.REGRESSION, Verdict.REGRESSION),
        (Verdict.CANNOT_SAY, Verdict.CANNOT_SAY),
        (Verdict.UNKNOWN, Verdict.CANNOT_SAY),
        (Verdict.FLAKY, Verdict.CANNOT_SAY),
    ],
)
def test_what_nobody_could_say_is_said_by_the_run_that_failed_on_one_version(later, said):
    """With its suspects, and it is diagnosed anew; what is explained once stays so."""
    came = Evidence(later, suspects=(Suspect(BAD, sure=True),))
    unclear = cause("eur", verdict=Verdict.CANNOT_SAY)
    [opened] = after(run(5, unclear))
    [step] = decide(run(6, replace(unclear, evidence=came, service="inventory")), [opened])
    [now] = step.after.causes
    assert now.evidence.verdict is said
    assert bool(now.evidence.suspects) is explainable(step) is (said is later is Verdict.REGRESSION)
    assert now.service == ("inventory" if explainable(step) else "")
    [again] = decide(run(7, unclear), [step.after])
    assert again.after.causes[0].evidence == now.evidence
    assert not explainable(again)
    moved = replace(opened, causes=(replace(unclear, service="orders", service_by="U0ANA"),))
    [step] = decide(run(6, replace(unclear, evidence=came, service="inventory")), [moved])
    assert step.after.causes[0].service == "orders"
