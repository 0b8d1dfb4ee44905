"""A token that may deploy is not yet the run of a deployment: that has a key. And a token may be bound to services."""

import json

import pytest

from tests.feature.api.test_deploy_situations import GATE, OPENING, STARTED, enforced, refused
from tests.support.deploy_scene import a_scene
from tests.support.signalbox import ANA, words_of
from tests.support.waiting import eventually

pytestmark = enforced


@pytest.fixture
async def scene(valkey, tmp_path, request):
    async with a_scene(valkey.url, tmp_path, gate=request.param) as made:
        yield made


@pytest.fixture
def signalbox(scene):
    return scene.signalbox


async def started(scene):
    """What somebody deploys in Slack, and the key that its run was given."""
    await scene.signalbox.type(ANA, "/deploy payments@1.5.0 to integration")
    running = await scene.reaches("running")
    [began] = scene.vendor.began.values()
    return running.id, {"X-Signalbox-Deployment-Key": began.request.secrets["SIGNALBOX_DEPLOYMENT_KEY"]}


async def test_no_other_token_joins_what_signalbox_has_started_or_says_how_it_went(scene, pipeline):
    thief = await pipeline("search-ci", "deployments:write")
    id, key = await started(scene)
    forged = {"X-Signalbox-Deployment-Key": key["X-Signalbox-Deployment-Key"][:-1] + "z"}
    for headers in ({}, forged):
        joins = await thief.post(GATE, json=OPENING | {"deployment": id}, headers=headers)
        problem = refused(joins, 403, "not_its_run", "only that run may speak for it")
        assert "SIGNALBOX_DEPLOYMENT_KEY" in problem["fix"]
        ends = await thief.post(f"{GATE}/{id}/finish", json={"succeeded": True}, headers=headers)
        refused(ends, 403, "not_its_run")
    assert (await thief.get(f"{GATE}/{id}")).json()["token"] == ""
    assert (await scene.deployments())[0].stage == "running"


async def test_its_run_joins_it_with_its_key_and_ends_it(scene, pipeline):
    ci = await pipeline("ci", "deployments:write")
    id, key = await started(scene)
    for _ in range(2):
        joined = await ci.post(GATE, json=OPENING | {"deployment": id}, headers=key)
        assert (joined.status_code, joined.json()["id"]) == (201, id)
        assert joined.json()["token"]
    refused(
        await ci.post(GATE, json=OPENING | {"deployment": id, "service": "orders"}, headers=key), 409, "wrong_token"
    )
    ended = await ci.post(f"{GATE}/{id}/finish", json={"succeeded": True}, headers=key)
    assert ended.json()["state"] == "succeeded"


async def test_the_key_of_one_deployment_opens_no_other_and_is_nowhere_but_in_its_run(
    scene, pipeline, signalbox, tmp_path
):
    ci = await pipeline("ci", "deployments:write")
    id, key = await started(scene)
    await signalbox.type(ANA, "/deploy orders@2.1.0 to integration")

    async def both():
        return len(scene.vendor.began) == 2

    await eventually(both)
    [other] = [each.request.request_id for each in scene.vendor.began.values() if each.request.request_id != id]
    joins = await ci.post(GATE, json=OPENING | {"deployment": other, "service": "orders"}, headers=key)
    refused(joins, 403, "not_its_run")
    secret = key["X-Signalbox-Deployment-Key"].encode()
    assert not any(secret in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.decode() not in json.dumps((await ci.get(f"{GATE}/{id}")).json())


async def test_a_token_that_is_bound_deploys_its_services_and_no_other(scene, pipeline, signalbox):
    bound = await pipeline("ci", "deployments:write", services=frozenset({"payments"}))
    orders = OPENING | {"service": "orders", "version": "2.1.0"}
    refused(await bound.post(GATE, json=orders), 403, "forbidden", "deploys payments in every environment, not")
    assert (await bound.post(GATE, json=OPENING)).status_code == 201
    free = await pipeline("other", "deployments:write")
    opened = (await free.post(GATE, json=orders)).json()["id"]
    for verb, body in (("finish", {"succeeded": True}), ("cancel", {}), ("rollback", {})):
        refused(await bound.post(f"{GATE}/{opened}/{verb}", json=body), 403, "forbidden", "not integration/orders")
    elsewhere = await pipeline("staging-ci", "deployments:write", environments=frozenset({"staging"}))
    refused(await elsewhere.post(GATE, json=STARTED), 403, "forbidden", "deploys every service in staging, not")
    said = (await elsewhere.get("/v1/token")).json()
    assert (said["services"], said["environments"]) == ([], ["staging"])


async def test_a_token_that_is_bound_owns_up_to_no_version_of_another_service(scene, pipeline, signalbox):
    bound = await pipeline("ci", "deployments:write", services=frozenset({"orders"}))
    await scene.seen("1.4.2")
    await scene.seen("1.5.0")
    assert "1.5.0" in words_of(await signalbox.told(ANA, "Was that you?"))
    [seen] = (await bound.get("/v1/versions", params={"environment": "integration"})).json()["versions"]
    answer = await bound.post(f"/v1/versions/{seen['question']}/answer", json={"mine": True})
    refused(answer, 403, "forbidden", "not integration/payments")
