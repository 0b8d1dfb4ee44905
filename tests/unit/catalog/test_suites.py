"""What the catalog says of suites, and what is said about a mistake."""

import pytest

from bot.catalog import BadCatalog, load, parse
from bot.errors import NotFound
from bot.grammar.words import why_taken
from tests.support.signalbox import SAMPLE


def the_problem(text):
    with pytest.raises(BadCatalog) as error:
        parse(text.encode(), "signalbox.yaml", why_taken=why_taken)
    [problem] = error.value.problems
    return str(problem)


@pytest.fixture(scope="module")
def sample():
    return load(SAMPLE, why_taken=why_taken)


SUITES = """
environments: { integration: { services: [payments] }, dev: {} }
services: { payments: {} }
suites:
  api:
    provider: local
    pipeline: api
"""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("    covers: [paymnts]", "`suites.api.covers` names the unknown service `paymnts`. Did you mean payments?"),
        ("    lease: exclusive", "Write one of shared, watch."),
        ("    retry: jobs", "local cannot run the failed jobs of `suites.api` again."),
        ("    required: maybe", "Write one of true, false, yes, no."),
        ("    parameters: { x: { default: a, choices: [b] } }", "is none of its choices"),
        ("    parameters: { ATTEMPT: {} }", "would stand in the way of our own"),
        ("    parameters: { a-b: {} }", "cannot be a parameter"),
        ('    schedule: [{ cron: "0 6 * * *", parameters: { y: z } }]', "There is no parameter called y."),
        ('    schedule: [{ cron: "0 6 * * *", environment: prod }]', "names the unknown environment `prod`"),
        ('    schedule: [{ cron: "x" }]', "Write five fields"),
        ("    after_deploy: [nothing]", "names the unknown service `nothing`"),
        ("    history: 90d", "At most 60d are read; none reads nothing."),
        ("    reprots: [x]", "has an unknown key `reprots`. Did you mean reports?"),
    ],
)
def test_a_suite_that_is_wrong_says_where_and_how_to_mend_it(lines, said):
    problem = the_problem(f"{SUITES}{lines}\n")
    assert said in problem
    assert problem.startswith("signalbox.yaml:")


def test_the_sample_has_suites_with_their_parameters_and_schedules(sample):
    suite = sample.suite("Checkout-API")
    assert [each.name for each in suite.parameters] == ["CURRENCY", "GREP"]
    assert [each.cron for each in suite.schedules] == ["0 6 * * mon-fri"]
    with pytest.raises(NotFound, match="Did you mean checkout-api"):
        sample.suite("chekout-api")
