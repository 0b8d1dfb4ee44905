"""`signalbox.sh deploy`: the gate as a pipeline's shell meets it."""

import re
import signal

import pytest

from tests.feature.pipelines.test_script import FOLDER, SCRIPT, Script, pytestmark  # noqa: F401 - it needs curl too
from tests.support.waiting import eventually

GATE = ("deploy", "integration", "payments", "1.5.0", "accept francs", "--")
NOBODY = {"SIGNALBOX_URL": "http://127.0.0.1:9", "SIGNALBOX_WAIT": "1"}


@pytest.fixture
async def script(pipeline):
    async def deployer(name):
        return await pipeline(name, "deployments:write", "reservations:write")

    made = Script(deployer)
    yield made
    await made.end()


async def last(script, name):
    answer = await script.client(name).get("/v1/deployments", params={"service": "payments"})
    return answer.json()["deployments"][0]


async def test_the_command_runs_behind_the_gate_with_a_token_and_its_end_is_reported(script):
    job = await script("ci", *GATE, "sh", "-c", 'echo "$SIGNALBOX_DEPLOYMENT $SIGNALBOX_FENCING_TOKEN"')
    code, out, _ = await job.ended()
    assert code == 0
    deployment, token = out.split()
    seen = await last(script, "ci")
    assert (seen["id"], seen["state"], seen["note"]) == (deployment, "succeeded", "accept francs")
    assert token.partition(".")[2].isdigit()


async def test_a_command_that_fails_is_reported_as_failed_and_its_exit_code_is_kept(script):
    job = await script("ci", *GATE, "sh", "-c", "exit 3")
    assert (await job.ended())[0] == 3
    seen = await last(script, "ci")
    assert (seen["state"], seen["why"]) == ("failed", "exit code 3")


async def test_a_deployment_is_rolled_back_by_its_id_or_the_reason_why_not_is_said(script):
    job = await script("ci", *GATE, "sh", "-c", 'echo "$SIGNALBOX_DEPLOYMENT"')
    deployment = (await job.ended())[1].strip()
    code, out, said = await (await script("ci", "rollback", deployment)).ended()
    assert (code, out) == (69, "")
    assert "Nothing is known of what ran in integration/payments before." in said


@pytest.mark.parametrize(("settings", "code"), [({}, 143), ({"SIGNALBOX_WAIT": "1"}, 75)], ids=["a signal", "time"])
async def test_a_job_that_ends_before_its_turn_leaves_the_line(script, pipeline, settings, code):
    """It would be given the place later, and keep it for an hour, for nobody."""
    holder = await pipeline("holder")
    await holder.post("/v1/reservations", json={"target": "integration/payments", "length": "30m"})
    job = await script("ci", *GATE, "echo", "deployed", **settings)

    async def waits():
        found = (await script.client("ci").get("/v1/deployments", params={"service": "payments"})).json()["deployments"]
        return found and found[0]["state"] == "waiting"

    await eventually(waits)
    if not settings:
        job.process.send_signal(signal.SIGTERM)
    ended, out, said = await job.ended()
    assert (ended, out) == (code, ""), said
    assert (await last(script, "ci"))["state"] == "cancelled"


@pytest.mark.parametrize(("when", "code", "out"), [("deny", 75, ""), ("allow", 0, "deployed\n")])
async def test_without_an_answer_the_variable_decides(script, when, code, out):
    settings = {**NOBODY, "SIGNALBOX_WHEN_UNREACHABLE": when, "SIGNALBOX_PATIENCE": "1"}
    job = await script("ci", *GATE, "echo", "deployed", **settings)
    assert (await job.ended())[:2] == (code, out)


SNIPPETS = {
    "bitbucket-pipelines.yml": "BITBUCKET_COMMIT",
    "github-actions.yml": "GITHUB_SHA",
    "gitlab-ci.yml": "CI_COMMIT_SHA",
    "Jenkinsfile": "GIT_COMMIT",
}


def the_line_of(snippet):
    """What its shell runs, with the script and a deployment of ours in place."""
    [line] = re.findall(r"\./signalbox\.sh deploy .* \./deploy\.sh", (FOLDER / snippet).read_text())
    return line.replace("./signalbox.sh", f"sh {SCRIPT}").replace("./deploy.sh", "echo deployed")


async def test_every_snippet_deploys_with_a_token_that_holds_and_refuses_an_old_one(script, pipeline):
    """Also where the gate only observes: somebody else may have the place by now."""
    holder = await pipeline("holder")
    wanted = {"target": "integration/payments", "length": "30m"}
    held = (await holder.post("/v1/reservations", json=wanted)).json()
    lives = {"SIGNALBOX_FENCING_TOKEN": held["token"], "SIGNALBOX_WHEN_UNREACHABLE": "deny"}
    for snippet, commit in SNIPPETS.items():
        job = await script("ci", "-c", the_line_of(snippet), program=(), **lives, **{commit: "1.5.0"})
        code, out, said = await job.ended()
        assert (code, out) == (0, "deployed\n"), f"{snippet}: {said}"
    assert (await holder.post(f"/v1/reservations/{held['id']}/release")).status_code == 200
    for snippet, commit in SNIPPETS.items():
        job = await script("ci", "-c", the_line_of(snippet), program=(), **lives, **{commit: "1.5.0"})
        code, out, said = await job.ended()
        assert (code, out) == (69, ""), f"{snippet}: {said}"
        assert "is of no lease that holds integration/payments now" in said


async def test_a_run_that_signalbox_has_started_joins_it_with_its_key_which_goes_no_further(script, pipeline):
    """There is no such deployment here: what counts is what is sent, and what the command finds."""
    unknown = {"SIGNALBOX_DEPLOYMENT": "DAAAAAAAA", "SIGNALBOX_DEPLOYMENT_KEY": "sbd_" + "a" * 52}
    code, out, said = await (await script("ci", *GATE, "env", **unknown)).ended()
    assert (code, out) == (69, ""), said
    assert "There is no deployment DAAAAAAAA" in said
    spare = {**unknown, "SIGNALBOX_DEPLOYMENT": ""}
    code, out, said = await (await script("ci", *GATE, "env", **spare)).ended()
    assert code == 0, said
    assert "SIGNALBOX_DEPLOYMENT=D" in out
    assert "DEPLOYMENT_KEY" not in out
