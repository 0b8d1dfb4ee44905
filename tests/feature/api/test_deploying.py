"""The gate as pipelines meet it: real requests to a running Signalbox."""

import pytest

from tests.support.signalbox import ANA

OPENING = {"environment": "integration", "service": "payments", "version": "1.5.0"}


@pytest.fixture
async def deployer(pipeline):
    return await pipeline("ci", "deployments:write", "reservations:write")


async def test_the_gate_opens_with_a_reservation_of_its_own_which_ends_with_the_report(deployer):
    opened = (await deployer.post("/v1/deployments", json=OPENING, headers={"Idempotency-Key": "b1"})).json()
    assert (opened["state"], opened["by"]) == ("running", "pipeline:ci")
    assert opened["token"]
    again = await deployer.post("/v1/deployments", json=OPENING, headers={"Idempotency-Key": "b1"})
    assert again.json()["id"] == opened["id"]
    held = (await deployer.get(f"/v1/reservations/{opened['lease']}")).json()
    assert (held["services"], held["token"]) == (["payments"], opened["token"])
    done = (await deployer.post(f"/v1/deployments/{opened['id']}/finish", json={"succeeded": True})).json()
    assert done["state"] == "succeeded"
    versions = (await deployer.get("/v1/versions", params={"environment": "integration"})).json()["versions"]
    assert [each["version"] for each in versions if each["service"] == "payments"] == ["1.5.0"]


async def test_under_a_reservation_of_the_pipeline_the_gate_wants_its_token(deployer):
    held = (await deployer.post("/v1/reservations", json={"target": "integration", "length": "30m"})).json()
    opened = await deployer.post("/v1/deployments", json=OPENING, headers={"X-Signalbox-Lease-Token": held["token"]})
    assert opened.json()["lease"] == held["id"]


async def test_advice_says_who_is_in_the_way_and_until_when(deployer, signalbox, pipeline):
    other = await pipeline("other")
    await other.post("/v1/reservations", json={"target": "integration", "length": "30m", "reason": "load test"})
    where = {"environment": "integration", "service": "payments", "version": "1.5.0"}
    advice = (await deployer.get("/v1/can-deploy", params=where)).json()
    assert advice["verdict"] == "wait"
    [held] = [reason for reason in advice["reasons"] if reason["why"] == "held"]
    assert (held["who"], held["words"]) == (["pipeline:other"], "load test")


async def test_where_the_gate_only_observes_it_opens_and_says_what_spoke_against_it(deployer, pipeline):
    other = await pipeline("other")
    await other.post("/v1/reservations", json={"target": "integration", "length": "30m"})
    opened = await deployer.post("/v1/deployments", json=OPENING)
    assert opened.status_code == 201
    assert "pipeline other holds it" in opened.json()["warning"]


async def test_what_cannot_be_meant_is_refused(deployer, subtests):
    for field, wrong, status in (
        ("service", "paymets", 404),
        ("environment", "staging", 404),
        ("version", "", 422),
        ("deployment", "DAAAAAAAA", 404),
    ):
        with subtests.test(field):
            assert (await deployer.post("/v1/deployments", json=OPENING | {field: wrong})).status_code == status


async def test_without_the_scope_there_is_no_gate(pipeline):
    reader = await pipeline("reader")
    assert (await reader.post("/v1/deployments", json=OPENING)).status_code == 403
    refused = await reader.get("/v1/last-good", params={"environment": "integration"})
    assert refused.status_code == 403
    assert ANA not in refused.text
