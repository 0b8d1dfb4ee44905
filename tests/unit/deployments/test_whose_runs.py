"""Which service a run has deployed: only what the catalog, and the run itself, leave no doubt of."""

from datetime import timedelta

import pytest

from bot.catalog import parse
from bot.deployments.values import Deployment, Stage, Target
from bot.deployments.whose_runs import begun_for, explains, pipelines_of, target_of
from bot.ports.pipelines import RUN_ID, Pipeline, Run, RunSeen, RunState, RunStatus
from tests.support.ledgers import NINE

CATALOG = parse(
    b"""
environments:
  integration: { services: [payments, orders, refunds, search] }
  staging: { services: [orders] }
services:
  payments: { deploy: { provider: bitbucket, repository: shop/payments, pipeline: deploy, environments: { integration: int-eu } } }
  orders: { deploy: { provider: bitbucket, repository: shop/mono, pipeline: deploy, variables: { SERVICE: orders } } }
  refunds: { deploy: { provider: bitbucket, repository: shop/mono, pipeline: deploy, variables: { SERVICE: refunds } } }
  search: { deploy: { provider: gitlab, repository: shop/search } }
""",
    "signalbox.yaml",
    why_taken=lambda name: None,
)
PAYMENTS = Pipeline("bitbucket", "shop/payments", "deploy")
MONO = Pipeline("bitbucket", "shop/mono", "deploy")
MINUTE = timedelta(minutes=1)


def seen(pipeline=PAYMENTS, title="", **variables):
    run = Run(pipeline, "{412}", "412")
    status = RunStatus(run, RunState.SUCCEEDED, started_at=NINE, finished_at=NINE + 5 * MINUTE)
    return RunSeen(status, title, variables)


@pytest.mark.parametrize(
    ("pipeline", "variables", "target"),
    [
        (PAYMENTS, {}, "integration/payments"),
        (PAYMENTS, {"SIGNALBOX_ENVIRONMENT": "INT-EU"}, "integration/payments"),
        (PAYMENTS, {"SIGNALBOX_ENVIRONMENT": "production"}, None),
        (PAYMENTS, {"SIGNALBOX_SERVICE": "orders"}, None),
        (Pipeline("bitbucket", "Shop/Payments", "deploy", "a-branch"), {}, "integration/payments"),
        (Pipeline("bitbucket", "shop/payments", "test"), {}, None),
        (Pipeline("github", "shop/payments", "deploy"), {}, None),
        (MONO, {}, None),
        (MONO, {"SERVICE": "refunds"}, "integration/refunds"),
        (MONO, {"SERVICE": "orders"}, None),
        (MONO, {"SERVICE": "orders", "SIGNALBOX_ENVIRONMENT": "staging"}, "staging/orders"),
        (MONO, {"SIGNALBOX_SERVICE": "refunds"}, "integration/refunds"),
        (Pipeline("gitlab", "shop/search", "", "main"), {}, "integration/search"),
        (Pipeline("gitlab", "shop/search", "", "a-branch"), {}, None),
    ],
    ids=str,
)
def test_a_run_deploys_what_the_catalog_says_of_its_pipeline_or_nobody_knows_what(pipeline, variables, target):
    found = target_of(seen(pipeline, **variables), pipeline, CATALOG)
    assert (str(found) if found else None) == target


def test_each_pipeline_that_deploys_is_looked_at_once():
    assert [str(each.repository) for each in pipelines_of(CATALOG)] == ["shop/payments", "shop/mono", "shop/search"]
    assert pipelines_of(CATALOG, provider="bitbucket", repository="SHOP/MONO") == [MONO]
    assert pipelines_of(CATALOG, provider="gitlab", repository="shop/mono") == []


def deployment(**changed):
    what = {"opened_at": NINE + MINUTE, "stage": Stage.SUCCEEDED, **changed}
    return Deployment("DABCDEFG2", Target("integration", "payments"), "1.5.0", "pipeline:ci", **what)


@pytest.mark.parametrize(
    ("known", "variables", "explained"),
    [
        (deployment(run=Run(PAYMENTS, "{412}")), {}, True),
        (deployment(run=Run(PAYMENTS, "{411}")), {RUN_ID: "DABCDEFG2"}, False),
        (deployment(), {RUN_ID: "DABCDEFG2"}, True),
        (deployment(), {}, False),
        (deployment(reports=True), {}, True),
        (deployment(reports=True, opened_at=NINE - 2 * MINUTE), {}, False),
        (deployment(reports=True, opened_at=NINE + 7 * MINUTE), {}, False),
    ],
    ids=["its run", "begun again by hand", "its id", "nothing in common", "gate", "gate before", "gate after"],
)
def test_a_run_was_begun_for_a_deployment_or_has_opened_the_gate_as_one(known, variables, explained):
    assert explains(known, seen(**variables)) is explained


def test_where_variables_are_not_told_the_title_names_the_deployment():
    titled = RunSeen(seen().status, "Deploy DABCDEFG2", None)
    assert begun_for(titled) == "DABCDEFG2"
    assert begun_for(RunSeen(seen().status, "Deploy by hand", None)) == ""
