"""What stands in the way of a deployment, and what undoes it, as pipelines meet it: the status, the problem, and what
became of leases, pins, versions and cards. tests/slack/test_deploy_situations.py has the same through Slack.
"""

import asyncio

import pytest

from tests.support.deploy_scene import ELI, PAYMENTS, a_scene
from tests.support.signalbox import ANA, CEM, words_of

OPENING = {"environment": "integration", "service": "payments", "version": "1.5.0"}
STARTED = OPENING | {"start": True}
GATE = "/v1/deployments"


@pytest.fixture
async def scene(valkey, tmp_path, request):
    """Parametrized with how strict the gates of the catalog are; else they observe."""
    async with a_scene(valkey.url, tmp_path, gate=getattr(request, "param", "observe")) as made:
        yield made


@pytest.fixture
def signalbox(scene):
    return scene.signalbox


@pytest.fixture
async def ci(pipeline):
    return await pipeline("ci", "deployments:write", "reservations:write")


@pytest.fixture
async def other(pipeline):
    return await pipeline("other", "deployments:write", "reservations:write")


enforced = pytest.mark.parametrize("scene", ["enforce"], indirect=True)


def key(text):
    return {"Idempotency-Key": text}


def refused(answer, status, code, says=""):
    """The problem as programs and people read it."""
    problem = answer.json()
    assert (answer.status_code, problem.get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in problem["detail"]
    assert problem["fix"]
    assert "<@" not in problem["detail"]
    return problem


async def freeze(signalbox):
    await signalbox.type(ELI, "/env freeze integration 2h release week")


async def test_bypass_is_a_question_that_a_pipeline_can_answer_once(scene, signalbox, ci, other):
    await scene.seen("1.4.2")
    await scene.seen("1.5.0")
    await signalbox.told(ANA, "Was that you?")
    [seen] = (await ci.get("/v1/versions", params={"environment": "integration"})).json()["versions"]
    assert (seen["version"], seen["by"]) == ("1.5.0", "")
    where = f"/v1/versions/{seen['question']}/answer"
    for _ in range(2):
        mine = await ci.post(where, json={"mine": True})
        assert (mine.status_code, mine.json()["by"], mine.json()["question"]) == (200, "pipeline:ci", "")
    refused(await other.post(where, json={"mine": True}), 409, "answered", "pipeline ci has said that it was theirs")
    [recorded] = (await ci.get(GATE, params={"service": "payments"})).json()["deployments"]
    assert (recorded["id"], recorded["by"], recorded["lease"]) == (seen["question"], "pipeline:ci", "")
    await scene.seen("1.4.1")
    refused(await ci.post(where, json={"mine": True}), 404, "not_found", "Something else runs there by now")


@enforced
async def test_wrong_token_of_a_lease_that_ended_or_covers_something_else_is_refused(scene, ci):
    held = (await ci.post("/v1/reservations", json={"target": "integration/payments", "length": "30m"})).json()
    token = {"X-Signalbox-Lease-Token": held["token"]}
    elsewhere = await ci.post(GATE, json=OPENING | {"service": "orders"}, headers=token)
    refused(elsewhere, 409, "wrong_token", "is of no lease that holds integration/orders now")
    await ci.post(f"/v1/reservations/{held['id']}/release")
    refused(await ci.post(GATE, json=OPENING, headers=token), 409, "wrong_token", held["token"])
    assert (await scene.deployments(), await scene.holders()) == ([], {})


async def test_wrong_token_is_refused_even_where_the_gate_only_observes(scene, ci):
    answer = await ci.post(GATE, json=OPENING, headers={"X-Signalbox-Lease-Token": "1.999999"})
    refused(answer, 409, "wrong_token", "The token 1.999999 is of no lease that holds integration/payments now.")
    assert await scene.deployments(PAYMENTS) == []


async def test_the_end_of_the_lease_does_not_keep_a_pipeline_from_reporting_its_own_end(scene, ci, other):
    held = (await ci.post("/v1/reservations", json={"target": "integration/payments", "length": "30m"})).json()
    opened = await ci.post(GATE, json=OPENING, headers={"X-Signalbox-Lease-Token": held["token"]})
    assert list((await scene.holders()).values()) == [("pipeline:ci", 1)]
    end = f"{GATE}/{opened.json()['id']}/finish"
    refused(await other.post(end, json={"succeeded": True}), 403, "forbidden", "pipeline ci deploys it")
    await ci.post(f"/v1/reservations/{held['id']}/release")
    assert (await ci.post(end, json={"succeeded": True})).json()["state"] == "succeeded"
    assert await scene.runs("1.5.0")
    late = await ci.post(end, json={"succeeded": False})
    refused(late, 409, "not_under_way", "it is succeeded")


@enforced
async def test_two_deployers_the_second_is_refused_or_waits_and_the_same_key_twice_is_one(scene, ci, other):
    first = await ci.post(GATE, json=OPENING, headers=key("build-1"))
    again = await ci.post(GATE, json=OPENING, headers=key("build-1"))
    assert (again.status_code, again.json()) == (201, first.json())
    reused = await ci.post(GATE, json=OPENING | {"version": "1.4.2"}, headers=key("build-1"))
    refused(reused, 422, "request_reused", "has deployed integration/payments 1.5.0 before")
    problem = refused(await other.post(GATE, json=OPENING), 409, "gate_closed", "pipeline ci deploys there")
    assert [each["why"] for each in problem["reasons"]] == ["deploying", "held"]
    waits = await other.post(GATE, json=OPENING | {"wait": True})
    assert (waits.status_code, waits.json()["state"]) == (202, "waiting")
    assert waits.headers["location"] == f"{GATE}/{waits.json()['id']}"
    assert list((await scene.holders()).values()) == [("pipeline:ci", 1)]
    early = await other.post(f"{waits.headers['location']}/finish", json={"succeeded": True})
    refused(early, 409, "not_under_way", "stands in line")


@enforced
async def test_two_deployers_at_the_same_moment_and_one_is_let_through(scene, ci, other):
    held = (await ci.post("/v1/reservations", json={"target": "integration/payments", "length": "30m"})).json()
    token = {"X-Signalbox-Lease-Token": held["token"]}
    answers = await asyncio.gather(*(each.post(GATE, json=OPENING, headers=token) for each in (ci, other, ci)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    assert list((await scene.holders()).values()) == [("pipeline:ci", 1)]
    assert len(await scene.deployments()) == 1


@enforced
async def test_freeze_closes_the_gate_even_for_the_token_of_a_lease(scene, signalbox, ci):
    held = (await ci.post("/v1/reservations", json={"target": "integration/payments", "length": "30m"})).json()
    await freeze(signalbox)
    for headers in ({}, {"X-Signalbox-Lease-Token": held["token"]}):
        problem = refused(await ci.post(GATE, json=OPENING, headers=headers), 409, "gate_closed", "it is frozen")
        [frozen] = [each for each in problem["reasons"] if each["why"] == "frozen"]
        assert (frozen["who"], frozen["words"]) == ([ELI], "release week")
        assert frozen["until"]
    where = {"environment": "integration", "service": "payments", "version": "1.5.0"}
    assert (await ci.get("/v1/can-deploy", params=where)).json()["verdict"] == "stop"
    assert await scene.deployments() == []


@enforced
async def test_override_takes_a_scope_of_its_own_and_a_reason_which_stands_on_the_card(scene, signalbox, ci, pipeline):
    await freeze(signalbox)
    wish = OPENING | {"override": "disk is full"}
    refused(await ci.post(GATE, json=wish), 403, "forbidden", "lacks the scope deployments:override")
    trusted = await pipeline("rescue", "deployments:write", "deployments:override")
    opened = await trusted.post(GATE, json=wish)
    assert (opened.status_code, opened.json()["override"], opened.json()["warning"]) == (201, "disk is full", "")
    card = words_of(await signalbox.announced("gate set aside by"))
    assert "gate set aside by pipeline rescue: disk is full" in card
    assert await scene.holders() == {}


@enforced
async def test_override_does_not_take_what_somebody_holds(scene, signalbox, pipeline):
    await signalbox.type(CEM, "/env integration/payments 1h load test")
    trusted = await pipeline("rescue", "deployments:write", "deployments:override")
    closed = await trusted.post(GATE, json=OPENING | {"override": "disk is full"})
    problem = refused(closed, 409, "gate_closed", "Cem Aydın holds it")
    [held] = problem["reasons"]
    assert (held["who"], held["words"]) == ([CEM], "load test")
    assert held["until"]


async def test_when_it_is_my_turn_signalbox_starts_the_pipeline_so_that_nothing_waits_in_the_meantime(
    scene, signalbox, ci
):
    await signalbox.type(CEM, "/env integration/payments 1h")
    refused(await ci.post(GATE, json=STARTED), 409, "gate_closed", "Cem Aydın holds it")
    waits = await ci.post(GATE, json=STARTED | {"wait": True}, headers=key("release-7"))
    assert (waits.status_code, waits.json()["state"]) == (202, "waiting")
    assert "waits for its turn" in words_of(await signalbox.announced("waits for its turn"))
    assert scene.vendor.began == {}
    await signalbox.type(CEM, "/env release")
    running = await scene.reaches("running")
    again = await ci.post(GATE, json=STARTED | {"wait": True}, headers=key("release-7"))
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (201, running.id, "running")
    [began] = scene.vendor.began.values()
    assert began.request.variables["SIGNALBOX_LEASE_TOKEN"] == again.json()["token"]
    shown = {"X-Signalbox-Deployment-Key": began.request.secrets["SIGNALBOX_DEPLOYMENT_KEY"]}
    joined = await ci.post(GATE, json=OPENING | {"deployment": running.id}, headers=shown)
    assert (joined.status_code, joined.json()["id"]) == (201, running.id)
    await scene.ends()
    await scene.reaches("succeeded")
    assert await scene.runs("1.5.0")


async def test_what_waits_can_leave_the_line_and_leaving_twice_is_fine(scene, signalbox, ci, other):
    await signalbox.type(CEM, "/env integration/payments 1h")
    waits = (await ci.post(GATE, json=STARTED | {"wait": True})).json()
    refused(await other.post(f"{GATE}/{waits['id']}/cancel"), 403, "forbidden", "pipeline ci deploys it")
    for _ in range(2):
        left = await ci.post(f"{GATE}/{waits['id']}/cancel")
        assert (left.status_code, left.json()["state"]) == (200, "cancelled")
    await signalbox.type(CEM, "/env release")
    assert scene.vendor.began == {}


async def deployed(scene, ci, version="1.5.0"):
    opened = (await ci.post(GATE, json=OPENING | {"version": version})).json()
    await ci.post(f"{GATE}/{opened['id']}/finish", json={"succeeded": True})
    return opened


async def test_roll_back_deploys_what_ran_before_once_and_not_over_something_newer(scene, signalbox, ci, pipeline):
    await scene.seen("1.4.2")
    opened = await deployed(scene, ci)
    where = f"{GATE}/{opened['id']}/rollback"
    reader = await pipeline("reader", "deployments:read")
    refused(await reader.post(where), 403, "forbidden", "lacks the scope deployments:write")
    for _ in range(2):
        back = await ci.post(where, json={"note": "francs are rounded twice"}, headers=key("back-1"))
        said = back.json()
        assert (back.status_code, said["version"], said["undoes"]) == (201, "1.4.2", opened["id"])
    await scene.ends()
    await scene.reaches("succeeded")
    assert await scene.runs("1.4.2")
    assert "francs are rounded twice" in words_of(await signalbox.announced("a roll back"))
    refused(await ci.post(where), 409, "moved_on", "Something else was deployed there since")
    assert len(scene.vendor.began) == 1
    assert [each.ref for each in await scene.deployments()] == ["1.4.2", "1.5.0"]


async def test_roll_back_by_the_pipeline_itself_and_what_has_nothing_to_go_back_to(scene, ci):
    first = await deployed(scene, ci)
    nothing = await ci.post(f"{GATE}/{first['id']}/rollback")
    refused(nothing, 409, "nothing_before", "Nothing is known of what ran in integration/payments before")
    second = await deployed(scene, ci, "1.4.2")
    back = (await ci.post(f"{GATE}/{second['id']}/rollback", json={"start": False})).json()
    assert (back["version"], back["state"]) == ("1.5.0", "running")
    failed = await ci.post(f"{GATE}/{back['id']}/finish", json={"succeeded": False, "why": "exit code 3"})
    assert failed.json()["state"] == "failed"
    refused(await ci.post(f"{GATE}/{back['id']}/rollback"), 409, "nothing_before", "put nothing in place")
    refused(await ci.post(f"{GATE}/DAAAAAAAA/rollback"), 404, "not_found", "There is no deployment DAAAAAAAA")


@enforced
async def test_several_services_are_reserved_together_and_opened_one_by_one(scene, ci):
    wish = {"target": "integration/payments,orders", "length": "30m"}
    token = {"X-Signalbox-Lease-Token": (await ci.post("/v1/reservations", json=wish)).json()["token"]}
    opened = [
        await ci.post(GATE, json=OPENING | {"service": service}, headers=token) for service in ("payments", "orders")
    ]
    assert [each.status_code for each in opened] == [201, 201]
    state = await scene.signalbox.started.rooms.reservations.current()
    [lease] = state.leases.values()
    assert len(lease.pins) == 2


async def test_a_provider_that_is_away_is_told_as_a_caution_and_the_deployment_waits_for_it(scene, ci):
    scene.vendor.busy(1)
    where = {"environment": "integration", "service": "payments", "version": "1.5.0", "start": "true"}
    advice = (await ci.get("/v1/can-deploy", params=where)).json()
    assert (advice["verdict"], [each["why"] for each in advice["reasons"]]) == ("caution", ["away"])
    unknown = await ci.post(GATE, json=STARTED | {"version": "9.9.9"})
    refused(unknown, 409, "gate_closed", "there is no such version")
    assert await scene.deployments(PAYMENTS) == []
